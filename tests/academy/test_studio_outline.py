"""The studio as forms: the outline, a day as a learner, publishing, pictures; no scripts."""

import re

import pytest
from conftest import acting
from factories.accounts import make_user
from factories.forms import send, send_file
from factories.spaces import join
from factories.studio import outline, page_of, png, titles, typed

from community.academy import queries
from community.academy.kinds.builtin import KINDS
from community.academy.models import DraftActivity
from community.academy.operations import (
    add_activity,
    add_module,
    edit_activity,
)
from community.academy.pages.typed import picture_line
from community.kernel.db import db
from community.spaces.models import Role

# ---------- the outline


def test_activities_go_up_and_down_and_on_into_the_module_beside(app, client, course):
    last = outline(app, course).modules[0].activities[-1]
    where = page_of(course, last)
    move = f"{where}/move"
    send(client, where, move, to="down")
    assert [len(each) for each in titles(app, course)] == [3, 2]
    assert titles(app, course)[1][0] == last.title
    send(client, where, move, to="up")
    assert titles(app, course)[0][-1] == last.title
    send(client, where, move, to="up")
    assert titles(app, course)[0][-2] == last.title


def test_an_activity_is_sent_to_another_module(app, client, course):
    first, second = outline(app, course).modules
    where = page_of(course, first.activities[0])
    send(client, where, f"{where}/move", module_id=str(second.id))
    assert titles(app, course)[1][-1] == first.activities[0].title


def test_a_module_of_another_draft_takes_nothing(app, client, course, empty, organiser):
    with app.app_context():
        strange = add_module(acting(organiser), empty, title="Elsewhere").id
    activity = outline(app, course).activities[0]
    where = page_of(course, activity)
    assert send(client, where, f"{where}/move", module_id=str(strange)).status_code == 404
    assert client.get(f"/studio/{course}/modules/{strange}").status_code == 404
    assert client.get(f"/studio/{empty}/activities/{activity.id}").status_code == 404


def test_modules_change_places(app, client, course):
    second = outline(app, course).modules[1]
    where = f"/studio/{course}/modules/{second.id}"
    send(client, where, f"{where}/move", to="up")
    assert outline(app, course).modules[0].id == second.id


def test_one_is_led_back_to_where_one_was_and_nowhere_else(app, client, course):
    first, second = outline(app, course).activities[:2]
    where, move = page_of(course, first), f"{page_of(course, first)}/move"
    here = page_of(course, second)
    assert send(client, where, move, to="down", back=here).location == here
    for strange in (
        "https://example.org/",
        "//example.org",
        "/me/delete",
        f"/studio/{course}/../me",
    ):
        assert send(client, where, move, to="up", back=strange).status_code == 422


def test_a_module_is_added_and_filled_with_each_kind(app, client, empty):
    home = f"/studio/{empty}"
    told = send(client, home, f"{home}/modules", title="Why share", nonce="n")
    for kind in KINDS:
        send(
            client,
            told.location,
            f"{told.location}/activities",
            title=f"A {kind}",
            kind=kind,
            nonce=kind,
        )
    assert titles(app, empty) == [[f"A {kind}" for kind in KINDS]]
    page = client.get(page_of(empty, outline(app, empty).activities[1])).text
    assert "What you write stands here as its learners see it." in page


def test_an_activity_without_a_title_is_not_added_and_that_is_said(app, client, empty):
    home = f"/studio/{empty}"
    there = send(client, home, f"{home}/modules", title="Why share", nonce="n").location
    told = send(client, there, f"{there}/activities", title=" ", kind="page", nonce="n")
    assert told.status_code == 422
    assert "notice error" in told.text
    assert titles(app, empty) == [[]]


def edits_on(page):
    return re.search(r'name="edits" value="(\d+)"', page)[1]


def test_a_module_is_not_removed_while_somebody_writes_in_it(app, client, course):
    module, *others = outline(app, course).modules
    where = f"/studio/{course}/modules/{module.id}"
    stale = edits_on(client.get(where).text)
    send(client, where, f"{where}/activities", title="Just begun", kind="page", nonce="n")
    told = send(client, where, f"{where}/remove", edits=stale)
    assert told.location == where
    assert "changed since you looked at it" in client.get(where).text
    send(client, where, f"{where}/remove", edits=edits_on(client.get(where).text))
    assert [each.id for each in outline(app, course).modules] == [each.id for each in others]


def test_what_is_removed_is_gone_unless_somebody_wrote_in_it_meanwhile(
    app, client, course, organiser
):
    activity = outline(app, course).activities[0]
    where = page_of(course, activity)
    stale = re.search(r'name="revision" value="(\d+)"', client.get(where).text)[1]
    with app.app_context():
        row = db.session.get_one(DraftActivity, activity.id)
        edit_activity(
            acting(organiser),
            row.id,
            title="Another",
            minutes=3,
            required=True,
            phase=None,
            front={},
            body="More.",
            revision=row.revision,
        )
    told = send(client, where, f"{where}/remove", revision=stale)
    assert told.location == where
    assert "Another" in titles(app, course)[0]
    fresh = typed(client.get(where).text)["revision"]
    send(client, where, f"{where}/remove", revision=fresh)
    assert "Another" not in titles(app, course)[0]


