"""``community doctor`` finds what is wrong, says what to do, and ends with 1."""

import datetime as dt
import os
import time

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from conftest import PUSH_KEY, acting
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from databases import migrate, postgres_url

from community.app import create_app
from community.cli.doctor import doctor
from community.kernel import metrics
from community.kernel.db import db
from community.kernel.operation import enqueue, unit_of_work
from community.kernel.outbox import MAX_ATTEMPTS
from community.kernel.settings import read_settings


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def site(request, monkeypatch, tmp_path, worker_name):
    """Return settings of a sound installation, through the environment; change it there."""
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    key = data / "secret_key"
    key.write_text("k" * 40)
    key.chmod(0o600)
    if request.param == "postgres":
        url = postgres_url(f"community_doctor_{worker_name}")
        monkeypatch.setenv("COMMUNITY_DATABASE_URL", url)
    monkeypatch.setenv("COMMUNITY_DATA_DIR", str(data))
    settings = read_settings()
    migrate(settings)
    metrics.beat(settings)
    return settings


def ask(*args):
    done = CliRunner().invoke(doctor, args)
    return done.exit_code, done.output


def test_a_sound_installation_has_nothing_wrong(site):
    code, said = ask()
    assert code == 0, said
    assert "WRONG" not in said
    for words in (
        "answers and its schema is up to date",
        "GB are free",
        "Only its owner can read the secret key",
        "The worker lives.",
        "0 pieces of work are due, none for long.",
        "The clock says",
        "Letters are kept as files and reach nobody",
        "No mail comes in (COMMUNITY_MAIL_IN): letters are answered on the site.",
        "Nothing is told on devices (COMMUNITY_PUSH_KEY). A key: community push-keys",
    ):
        assert words in said


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("BASE_URL", "http://community.example.org", "without TLS: passwords can be read"),
        ("BASE_URL", "https://community.example.org", "Set COMMUNITY_TRUSTED_PROXIES=1"),
        ("REDIS_URL", "redis://127.0.0.1:9", "Redis does not answer"),
        ("SMTP_URL", "smtp://127.0.0.1:9", "The mail server does not answer: ConnectionRefused"),
        ("RATE_LIMITS", "false", "Nothing is limited in number"),
        ("DATABASE_URL", "sqlite:////nowhere/x.sqlite", "SQLite does not answer"),
        ("DATABASE_URL", "postgresql://nobody@127.0.0.1:9/x", "PostgreSQL does not answer"),
        ("COLOUR", "blue", "there is no such setting"),
        ("DKIM_KEY", "/nowhere/key.pem", "COMMUNITY_DKIM_DOMAIN: signing letters takes it too"),
        ("DKIM_DOMAIN", "example org", "must be a name in the DNS"),
        ("MAIL_IN", "answers@example.org", "must be a name in the DNS"),
        ("MAIL_IN", "answers.example.org", "but no letter leaves to be answered. Set COMMUNITY_SM"),
        ("PUSH_KEY", "x" * 42, "it has to be a key as `community push-keys` prints one"),
        ("PUSH_KEY", "_" * 43, "it has to be a key as `community push-keys` prints one"),
        ("PUSH_KEY", PUSH_KEY, "Set COMMUNITY_PUSH_CONTACT=mailto:YOU@example.org"),
    ],
)
def test_a_setting_that_is_wrong_is_told_with_what_to_do(site, monkeypatch, name, value, words):
    monkeypatch.setenv(f"COMMUNITY_{name}", value)
    code, said = ask()
    assert code == 1
    assert words in said


def test_a_key_that_others_can_read_is_wrong(site):
    file = site.data_dir / "secret_key"
    file.chmod(0o644)
    code, said = ask()
    assert code == 1
    assert f"chmod 600 {file}" in said


def test_a_worker_that_fell_silent_is_wrong_and_none_yet_is_told(site):
    file = metrics.beat_file(site)
    past = time.time() - 3600
    os.utime(file, (past, past))
    code, said = ask()
    assert code == 1
    assert "The worker was last heard of 1:00:0" in said
    file.unlink()
    code, said = ask()
    assert code == 0
    assert "No worker has run with this data folder yet" in said


