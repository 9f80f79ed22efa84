"""Names after an "@" are found in a text, whatever stands around them."""

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.accounts.rules import folded
from community.discussions.rules import (
    MOST_CALLS,
    MentionedGroup,
    Named,
    Roll,
    called_in,
    chosen_form,
    form_of,
    key_of,
    short_key,
)
from community.kernel.markdown_rules import CHOSEN

ADA = uuid.UUID("01890a5d-ac96-774b-bcce-b302099a8057")


def roll(*names):
    people = {folded(name): Named(uuid.uuid5(ADA, name), name, folded(name)) for name in names}
    keys = {who.id: who for who in people.values()}
    return Roll(people, keys, lambda group: group is not MentionedGroup.EVERYONE)


@given(st.uuids())
def test_a_short_key_is_the_id(key):
    assert key_of(short_key(key)) == key
    assert CHOSEN.fullmatch(chosen_form("Ada", key))


@pytest.mark.parametrize("short", ["", "a", "é", "a" * 23, "----", "=" * 22, "a" * 40])
def test_what_is_no_key_is_none(short):
    assert key_of(short) is None


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Ada Lovelace", "@ada lovelace."),
        ("J. R. O'Neil-Smith", "@J. R. O'Neil-Smith's"),
        ("José", "@Jose\u0301!"),
        ("Ada L.", "@Ada L., hi"),
        ("अनीता", "@अनीता से"),
        ("王小明", "@王小明"),
        ("Ana (Rio)", "@Ana (Rio)"),
        ("Straße", "@STRASSE"),
    ],
)
def test_a_name_is_found_as_people_write_it(name, text):
    names, _chosen = called_in(text)
    assert folded(name) in names
    call = roll(name)(text, 0, len(text))
    assert call is not None
    assert folded(text[1 : call.end]) == folded(name)


def test_a_person_is_not_taken_for_a_group_nor_a_group_for_a_person():
    who = roll("Organisers", "Organisers Two")
    assert who("@organisers!", 0, 12).href is None
    assert who("@organisers two!", 0, 16).href
    assert form_of("Organisers", ADA, shared=False) == chosen_form("Organisers", ADA)


@pytest.mark.parametrize(
    ("name", "plain"),
    [("Ada Lovelace", True), ("A. B. C. D. E. F. G. H.", False), ("J_ *x*", True)],
)
def test_a_name_is_offered_in_a_form_that_is_understood(name, plain):
    text = form_of(name, ADA, shared=False)
    assert (text == f"@{name}") is plain
    who = Named(ADA, name, folded(name))
    call = Roll({folded(name): who}, {ADA: who}, lambda _group: True)(text, 0, len(text))
    assert call.end == len(text)
    assert form_of(name, ADA, shared=True) == chosen_form(name, ADA)


@pytest.mark.parametrize("text", ["@Adams", "@Ad a", "@Ada\u0301m", "@Ad\na", "@ Ada"])
def test_a_part_of_a_word_is_no_name(text):
    assert roll("Ada")(text, 0, len(text)) is None


@given(st.text(alphabet="@Aad Lé.\n[](:)", max_size=80))
def test_whoever_is_called_was_looked_up_before(text):
    names, _chosen = called_in(text)
    who = roll("Ada", "Ada L", "a", "A. é")
    for at in [at for at, sign in enumerate(text) if sign == "@"][:MOST_CALLS]:
        free = at == 0 or not (text[at - 1].isalnum() or text[at - 1] in "_@.-/:")
        if free and (call := who(text, at, len(text))) is not None:
            assert at + 1 < call.end <= len(text)
    assert {each.called for each in who.people.values()} <= names


def test_only_so_many_signs_are_looked_at():
    names, _chosen = called_in(" ".join(f"@n{number}" for number in range(MOST_CALLS + 9)))
    assert len(names) < 13 * MOST_CALLS
    assert f"n{MOST_CALLS}" not in {name.split()[0] for name in names if " " not in name}
