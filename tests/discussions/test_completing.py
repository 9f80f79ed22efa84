"""Whom the box offers as one types: within one's rights, those of the thread first."""

import pytest
from conftest import acting
from factories.accounts import make_user
from factories.discussions import make_thread, reply
from factories.spaces import join, make_space

from community.accounts.models import User
from community.discussions.queries.completing import MOST_OFFERED
from community.discussions.rules import chosen_form
from community.kernel.db import db
from community.kernel.emoji import EMOJI
from community.kernel.operation import unit_of_work
from community.spaces.operations import remove_member


def ask(client, place, search="", **more):
    given = {"search": search, **more}
    answer = client.get(f"/api/v1/spaces/{place.space_id}/mentionable", query_string=given)
    assert answer.status_code == 200
    return answer.json


def names(found):
    return [each["user"]["name"] for each in found["people"]]


def test_members_are_found_by_the_beginning_of_any_word_without_accents(app, browse, place):
    for name in ("Zoë Ngũgĩ", "Ana de Zoete", "Lazoe Bo", "100%_sure Zo"):
        join(app, place.space_id, make_user(app, name))
    member = browse(place.member)
    assert names(ask(member, place, "ZO")) == ["100%_sure Zo", "Ana de Zoete", "Zoë Ngũgĩ"]
    assert names(ask(member, place, "zoe n")) == ["Zoë Ngũgĩ"]
    assert names(ask(member, place, "%")) == []
    assert names(ask(member, place, "100%_")) == ["100%_sure Zo"]
    [zoe] = ask(member, place, "zoë")["people"][1:]
    assert zoe["text"] == "@Zoë Ngũgĩ"
    assert zoe["user"]["initials"] == "ZN"


def test_who_says_something_in_the_thread_comes_first_and_alone_before_a_letter(app, browse, place):
    reply(app, place.thread_id, place.owner)
    reply(app, place.thread_id, place.facilitator)
    organiser = browse(place.organiser)
    thread = {"thread": place.thread_id}
    here = ["Facilitator Example", "Owner Example", "Member Example"]
    assert names(ask(organiser, place, **thread)) == here
    assert names(ask(organiser, place, "ex", **thread)) == [*here, "Observer Example"]
    assert names(ask(organiser, place)) == []
    assert names(ask(browse(place.owner), place, "owner")) == [], "nobody mentions themself"


def test_a_thread_of_another_space_says_nothing_of_who_talks_there(app, browse, place):
    other = make_space(app, "Elsewhere")
    for who in (place.outsider, place.owner):
        join(app, other, who)
    thread = make_thread(app, other, place.owner)
    reply(app, thread, place.outsider)
    assert names(ask(browse(place.member), place, thread=thread)) == []


def test_nobody_is_offered_who_is_no_member_or_not_any_more(app, browse, place):
    left, shut = make_user(app, "Lea Left"), make_user(app, "Lea Shut")
    for who in (left, shut):
        join(app, place.space_id, who)
    with app.app_context():
        remove_member(acting(place.owner), place.space_id, left)
        with unit_of_work(acting(None)):
            db.session.get_one(User, shut).deactivated_at = acting(None).now
    member = browse(place.member)
    assert names(ask(member, place, "lea")) == []
    assert names(ask(member, place, "out")) == []


def test_an_outsider_is_answered_as_if_there_were_no_such_space(browse, place):
    outsider = browse(place.outsider)
    here = outsider.get(f"/api/v1/spaces/{place.space_id}/mentionable?search=a")
    nowhere = outsider.get(f"/api/v1/spaces/{place.thread_id}/mentionable?search=a")
    assert (here.status_code, here.json) == (404, nowhere.json)


def test_a_name_that_two_bear_is_written_so_that_it_tells_who_is_meant(app, browse, place):
    twins = [make_user(app, name) for name in ("Ana Lima", "Aña LIMA")]
    for key in twins:
        join(app, place.space_id, key)
    found = ask(browse(place.member), place, "ana")["people"]
    assert {each["text"] for each in found} == {
        chosen_form(name, key) for name, key in zip(("Ana Lima", "Aña LIMA"), twins, strict=True)
    }


def test_at_most_eight_are_offered(app, browse, place):
    for number in range(MOST_OFFERED + 3):
        join(app, place.space_id, make_user(app, f"Many {number:02}"))
    assert len(names(ask(browse(place.member), place, "many"))) == MOST_OFFERED


def test_groups_are_offered_that_one_may_mention(browse, place):
    def groups(who, search=""):
        return [each["text"] for each in ask(browse(who), place, search)["groups"]]

    assert groups(place.member) == ["@organisers", "@facilitators"]
    assert groups(place.facilitator) == ["@organisers", "@facilitators", "@everyone"]
    assert groups(place.member, "EVERY") == []
    assert groups(place.owner, "EVERY") == ["@everyone"]


def test_the_emoji_are_told_once_and_kept(browse, place):
    member = browse(place.member)
    first = member.get("/api/v1/emoji")
    assert ["tada", "🎉"] in first.json["items"]
    assert len(first.json["items"]) == len(EMOJI)
    again = member.get("/api/v1/emoji", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304


def test_what_is_asked_is_limited_in_length(browse, place):
    long = browse(place.member).get(
        f"/api/v1/spaces/{place.space_id}/mentionable?search={'a' * 61}"
    )
    assert long.status_code == 422


@pytest.mark.parametrize("search", ["", "a"])
def test_the_answer_takes_few_statements(browse, place, count_queries, search):
    member = browse(place.member)
    ask(member, place, search, thread=place.thread_id)
    count_queries.clear()
    ask(member, place, search, thread=place.thread_id)
    assert len(count_queries) <= 6
