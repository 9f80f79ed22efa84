"""Tags: who sets and who keeps them, what is one and the same, which threads a list shows."""

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.discussions import make_thread
from factories.spaces import join, make_space
from page_text import fields_of, text_of

from community.discussions.models import Tag, Thread, ThreadKind
from community.discussions.operations import (
    merge_posts,
    move_thread,
    remove_tag,
    rename_tag,
    rename_thread,
)
from community.discussions.operations import tags as tag_operations
from community.discussions.queries import Shown, tags_of, tags_of_space, threads_of
from community.kernel import log
from community.kernel.db import db
from community.kernel.errors import Conflict, Forbidden, NotFound
from community.spaces.models import Role, Space

SAME = {"title": "Who signs for the readings?", "kind": ThreadKind.QUESTION}


def tag_thread(place, *names, who="member"):
    rename_thread(acting(place.people[who]), place.thread_id, **SAME, tags=names)


def tag_id(place, name):
    return db.session.scalars(
        sa.select(Tag.id).where(Tag.space_id == place.space_id, Tag.name == name)
    ).one()


def counts(space_id):
    return {row.name: row.threads for row in tags_of_space(space_id)}


def test_a_thread_has_the_tags_of_its_space_and_one_that_nobody_has_is_gone(app, inside, place):
    other = make_thread(app, place.space_id, place.owner, tags=["wells", "café"])
    tag_thread(place, "wells", "open data")
    assert counts(place.space_id) == {"wells": 2, "café": 1, "open data": 1}
    tag_thread(place, "cafe")
    assert tags_of(place.thread_id) == ["café"], "it is called as it was called first"
    assert counts(place.space_id) == {"wells": 1, "café": 2}
    tag_thread(place)
    rename_thread(acting(place.owner), other, **SAME, tags=())
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Tag)) == 0


def test_tags_that_are_not_spoken_of_stay(app, inside, place):
    tag_thread(place, "wells")
    rename_thread(acting(place.member), place.thread_id, title="New", kind=ThreadKind.ASK)
    assert tags_of(place.thread_id) == ["wells"]


@pytest.mark.parametrize(
    ("who", "refused"), [("observer", Forbidden), ("outsider", NotFound), ("facilitator", None)]
)
def test_who_may_rename_a_thread_sets_its_tags(app, inside, place, who, refused):
    if refused is None:
        return tag_thread(place, "wells", who=who)
    with pytest.raises(refused):
        tag_thread(place, "wells", who=who)
    return None


def test_a_space_has_so_many_tags_at_most(app, inside, place, monkeypatch):
    monkeypatch.setattr(tag_operations, "MOST_TAGS_OF_SPACE", 2)
    tag_thread(place, "one", "two")
    with pytest.raises(Conflict, match="at most 2 tags"):
        tag_thread(place, "one", "two", "three")
    tag_thread(place, "one", "three")
    assert counts(place.space_id) == {"one": 1, "three": 1}


def test_a_list_shows_threads_with_a_tag_together_with_all_else(app, inside, place):
    asked = make_thread(app, place.space_id, place.owner, tags=["wells"], kind=ThreadKind.ASK)
    tag_thread(place, "wells", "open data")
    ctx = acting(place.member)

    def listed(**more):
        return {row.id: row.tags for row in threads_of(ctx, place.space_id, **more).items}

    assert listed(tag="WELLS").keys() == {asked, place.thread_id}
    assert listed(tag="wells", kind=ThreadKind.ASK) == {asked: "wells"}
    assert listed(tag="wells", show=Shown.MINE).keys() == {place.thread_id}
    assert listed(tag="rivers") == {}


def test_the_list_of_threads_takes_no_more_statements_for_tags(app, inside, place, count_queries):
    def statements():
        count_queries.clear()
        threads_of(acting(place.member), place.space_id)
        return len(count_queries)

    before = statements()
    tag_thread(place, "wells", "open data", "rivers")
    assert statements() == before


def test_renaming_a_tag_onto_another_makes_them_one(app, inside, place):
    other = make_thread(app, place.space_id, place.owner, tags=["well"])
    tag_thread(place, "wells", "well")
    kept = rename_tag(acting(place.facilitator), tag_id(place, "well"), name="wells")
    assert kept.name == "wells"
    assert (tags_of(other), tags_of(place.thread_id)) == (["wells"], ["wells"])
    rename_tag(acting(place.facilitator), kept.id, name="Wéll".lower())
    assert tags_of(other) == ["wéll"]


def test_only_who_facilitates_keeps_tags(app, inside, place):
    tag_thread(place, "wells")
    key = tag_id(place, "wells")
    for who, refused in (("member", Forbidden), ("outsider", NotFound)):
        with pytest.raises(refused):
            rename_tag(acting(place.people[who]), key, name="rivers")
        with pytest.raises(refused):
            remove_tag(acting(place.people[who]), key)
    remove_tag(acting(place.facilitator), key)
    assert tags_of(place.thread_id) == []


def test_tags_go_along_to_another_space_and_a_merged_thread_counts_no_more(app, inside, place):
    tag_thread(place, "wells")
    other = make_thread(app, place.space_id, place.owner, tags=["wells"])
    merge_posts(acting(place.facilitator), place.thread_id, into=other)
    assert counts(place.space_id) == {"wells": 1}
    elsewhere = make_space(app, "Elsewhere")
    join(app, elsewhere, place.facilitator, Role.FACILITATOR)
    make_thread(app, elsewhere, place.facilitator, tags=["Wells".lower(), "rain"])
    move_thread(acting(place.facilitator), other, space_id=elsewhere)
    assert counts(elsewhere) == {"wells": 2, "rain": 1}
    assert counts(place.space_id) == {}
    assert db.session.get_one(Thread, other).space_id == elsewhere


