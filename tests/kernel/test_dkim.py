"""Letters are signed, as a library that is not ours finds them on the wire."""

import dataclasses
import datetime as dt

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from signatures import verified

from community.kernel.dkim import KeyFault, signer_of
from community.kernel.installed import installed
from community.kernel.mail import Attachment, Letter, send

DOMAIN = "example.org"
WANTED = {
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
}


def kept(file, key, secret=None):
    """Write a private key into a file; returns its path."""
    lock = serialization.BestAvailableEncryption(secret) if secret else serialization.NoEncryption()
    text = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, lock)
    file.write_bytes(text)
    return str(file)


@pytest.fixture(scope="module")
def big_key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture(params=["rsa", "ed25519"])
def key(request, big_key):
    return big_key if request.param == "rsa" else ed25519.Ed25519PrivateKey.generate()


@pytest.fixture
def signing(inside, tmp_path, key):
    """Return the settings of a site that signs its letters."""
    house = installed()
    before = house.settings
    house.settings = dataclasses.replace(
        before,
        dkim_domain=DOMAIN,
        dkim_selector="letters2026",
        dkim_key=kept(tmp_path / "key.pem", key),
        mail_from=f"Långa bordet <post@{DOMAIN}>",
    )
    yield house.settings
    house.settings = before


def letter(**more):
    usual = {
        "key": "test:1",
        "to": "ana@example.org",
        "name": "Ana Límá",
        "language": "en",
        "subject": "Ein Platz für Sie, und noch viel mehr: " + "w" * 90,
        "lines": ["Grüße  an   alle, Überraschung. " * 12, ".", "..", "From here on", " "],
        "why": "You asked for it.",
        "unsubscribe": "https://example.org/letters/" + "x" * 120,
        "attachments": [Attachment(name="a.ics", kind="text/calendar", content=b"BEGIN\r\n\r\n")],
    }
    return Letter(**{**usual, **more})


def test_what_arrives_is_signed_for_our_domain(signing, postbox, key):
    send(letter())
    [raw] = postbox.raw
    assert raw.isascii()
    [told] = verified(raw, signing)
    assert (told["result"], told["domain"]) == ("pass", DOMAIN), told
    assert told["algorithm"] == signer_of(signing).algorithm
    assert told["canonical"] == "relaxed/relaxed"
    signed = {name.strip().lower() for name in told["signed"].split(":")}
    assert {name.lower() for name in WANTED} <= signed


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"You asked for it.", b"You asked for it!"),
        (b"Subject: ", b"Subject: Free "),
        (b"List-Unsubscribe: <https://example.org", b"List-Unsubscribe: <https://evil.example"),
        (b"From: ", b"From: Eve <eve@example.org>\r\nFrom: "),
        (b"Subject: ", b"Subject: Another one\r\nSubject: "),
    ],
)
def test_what_was_changed_on_the_way_is_found(signing, postbox, before, after):
    send(letter())
    [raw] = postbox.raw
    assert before in raw
    told = verified(raw.replace(before, after, 1), signing)
    assert all(each["result"] != "pass" for each in told)
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    another = dataclasses.replace(signer_of(signing), key=other)
    assert all(each["result"] != "pass" for each in verified(raw, signing, another.record))


def test_what_servers_may_change_breaks_nothing(signing, postbox):
    send(letter())
    [raw] = postbox.raw
    passed = b"Received: from somewhere;\r\n\tlate\r\n" + raw.replace(
        b"MIME-Version: ", b"MIME-Version:  "
    )
    [told] = verified(passed + b"\r\n\r\n", signing)
    assert told["result"] == "pass", told


def test_without_a_key_nothing_is_signed(inside, postbox):
    send(letter())
    assert "DKIM-Signature" not in postbox.letters[0]


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (str, "cannot be read: No such file"),
        (lambda file: str(file.write_text("hello") and file), "holds no private key in PEM"),
        (
            lambda file: kept(file, ed25519.Ed25519PrivateKey.generate(), b"secret"),
            "locked with a password",
        ),
        (
            lambda file: kept(
                file,
                rsa.generate_private_key(public_exponent=65537, key_size=1024),  # noqa: S505  # so it is refused
            ),
            "has 1024 bits",
        ),
        (lambda file: kept(file, ec.generate_private_key(ec.SECP256R1())), "of another kind"),
    ],
)
def test_a_key_that_cannot_be_used_holds_letters_and_says_why(
    inside, postbox, tmp_path, made, words
):
    house = installed()
    before = house.settings
    house.settings = dataclasses.replace(
        before, dkim_domain=DOMAIN, dkim_selector="s", dkim_key=made(tmp_path / "key.pem")
    )
    try:
        with pytest.raises(KeyFault, match=words):
            send(letter())
    finally:
        house.settings = before
    assert postbox.letters == []


def test_a_signature_says_when_it_was_made(signing, postbox):
    send(letter())
    [told] = postbox.letters
    at = int(told["DKIM-Signature"].split("t=")[1].split(";")[0])
    assert abs(at - dt.datetime.now(dt.UTC).timestamp()) < 60
