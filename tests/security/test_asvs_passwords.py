"""Passwords as OWASP ASVS asks for them: long enough, any letters, kept as typed, easy to paste."""

import re
from pathlib import Path

import pytest
from conftest import acting
from factories.accounts import PASSWORD, PASSWORD_HASH, make_letters, make_user
from factories.forms import send
from factories.spaces import join, make_invitation, make_space
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from community.accounts.models import RegistrationMode, User
from community.accounts.operations import change_site
from community.accounts.rules import hash_password, verify_password, weakness_of
from community.accounts.rules.limits import PASSWORD_SHORTEST
from community.kernel.db import db
from community.spaces.models import Role

SCRIPTS = Path(__file__).parents[2] / "static" / "js"
NINE = "x7!kQ2#zP"  # nobody guesses it, and yet it is too short
ANY = [
    "nine loud gulls",
    "qwmzxplokijnuhb",
    "UPPERLOWERTHEREGULL",
    "73918264059137",
    "÷≠∞µ∂ß∆˚ø¬",
    "🐦🐧🦆🦉🐦🦅🦢🦩🐓🦃",
    "        x7 q9    zz",
]
NEWCOMER = {"name": "Nia New", "email": "nia@example.org", "zone": "UTC"}


@pytest.fixture
def ana(app):
    with app.app_context():
        change_site(acting(None, admin=True), registration=RegistrationMode.OPEN)
    return make_user(app, "Ana Lind", email="ana@example.org", password_hash=PASSWORD_HASH)


@pytest.fixture
def doors(app, browse, ana):
    """Return every form that takes a new password: who sends it, where from, where to, and with."""
    space = make_space(app, "Cohort 9", slug="cohort-9")
    join(app, space, ana, Role.OWNER)
    _key, token = make_invitation(app, space, ana)
    reset = f"/reset/{make_letters(app, ana, 'heron')['reset']}"
    change = {"password": PASSWORD}
    return [
        (browse(ana), "/me/security", "/me/password", "new_password", change),
        (browse(None), "/register", "/register", "password", NEWCOMER),
        (browse(None), f"/join/{token}", f"/join/{token}", "password", NEWCOMER),
        (browse(None), reset, reset, "password", {}),
    ]


def test_nine_characters_are_too_few_at_every_door(doors):
    assert weakness_of(NINE) is None
    for client, page, action, field, rest in doors:
        answer = send(client, page, action, **rest, **{field: NINE})
        assert answer.status_code == 422, page
        assert f"Use {PASSWORD_SHORTEST} to 200 characters" in answer.text, page


@pytest.mark.parametrize("password", ANY)
def test_any_letters_make_a_password(browse, ana, password):
    client = browse(ana)
    form = {"password": PASSWORD, "new_password": password}
    assert send(client, "/me/security", "/me/password", **form).status_code == 303
    typed = {"email": "ana@example.org", "password": password}
    assert send(browse(None), "/sign-in", "/sign-in", **typed).status_code == 303


def test_a_password_is_changed_by_who_knows_the_former(app, browse, ana):
    for former in ("", PASSWORD.upper(), PASSWORD + "s"):
        form = {"password": former, "new_password": "nine loud gulls"}
        assert send(browse(ana), "/me/security", "/me/password", **form).status_code == 422
    with app.app_context():
        assert verify_password(db.session.get_one(User, ana).password_hash, PASSWORD)


def test_what_was_typed_counts_to_the_last_letter():
    longest = "Nine loud gulls " * 12 + "at low W"
    kept = hash_password(longest)
    assert len(longest) == 200
    assert verify_password(kept, longest)
    for other in (longest[:-1], longest[:72], longest.lower(), longest.upper(), f" {longest}"):
        assert not verify_password(kept, other)


def test_the_passwords_that_are_tried_first_are_refused():
    """All of the library's list that are long enough for us."""
    known = [word for word in FREQUENCY_LISTS["passwords"] if len(word) >= PASSWORD_SHORTEST]
    assert len(known) > 1_000
    assert [word for word in known if weakness_of(word) is None] == []


def test_passwords_are_masked_and_managers_and_pasting_are_welcome(browse, doors):
    pages = [(client, page) for client, page, *_rest in doors]
    found = 0
    for client, page in [*pages, (browse(None), "/sign-in"), (doors[0][0], "/prove")]:
        text = client.get(page, follow_redirects=True).text
        for field in re.findall(r'<input[^>]* name="(?:new_)?password"[^>]*>', text):
            found += 1
            assert 'type="password"' in field
            assert re.search(r'autocomplete="(current|new)-password"', field)
            assert 'value=""' in field
            form = text.rpartition(field)[0].rpartition("<form")[2].partition(">")[0]
            assert 'method="post"' in form
    assert found >= 6
    # where pictures are pasted, and no password is typed
    writing = {each for name in ("studio", "writing") for each in (SCRIPTS / name).rglob("*.js")}
    for script in set(SCRIPTS.rglob("*.js")) - writing:
        assert not re.search(r"[\"']paste[\"']|onpaste", script.read_text("utf-8")), script.name