# ---------- as a learner, and publishing


def test_a_draft_is_seen_as_it_would_be_on_a_day(client, course):
    where = f"/studio/{course}/preview?starts_on=2026-03-02&at="
    first, second = client.get(where + "2026-03-02").text, client.get(where + "2026-03-09").text
    assert "Opens" in first
    assert "Before you ask" not in first
    assert "Before you ask" in second
    idle = client.get(where + "2026-03-09&pace=nothing").text
    assert "Finish first:" in idle
    assert client.get(f"/studio/{course}/preview?starts_on=never&at=9999-12-31").status_code == 200


def test_nothing_is_published_that_is_still_to_be_mended_and_each_thing_leads_to_its_place(
    app, client, empty, organiser
):
    with app.app_context():
        module = add_module(acting(organiser), empty, title="Why share")
        activity = add_activity(acting(organiser), module.id, kind="page", title="A text").id
    page = client.get(f"/studio/{empty}/publish").text
    assert f'href="/studio/{empty}/activities/{activity}?mend=yes"' in page
    assert "A reading needs a text." in page
    assert 'name="seen"' not in page


def test_publishing_shows_the_difference_and_does_what_was_seen(app, client, course):
    home = f"/studio/{course}/publish"
    assert "Nothing is different from version 1." in client.get(home).text
    reading = outline(app, course).activities[0]
    where = page_of(course, reading)
    send(
        client,
        where,
        where,
        **(typed(client.get(where).text) | {"body": "A second paragraph.", "minutes": "9"}),
    )
    page = client.get(home).text
    assert "<ins>second</ins>" in page
    assert "Minutes: <del>8</del> <ins>9</ins>" in page
    seen = re.search(r'name="seen" value="(\w+)"', page)[1]
    send(client, where, where, **(typed(client.get(where).text) | {"body": "A third paragraph."}))
    told = send(client, home, home, seen=seen)
    assert told.status_code == 409
    assert "Look at the difference again." in told.text
    seen = re.search(r'name="seen" value="(\w+)"', told.text)[1]
    done = send(client, home, home, seen=seen)
    there = client.get(done.location).text
    assert "Version 2 is published." in there
    assert client.get(f"/studio/{course}").status_code == 404


def test_a_draft_is_discarded_and_what_is_published_stays(client, course):
    where = f"/studio/{course}"
    stale = edits_on(client.get(where).text)
    send(client, where, f"{where}/modules", title="One more", nonce="n")
    told = send(client, where, f"{where}/discard", edits=stale)
    assert told.location == where
    assert "changed since you looked at it" in client.get(where).text
    send(client, where, f"{where}/discard", edits=edits_on(client.get(where).text))
    page = client.get("/courses").text
    assert "The draft is discarded." in page
    assert "Version 1" in page


# ---------- pictures


def test_a_picture_is_added_with_its_words_and_shown_to_who_may_edit(
    app, client, course, browse, network
):
    home = f"/studio/{course}"
    fields = {"alt": "Two waves", "caption": "", "back": home}
    refused = send_file(client, home, f"{home}/pictures", "picture", b"no picture", **fields)
    assert refused.status_code == 422
    assert 'id="f-picture-error"' in refused.text
    assert 'value="Two waves"' in refused.text
    mute = send_file(client, home, f"{home}/pictures", "picture", png(), **(fields | {"alt": " "}))
    assert mute.status_code == 422
    assert 'id="f-alt-error"' in mute.text
    told = send_file(client, home, f"{home}/pictures", "picture", png(), **fields)
    page = client.get(told.location).text
    path = re.search(r"!\[Two waves\]\((assets/[a-z-]+\.png)\)", page)[1]
    picture = client.get(f"{home}/files/{path}")
    assert picture.content_type == "image/png"
    assert "sandbox" in picture.headers["Content-Security-Policy"]
    reader = make_user(app)
    join(app, network, reader, Role.FACILITATOR)
    assert browse(reader).get(f"{home}/files/{path}").status_code == 404
    remove = re.search(rf"{home}/pictures/[0-9a-f-]+/remove", page)[0]
    send(client, home, remove, back=home)
    with app.app_context():
        left = [each.path for each in queries.draft_outline(course).pictures]
    assert len(left) == 1


@pytest.mark.parametrize(
    ("alt", "caption", "expected"),
    [
        ("Two waves", "", "![Two waves](assets/a.png)"),
        ("A [sic]\nwave", "", r"![A \[sic\] wave](assets/a.png)"),
        ("Waves", 'The "big" one', r'![Waves](assets/a.png "The \"big\" one")'),
    ],
)
def test_the_line_of_a_picture_says_what_was_said_of_it(alt, caption, expected):
    assert picture_line("assets/a.png", alt, caption) == expected