# ------------------------------------------------------------------ pages, JSON, live


@pytest.fixture
def talk(app, place):
    with app.app_context():
        return f"/spaces/{db.session.get_one(Space, place.space_id).slug}"


def test_tags_are_typed_with_commas_and_lead_to_their_threads(app, place, browse, talk):
    member = browse(place.member)
    given = {"kind": "ask", "title": "A bucket", "body": "Who has one?", "nonce": "a"}
    made = member.post(f"{talk}/threads/new", data=given | {"tags": "#Wells,  Open   Data ,"})
    assert made.status_code == 303
    page = member.get(made.location)
    assert f'href="{talk}/threads?tag=open+data"' in page.text
    listed = member.get(f"{talk}/threads")
    assert "#wells" in text_of(listed)
    assert f'href="{talk}/tags"' in listed.text
    filtered = member.get(f"{talk}/threads?tag=open+data")
    assert "Threads with the tag #open data" in text_of(filtered)
    assert "Who signs for the readings?" not in text_of(filtered)
    assert f"{talk}/threads?show=unread&amp;tag=open+data" in filtered.text
    assert "No such thread has this tag" in text_of(member.get(f"{talk}/threads?tag=rivers"))
    settings = f"/threads/{place.thread_id}/settings"
    assert '<option value="open data">' in member.get(settings).text
    typed = {"title": "Wells", "kind": "ask"}
    for wrong, said in (("a,b,c,d,e,f", "At most five tags."), ("x" * 31, "30")):
        refused = member.post(settings, data=typed | {"tags": wrong})
        assert (refused.status_code, said in text_of(refused)) == (422, True)
        assert f'value="{wrong}"' in refused.text
    assert member.post(settings, data=typed | {"tags": "wells, Wélls"}).status_code == 303
    assert 'value="wells"' in member.get(settings).text


def test_all_tags_stand_on_a_page_where_who_facilitates_keeps_them(app, place, browse, talk):
    assert "No tags yet" in text_of(browse(place.member).get(f"{talk}/tags"))
    make_thread(app, place.space_id, place.owner, tags=["well"])
    make_thread(app, place.space_id, place.owner, tags=["wells"])
    with app.app_context():
        well, wells = tag_id(place, "well"), tag_id(place, "wells")
    leader = browse(place.facilitator)
    assert "Rename or remove" not in browse(place.member).get(f"{talk}/tags").text
    assert "well 1 thread Rename or remove" in text_of(leader.get(f"{talk}/tags"))
    page = leader.get(f"/tags/{well}")
    assert fields_of(page, f"/tags/{well}").keys() == {"csrf_token", "name"}
    assert leader.post(f"/tags/{well}", data={"name": "a,b"}).status_code == 422
    done = leader.post(f"/tags/{well}", data={"name": "Wells"}, follow_redirects=True)
    assert "The tag is “wells” now." in text_of(done)
    assert "wells 2 threads" in text_of(done)
    done = leader.post(f"/tags/{wells}/remove", follow_redirects=True)
    assert "No thread has the tag “wells” any more." in text_of(done)


def test_tags_are_said_over_json_too(app, place, browse):
    leader, spaces = browse(place.facilitator), f"/api/v1/spaces/{place.space_id}"
    given = {"kind": "ask", "title": "A bucket", "body": "Who?", "tags": ["Wells", "open data"]}
    made = leader.post(f"{spaces}/threads", json=given)
    assert (made.status_code, made.json["tags"]) == (201, ["open data", "wells"])
    thread = f"/api/v1/threads/{made.json['id']}"
    changed = leader.put(thread, json={"kind": "ask", "title": "A bucket", "tags": ["rain"]})
    assert changed.json["tags"] == ["rain"]
    changed = leader.put(thread, json={"kind": "ask", "title": "A pail"})
    assert changed.json["tags"] == ["rain"]
    listed = leader.get(f"{spaces}/threads?tag=Rain").json["items"]
    assert [(row["title"], row["tags"]) for row in listed] == [("A pail", ["rain"])]
    [tag] = leader.get(f"{spaces}/tags").json["items"]
    assert (tag["name"], tag["threads"]) == ("rain", 1)
    assert leader.put(f"/api/v1/tags/{tag['id']}", json={"name": "Rivers"}).status_code == 204
    assert leader.get(thread).json["tags"] == ["rivers"]
    for wrong in (["a,b"], ["x" * 31], [""], ["#"], [1], list("abcdef")):
        changed = leader.put(thread, json={"kind": "ask", "title": "A pail", "tags": wrong})
        assert changed.status_code == 422, wrong
        refused = leader.post(f"{spaces}/threads", json=given | {"tags": wrong})
        assert refused.status_code == 422, wrong
    assert leader.delete(f"/api/v1/tags/{tag['id']}").status_code == 204
    assert leader.get(thread).json["tags"] == []


def test_who_looks_at_the_thread_sees_its_tags_at_once(live, place):
    reader = live.connect(place.observer)
    reader.ask("thread.join", {"thread_id": str(place.thread_id), "since": 1})
    with live.app.app_context():
        tag_thread(place, "wells")
        tag_thread(place, "wells")
    [told] = reader.heard("thread.changed")
    assert told["data"]["tags"] == ["wells"]
    with live.app.app_context():
        assert log.since(place.thread_id, 1)[0].event.what == "tagged"
