"""No answer tells whether an address has an account: its words, its size, its work."""

import re

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.accounts import PASSWORD, PASSWORD_HASH, make_user
from factories.forms import send, without_token
from factories.spaces import join, make_invitation, make_space
from letters import link_in, text_of

from community.accounts.models import EmailProof, Registration, RegistrationMode, User
from community.accounts.operations import change_site
from community.accounts.rules import passwords
from community.kernel.db import db
from community.kernel.jobs import run_everything
from community.spaces.models import Role

KNOWN, FREE = "known@example.org", "freed@example.org"  # equally long
NEWCOMER = {"name": "Nia New", "password": "nine loud gulls", "zone": "UTC"}


@pytest.fixture
def known(app):
    with app.app_context():
        change_site(acting(None, admin=True), registration=RegistrationMode.OPEN)
    return make_user(app, "Known One", email=KNOWN, password_hash=PASSWORD_HASH)


@pytest.fixture
def token(app, known):
    space = make_space(app, "Cohort 9", slug="cohort-9")
    owner = make_user(app, "Olga Owner")
    join(app, space, owner, Role.OWNER)
    return make_invitation(app, space, owner)[1]


@pytest.fixture
def work(monkeypatch):
    """Count what is slow: hashing and verifying, by the library that does it."""
    done = []

    class Counting:
        def __init__(self, hasher):
            self.hasher = hasher

        def __getattr__(self, name):
            done.append(name)
            return getattr(self.hasher, name)

    monkeypatch.setattr(passwords, "_HASHER", Counting(passwords._HASHER))
    return done


def told(answer, email):
    """Return all that an answer says, but for the address itself and what changes each time."""
    headers = {name: value for name, value in answer.headers if name not in CHANGING}
    return answer.status_code, without_token(answer).replace(email, "..."), headers


CHANGING = {"X-Request-Id", "X-Request-ID", "Date", "Set-Cookie"}


def registering(client, email, _token):
    return send(client, "/register", "/register", email=email, **NEWCOMER)


def joining(client, email, token):
    return send(client, f"/join/{token}", f"/join/{token}", email=email, **NEWCOMER)


def losing(client, email, _token):
    return send(client, "/reset", "/reset", email=email)


def signing_in(client, email, _token):
    return send(client, "/sign-in", "/sign-in", email=email, password="it was not this one")


@pytest.mark.parametrize("act", [registering, joining, losing, signing_in])
def test_known_and_unknown_get_one_answer_after_the_same_work(
    app, browse, token, count_queries, work, act
):
    found = []
    for email in (KNOWN, FREE, KNOWN, FREE):  # the first two warm what is kept
        client = browse(None)
        count_queries.clear()
        work.clear()
        answer = act(client, email, token)
        found.append((*told(answer, email), [shape(said) for said in count_queries], list(work)))
    assert found[2] == found[3]


def shape(statement):
    return re.sub(r"\s+", " ", statement)


def test_neither_does_a_change_of_address(app, browse, known, count_queries):
    found = []
    for email in (KNOWN, FREE, KNOWN, FREE):
        client = browse(make_user(app, "Ana Lind"))
        count_queries.clear()
        answer = send(client, "/me/security", "/me/address", email=email)
        page = client.get(answer.location)
        shown = re.sub(r"ana\.\w+@example\.org", "", without_token(page)).replace(email, "...")
        shown = re.sub(r'/me/sign-ins/[^"]*|datetime="[^"]*"', "", shown)
        found.append((answer.status_code, len(shown), len(count_queries)))
    assert found[2] == found[3]


def test_what_is_kept_of_unknown_addresses_is_of_no_use_and_swept(app, browse, known, postbox):
    losing(browse(None), FREE, None)
    run_everything(app)
    assert postbox.letters == []
    with app.app_context():
        proof = db.session.scalars(sa.select(EmailProof)).one()
        assert proof.user_id is None


# ------------------------------------------------------------------ links in letters


def lost(app, browse, postbox):
    losing(browse(None), KNOWN, None)
    return link_in(app, postbox, KNOWN)


