"""The search among members: it finds by what is shown, and by nothing that is hidden."""

import html
import re

import pytest
from factories.accounts import TEXTS, make_profile, make_user
from factories.spaces import join

from community.accounts.models import AT_FIRST, Audience, Profile
from community.accounts.operations import register_user, switch_off_account
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.keys import new_key
from community.spaces.models import Role
from community.spaces.queries import members_by_rank

SELF, LEADS, SPACES = Audience.SELF, Audience.LEADS, Audience.SPACES
PEOPLE = "/spaces/cohort-9/people"


def says(app, world, audience, **more):
    visible = dict.fromkeys(AT_FIRST, audience)
    make_profile(app, world["ana"], **{**TEXTS, **more}, visible=visible)


def finds(app, world, viewer, words, **more):
    with app.app_context():
        page = members_by_rank(Context.begin(world[viewer]), world["space"], search=words, **more)
        return [row.name for row in page.items]


@pytest.mark.parametrize(
    "words",
    [
        "institute",
        "HERON inst",
        "heronville",
        "heronese",
        "herons at",
        "they/heron",
        "ana",
        "dawn lin",
    ],
)
@pytest.mark.parametrize(
    ("audience", "bo", "cleo"), [(SELF, False, False), (LEADS, False, True), (SPACES, True, True)]
)
def test_only_what_is_shown_is_searched(app, world, words, audience, bo, cleo):
    """Whoever hid the place is not found by it: else a search would tell what is hidden."""
    says(app, world, audience)
    named = words == "ana"
    assert finds(app, world, "bo", words) == (["Ana Lind"] if bo or named else [])
    assert finds(app, world, "cleo", words) == (["Ana Lind"] if cleo or named else [])


def test_hiding_a_field_takes_it_out_of_the_search_at_once(app, world):
    says(app, world, SPACES)
    assert finds(app, world, "bo", "heronville") == ["Ana Lind"]
    make_profile(app, world["ana"], visible={"place": SELF})
    assert finds(app, world, "bo", "heronville") == []
    make_profile(app, world["ana"], place="Elsewhere", visible={"place": SPACES})
    assert finds(app, world, "bo", "heronville") == []
    assert finds(app, world, "bo", "elsewhere") == ["Ana Lind"]


@pytest.mark.parametrize("audience", [LEADS, SPACES])
def test_who_is_shut_out_is_found_by_the_name_alone(app, world, audience):
    says(app, world, audience)
    with app.app_context():
        switch_off_account(Context.begin(None, origin="shell"), world["ana"])
    assert finds(app, world, "cleo", "heronville") == []
    assert finds(app, world, "cleo", "lind") == ["Ana Lind"]


def test_a_word_does_not_reach_from_one_field_into_the_next(app, world):
    says(app, world, SPACES)
    assert finds(app, world, "bo", "herons") == ["Ana Lind"]
    assert finds(app, world, "bo", "lindthey") == []


def test_what_one_types_means_itself(app, world):
    make_profile(app, world["ana"], organisation="100% of_all/things")
    assert finds(app, world, "bo", "100%") == ["Ana Lind"]
    assert finds(app, world, "bo", "of_all/things") == ["Ana Lind"]
    for words in ("1_0%", "%%", "__", "o%s", "[a-z]", "\\"):
        assert finds(app, world, "bo", words) == []


def test_accents_and_case_do_not_matter(app, world):
    make_profile(app, world["ana"], name="Élodie Ngũgĩ", organisation="Straße 9")
    for words in ("elodie", "ÉLODIE", "ngugi", "NGŨGĨ", "strasse"):
        assert finds(app, world, "bo", words) == ["Élodie Ngũgĩ"]


def test_whoever_has_no_profile_yet_is_found_by_name(app, world):
    with app.app_context():
        assert db.session.query(Profile).count() == 0
    assert finds(app, world, "cleo", "an") == ["Ana Lind"]


def test_a_newcomer_is_found_by_name_with_accents(app, world):
    with app.app_context():
        ctx = Context.begin(new_key())
        register_user(
            ctx, email="z@example.org", name="Željko", password_hash="x", zone="UTC", language="en"
        )
    join(app, world["space"], ctx.person, Role.MEMBER)
    assert finds(app, world, "bo", "zeljko") == ["Željko"]


def test_a_role_narrows_the_search(app, world):
    assert finds(app, world, "bo", "", role=Role.FACILITATOR) == ["Cleo"]
    assert finds(app, world, "bo", "ana", role=Role.FACILITATOR) == []


def test_nobody_is_found_in_a_space_one_does_not_see(app, world):
    assert finds(app, world, "eve", "ana") == []


def test_the_order_goes_by_role_and_name_whatever_is_hidden(app, world):
    before = finds(app, world, "bo", "")
    says(app, world, SELF)
    make_profile(app, world["bo"], organisation="Aardvark", visible={"organisation": SELF})
    assert finds(app, world, "bo", "") == before == ["Cleo", "Ana Lind", "Bo"]


# ------------------------------------------------------------------ the people page


def test_the_people_page_finds_and_says_when_it_does_not(app, browse, world):
    says(app, world, SPACES)
    client = browse(world["bo"])
    found = client.get(f"{PEOPLE}?q=heronville")
    assert "Ana Lind" in found.text
    assert "Cleo" not in found.text
    assert 'value="heronville"' in found.text
    assert "Show everybody" in found.text
    none = client.get(f"{PEOPLE}?q=pelican")
    assert none.status_code == 200
    assert "Nobody here fits that" in none.text
    assert "Cleo" in client.get(f"{PEOPLE}?role=facilitator").text
    assert "Ana Lind" not in client.get(f"{PEOPLE}?role=facilitator").text
    assert "Ana Lind" in client.get(f"{PEOPLE}?role=emperor&q=").text


def test_a_search_keeps_its_words_on_the_next_page(app, browse, world):
    for number in range(55):
        join(app, world["space"], make_user(app, f"Heron {number:02}"), Role.MEMBER)
    client = browse(world["bo"])
    first = client.get(f"{PEOPLE}?q=heron&role=member")
    onward = html.unescape(re.search(r'rel="next" href="([^"]+)"', first.text)[1])
    assert "q=heron" in onward
    assert "role=member" in onward
    second = client.get(onward)
    assert "Heron 54" in second.text
    assert "Heron 01" not in second.text


@pytest.mark.parametrize("query", ["", "?q=heron", "?q=heron+institute+at&role=member"])
def test_the_people_page_asks_as_little_of_a_hundred_as_of_three(
    app, browse, world, count_queries, query
):
    client = browse(world["cleo"])
    client.get(PEOPLE)
    count_queries.clear()
    client.get(PEOPLE + query)
    few = len(count_queries)
    for number in range(60):
        key = make_user(app, f"Heron {number:02}")
        join(app, world["space"], key, Role.MEMBER)
        make_profile(app, key, **TEXTS)
    count_queries.clear()
    client.get(PEOPLE + query)
    assert len(count_queries) == few <= 10