def test_work_that_waits_or_failed_for_good_and_a_clock_set_back_are_wrong(site, monkeypatch):
    app = create_app(site)
    app.extensions["community"].jobs["tests.letter"] = lambda _ctx: None
    with app.app_context():
        with unit_of_work(ctx := acting(None)):
            for _time in range(2):
                enqueue(ctx, "tests.letter", {}, due_at=ctx.now - dt.timedelta(minutes=20))
        with db.engines["write"].begin() as connection:
            connection.execute(
                sa.text(
                    "UPDATE outbox SET attempts = :most, last_error = 'SMTPException' "
                    "WHERE id = (SELECT id FROM outbox LIMIT 1)"
                ),
                {"most": MAX_ATTEMPTS},
            )
            connection.execute(
                sa.text(
                    "INSERT INTO event (id, name, happened_at, payload) "
                    "VALUES ('00000000000000000000000000000001', 'tests.later', :at, '{}')"
                ),
                {"at": (ctx.now + dt.timedelta(hours=1)).strftime("%Y-%m-%d %H:%M:%S")},
            )
        for engine in db.engines.values():
            engine.dispose()
    code, said = ask()
    assert code == 1
    assert "1 pieces of work are due, the oldest since 0:20:0" in said
    assert "1 times tests.letter failed too often (SMTPException)" in said
    assert "which is still to come" in said


def test_a_letter_is_sent_to_see_that_mail_goes(site, monkeypatch, postbox):
    monkeypatch.setenv("COMMUNITY_SMTP_URL", f"smtp://127.0.0.1:{postbox.port}")
    _code, said = ask()
    assert "The mail server answers." in said
    assert postbox.letters == []
    code, said = ask("--mail-to", "olga@example.org")
    assert code == 0, said
    [letter] = postbox.letters_to("olga@example.org")
    assert letter["Subject"] == "A letter to see that mail arrives"
    postbox.recipient_answer = "550 nobody here"
    code, said = ask("--mail-to", "olga@example.org")
    assert code == 1
    assert "refused this address" in said


def test_the_key_of_letters_is_looked_at_and_its_record_told(site, monkeypatch, tmp_path):
    file = tmp_path / "letters.pem"
    for name, value in (("DOMAIN", "example.org"), ("SELECTOR", "s2026"), ("KEY", str(file))):
        monkeypatch.setenv(f"COMMUNITY_DKIM_{name}", value)
    monkeypatch.setenv("COMMUNITY_MAIL_FROM", "Us <post@example.net>")
    code, said = ask()
    assert code == 1
    assert "No letter leaves, for none can be signed." in said
    assert "cannot be read: No such file" in said
    file.write_bytes(
        Ed25519PrivateKey.generate().private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    file.chmod(0o644)
    code, said = ask()
    assert "In the DNS, as TXT of s2026._domainkey.example.org: v=DKIM1; k=ed25519; p=" in said
    assert "Letters are from example.net, but signed for example.org" in said
    assert "Everybody can read the key of letters." in said
    assert code == 1
    file.chmod(0o600)
    assert "Everybody can read the key of letters." not in ask()[1]


def test_mail_that_comes_in_and_devices_are_told_of_with_what_the_dns_has_to_say(
    site, monkeypatch, postbox
):
    for name, value in (
        ("SMTP_URL", f"smtp://127.0.0.1:{postbox.port}"),
        ("MAIL_IN", "Answers.example.org"),
        ("PUSH_KEY", PUSH_KEY),
        ("PUSH_CONTACT", "mailto:us@example.org"),
    ):
        monkeypatch.setenv(f"COMMUNITY_{name}", value)
    code, said = ask()
    assert code == 0, said
    assert "Mail comes in for answers.example.org. In the DNS, as MX of it:" in said
    assert "Nobody checks whether an answer is forged." in said
    assert "The key for messages to devices can be used." in said
    assert os.environ["COMMUNITY_PUSH_KEY"] not in said
    monkeypatch.setenv("COMMUNITY_MAIL_IN_TRUSTS", "mx.example.org")
    _code, said = ask()
    assert "Nobody checks" not in said
    assert "mx.example.org is believed where it says that an answer is forged." in said