def test_no_secret_of_a_letter_is_kept_anywhere(app, browse, known, postbox):
    registering(browse(None), FREE, None)
    secrets = [
        path.rsplit("/", 1)[1] for path in (lost(app, browse, postbox), link_in(app, postbox, FREE))
    ]
    with app.app_context():
        for model in (EmailProof, Registration):
            for row in db.session.execute(sa.select(*model.__table__.c)):
                assert not set(secrets) & {str(value) for value in row}
        outbox = str(db.session.execute(sa.text("SELECT payload FROM outbox")).all())
        log = str(db.session.execute(sa.text("SELECT payload FROM event")).all())
    for words in (*secrets, KNOWN, FREE):
        assert words not in outbox
        assert words not in log


def test_a_link_opens_only_what_it_was_written_for(app, browse, known, postbox):
    secret = lost(app, browse, postbox).rsplit("/", 1)[1]
    client = browse(known)
    for path in (f"/address/{secret}", f"/address/{secret}/undo", f"/register/{secret}"):
        assert client.get(path).status_code == 404
        assert client.post(path).status_code == 404
    for spoilt in (secret[:-1], secret + "A", secret.swapcase(), "x" * 43, "%00", "é" * 43):
        assert browse(None).get(f"/reset/{spoilt}").status_code == 404


def test_a_link_begins_with_our_address_whatever_the_host_was_said_to_be(
    app, browse, known, postbox
):
    client = browse(None)
    client.environ_base["HTTP_HOST"] = "evil.example"
    client.environ_base["HTTP_X_FORWARDED_HOST"] = "evil.example"
    losing(client, KNOWN, None)
    run_everything(app)
    assert "evil" not in postbox.letters[0].as_string()
    assert "http://127.0.0.1:8000/reset/" in text_of(postbox.letters[0])


def test_pages_of_secret_links_are_kept_nowhere_and_tell_nobody_their_address(
    app, browse, known, postbox
):
    page = browse(None).get(lost(app, browse, postbox))
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "strict-origin"


@pytest.mark.parametrize("field", ["admin", "email_verified_at", "user_id", "email"])
def test_no_form_of_a_letter_takes_a_field_that_is_not_its_own(app, browse, known, postbox, field):
    path = lost(app, browse, postbox)
    answer = send(browse(None), path, path, password="nine loud gulls", **{field: "1"})
    assert answer.status_code == 422
    registered = (
        send(browse(None), "/register", "/register", email=FREE, **{**NEWCOMER, field: "1"})
        if field != "email"
        else answer
    )
    assert registered.status_code == 422
    with app.app_context():
        assert db.session.get_one(User, known).password_hash == PASSWORD_HASH


@pytest.mark.parametrize("path", ["/register", "/reset"])
def test_without_a_csrf_token_nothing_is_asked(app, browse, known, path):
    assert browse(None).post(path, data={"email": FREE, **NEWCOMER}).status_code in {400, 422}
    with app.app_context():
        assert db.session.scalar(sa.select(EmailProof.id)) is None
        assert db.session.scalar(sa.select(Registration.id)) is None


def test_nobody_is_sent_letters_without_end(strict, app, known):
    client = strict.test_client()
    for email in (KNOWN, FREE):
        answers = [losing(client, email, None).status_code for _number in range(5)]
        assert answers == [200] * 3 + [429] * 2


def test_a_stolen_password_is_not_guessed_at_the_page_that_asks_again(strict, app, known):
    client = strict.test_client()
    send(client, "/sign-in", "/sign-in", email=KNOWN, password=PASSWORD)
    with client.session_transaction() as session:
        assert session["_user_id"]
    page = client.get("/me/security").text
    csrf = page.split('name="csrf_token" value="')[1].split('"')[0]
    answers = [
        client.post("/prove", data={"csrf_token": csrf, "password": f"guess {n} {n}"}).status_code
        for n in range(12)
    ]
    assert answers == [422] * 10 + [429] * 2
