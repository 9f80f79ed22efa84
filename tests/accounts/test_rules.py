"""Addresses, passwords, and where a sign-in may lead."""

from email.headerregistry import Address

import pytest
from factories.accounts import PASSWORD, PASSWORD_HASH
from hypothesis import given
from hypothesis import strategies as st

from community.accounts.rules import (
    check_email,
    fold_email,
    hash_password,
    is_outdated,
    local_path,
    verify_password,
)
from community.kernel.errors import Invalid
from community.kernel.mailboxes import deliverable


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" Ana@Example.ORG ", "ana@example.org"),
        ("\uff21\uff2e\uff21@example.org", "ana@example.org"),  # full width
        ("STRASSE@example.org", "strasse@example.org"),
        ("straße@example.org", "strasse@example.org"),
        ("ana+news@mail.example.org", "ana+news@mail.example.org"),
        ("o'neil_a=b/c@m\u00fcnchen.example", "o'neil_a=b/c@xn--mnchen-3ya.example"),
        ("ana@xn--MNCHEN-3ya.example", "ana@xn--mnchen-3ya.example"),
    ],
)
def test_an_address_is_kept_folded(typed, kept):
    assert check_email(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        *("", "ana", "@example.org", "ana@", "ana@example", "a b@example.org", "a@b@example.org"),
        *("ana@.org", "ana@example..org", "x" * 65 + "@example.org", "a@" + "x" * 260 + ".org"),
        # of no mailbox, or of another than it looks
        *("a..b@example.org", ".a@example.org", "a,b@example.org", "a;b@example.org"),
        *("victim(1)@example.org", "a@b(c).org", "<a>@example.org", '"ab"@example.org'),
        *("ana@[192.0.2.1].org", "a:b@example.org", "a@x=?utf-8?q?x?=.org", "a@-b.org"),
        *("ana@" + "\u00fc" * 60 + ".example", "ana@" + "x" * 64 + ".example"),
        *("ana@exam\u200bple.org", "ana@exam\u2060ple\u00fc.org", "an\u200ba@example.org"),
        *("ana@exam\ufe0fple.org", "ana@\u202eexample.org", "ana@[192.0.2.1]", "ana@[::1]"),
        *("ana@exam\u00adple\u00fc.org", "ana@a\u3002b\u00fc.org", "ana@example.org."),
    ],
)
def test_what_is_no_address_is_refused_by_name(typed):
    with pytest.raises(Invalid) as error:
        check_email(typed)
    assert list(error.value.fields) == ["email"]


def test_why_an_address_in_another_script_is_refused_is_said():
    with pytest.raises(Invalid) as error:
        check_email("\u00e4nne@example.org")
    assert "Before the @" in str(error.value.fields["email"])


@given(st.from_regex(r"[^@\s]{1,12}@[^@\s.]{1,12}(\.[^@\s.]{1,12}){1,2}", fullmatch=True))
def test_an_address_that_is_taken_is_the_one_a_letter_goes_to(text):
    try:
        kept = check_email(text)
    except Invalid:
        return
    assert kept.isascii()
    assert Address(addr_spec=deliverable(kept) or "").addr_spec == kept == fold_email(text)


@given(st.text(max_size=80))
def test_folding_twice_is_folding_once(text):
    assert fold_email(fold_email(text)) == fold_email(text)


def test_a_password_opens_only_its_own_hash():
    assert verify_password(PASSWORD_HASH, PASSWORD)
    assert not verify_password(PASSWORD_HASH, PASSWORD + " ")
    assert hash_password(PASSWORD) != PASSWORD_HASH  # salted
    assert PASSWORD_HASH.startswith("$argon2id$")


def test_one_password_typed_on_two_keyboards_is_one():
    assert verify_password(hash_password("cafe\u0301 con leche"), "caf\u00e9 con leche")


@pytest.mark.parametrize("kept", [None, "", "!", "$argon2id$broken"])
def test_without_a_usable_hash_nothing_is_right(kept):
    for password in ("nobody", PASSWORD):
        assert not verify_password(kept, password)


def test_a_hash_of_weaker_parameters_is_outdated():
    weak = "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$0WAJqR8RvRaqBnmzVnqMPQ"
    assert is_outdated(weak)
    assert not is_outdated(PASSWORD_HASH)


@pytest.mark.parametrize("target", ["/", "/home", "/join/abc?x=1#y", "/spaces/a/people", "/é"])
def test_a_path_of_this_site_is_followed(target):
    assert local_path(target) == target


@pytest.mark.parametrize(
    "target",
    [
        *(None, "", "home", "//evil.example", "///evil.example", "/\\evil.example", "/a\\b"),
        *("https://evil.example", "javascript:alert(1)", "/\t/evil.example", "/\n/evil"),
        *("\\/evil.example", " //evil", "/" + "x" * 3_000),
    ],
)
def test_whatever_may_lead_elsewhere_is_not(target):
    assert local_path(target) is None
