"""The studio as forms: the catalogue, what is written, what clashes; no scripts."""

import re

from conftest import acting
from factories.accounts import make_user
from factories.forms import send
from factories.spaces import join
from factories.studio import outline, page_of, typed
from markupsafe import escape
from page_text import text_of

from community.academy.kinds.builtin import KINDS
from community.academy.kinds.fields import FrontMatter, Line, WholeNumber, YesNo, from_to
from community.academy.models import DraftActivity
from community.academy.operations import (
    add_activity,
    add_module,
)
from community.academy.pages.facts import own_facts, own_front
from community.kernel.db import db
from community.spaces.models import Role

# ---------- the catalogue


def test_an_empty_catalogue_offers_the_studio_first_and_the_command_second(client):
    page = client.get("/courses").text
    assert page.index("Write a course") < page.index("community course import")


def test_a_course_is_begun_by_its_title_and_opens_in_the_studio(app, client, network):
    told = send(
        client,
        "/courses/new",
        "/courses/new",
        title="Sharing data",
        space_id=str(network),
        language="fr",
        nonce="n",
    )
    page = client.get(told.location).text
    assert "Begin with a module" in page
    for kind in KINDS.values():
        assert str(kind.front_schema.about) in page
    again = client.get("/courses").text
    assert "Not published yet" in again
    assert "Sharing data" in again


def test_the_same_form_sent_twice_begins_one_course(app, client, network):
    page = client.get("/courses/new").text
    nonce = re.search(r'name="nonce" value="(\w+)"', page)[1]
    fields = {"title": "Sharing data", "space_id": str(network), "language": "en", "nonce": nonce}
    told = [send(client, "/courses/new", "/courses/new", **fields) for _ in range(2)]
    assert told[0].location == told[1].location


def test_a_course_without_a_title_is_not_begun_and_what_was_chosen_stays(client, network):
    told = send(
        client,
        "/courses/new",
        "/courses/new",
        title="  ",
        space_id=str(network),
        language="sw",
        nonce="n",
    )
    assert told.status_code == 422
    assert 'value="sw" selected' in told.text


def test_facilitators_read_courses_and_are_offered_no_pen(app, browse, network, course):
    reader = make_user(app)
    join(app, network, reader, Role.FACILITATOR)
    there = browse(reader)
    page = there.get("/courses").text
    assert "Sharing data" in page
    assert "Write a course" not in page
    assert "/studio" not in page
    assert there.get(f"/studio/{course}").status_code == 404
    assert there.get("/courses/new").status_code == 403


def test_who_may_edit_goes_on_with_the_draft_there_is(client, course):
    page = client.get("/courses").text
    assert "Go on with the draft" in page
    assert f"/studio/{course}" in page


# ---------- writing


def test_every_kind_has_words_for_its_author_and_a_label_for_each_of_its_keys():
    for kind in KINDS.values():
        assert str(kind.front_schema.about).endswith("."), kind.name
        assert str(kind.front_schema.writing), kind.name
        assert bool(kind.front_schema.piece_label) == bool(kind.front_schema.pieces), kind.name
        for name, field in kind.front_schema().fields.items():
            assert field.metadata.get("label"), f"{kind.name}: {name}"


def test_the_fields_of_a_kind_nobody_has_seen_come_from_its_schema():
    class Front(FrontMatter):
        words = WholeNumber(
            load_default=None, validate=from_to(10, 500), metadata={"label": "Words"}
        )
        open = YesNo(load_default=True, metadata={"label": "Open"})
        by = Line(load_default="", metadata={"label": "By"})

    class Kind:
        front_schema = Front

    facts = {fact.label: fact for fact in own_facts(Kind(), {"words": "many"})}
    assert (facts["Words"].type, facts["Words"].value) == ("number", "many")
    assert (facts["Words"].least, facts["Words"].most) == (10, 500)
    assert (facts["Open"].type, facts["Open"].value) == ("checkbox", True)
    assert facts["By"].type == "text"
    given = own_front(Kind(), {"front.words": "12", "front.by": "Amina"})
    assert given == {"words": "12", "open": "false", "by": "Amina"}


def test_each_kind_is_shown_as_it_is_written_and_saved_as_it_came(app, client, course):
    for activity in outline(app, course).activities:
        where = page_of(course, activity)
        page = client.get(where).text
        before = outline(app, course)
        told = send(client, where, where, **typed(page))
        assert told.status_code == 303, activity.kind
        assert told.location == where
        assert outline(app, course) == before, activity.kind


def test_a_quiz_is_saved_with_its_own_keys_and_previewed_with_its_questions(app, client, course):
    quiz = outline(app, course).activities[1]
    where = page_of(course, quiz)
    fields = typed(client.get(where).text) | {
        "front.attempts": "3",
        "front.pass": "80",
        "minutes": "7",
    }
    send(client, where, where, **fields)
    with app.app_context():
        row = db.session.get_one(DraftActivity, quiz.id)
        assert row.front == {"attempts": 3, "pass": 80}
        assert row.minutes == 7
    page = client.get(where).text
    assert "You pass with 80%." in page
    assert "<fieldset>" in page.partition("studio-preview")[2]
    assert "A list of wells" in page.partition("studio-preview")[2]


def test_what_cannot_be_a_number_is_kept_and_named_beside_its_field(app, client, course):
    quiz = outline(app, course).activities[1]
    where = page_of(course, quiz)
    fields = typed(client.get(where).text) | {"front.attempts": "many"}
    assert send(client, where, where, **fields).status_code == 303
    page = client.get(where).text
    assert 'value="many"' in page
    assert "This must be a whole number." in page
    assert "Attempts: This must be a whole number." in page  # among what is to be mended
    assert "1 thing to mend" in page  # in the outline


def test_what_is_wrong_in_a_text_is_named_with_its_line(app, client, course):
    items = outline(app, course).modules[1].activities[0]
    where = page_of(course, items)
    fields = typed(client.get(where).text) | {"body": "First.\n\n- [ ] One\n- [x] Two"}
    send(client, where, where, **fields)
    page = client.get(where).text
    assert 'data-line="4">Line 4</a>' in page
    assert "An item begins without an x" in page


def test_hints_tell_what_could_be_better_and_keep_nobody_from_saving(app, client, course):
    reading = outline(app, course).activities[0]
    where = page_of(course, reading)
    body = "Look [here](https://example.org).\n\n#### Deep\n\n![](assets/waves.svg)"
    send(client, where, where, **(typed(client.get(where).text) | {"body": body}))
    notes = client.get(where).text.partition("What could be better")[2]
    for line in (1, 3, 5):
        assert f'data-line="{line}"' in notes


def test_who_is_second_reads_both_texts_and_loses_nothing(app, client, course, network, browse):
    other = make_user(app, "Grace Mwangi")
    join(app, network, other, Role.ORGANISER)
    reading = outline(app, course).activities[0]
    where = page_of(course, reading)
    mine = typed(client.get(where).text) | {"body": "Data is what I wrote."}
    there = browse(other)
    send(
        there,
        where,
        where,
        **(typed(there.get(where).text) | {"body": "Data is what Grace wrote."}),
    )
    told = send(client, where, where, **mine)
    assert told.status_code == 409
    assert "Grace Mwangi saved this" in told.text
    assert "<del>I</del><ins>Grace</ins>" in told.text
    assert "Data is what I wrote.</textarea>" in told.text
    again = send(client, where, where, **typed(told.text))  # what the page then holds is one's own
    assert again.status_code == 303
    assert typed(client.get(where).text)["body"] == "Data is what I wrote."


def test_a_text_that_is_too_long_is_refused_in_words_and_stands_there(app, client, course):
    reading = outline(app, course).activities[0]
    where = page_of(course, reading)
    told = send(client, where, where, **(typed(client.get(where).text) | {"title": "x" * 300}))
    assert told.status_code == 422
    assert "x" * 300 in told.text
    assert 'data-part="refused"><div role="alert">' in told.text


def test_the_preview_reads_like_the_learners_page(app, client, course):
    reading = outline(app, course).activities[0]
    page = client.get(page_of(course, reading)).text.partition('class="studio-preview"')[2]
    assert '<p class="first">A first paragraph.</p>' in page
    assert f'src="/studio/{course}/files/assets/waves.svg"' in page


def test_an_activity_without_minutes_is_told_so_in_plain_words(app, client, empty, organiser):
    with app.app_context():
        module = add_module(acting(organiser), empty, title="Why share")
        activity = add_activity(acting(organiser), module.id, kind="page", title="A text")
    page = client.get(page_of(empty, activity)).text
    assert "Minutes: This is still to be filled in." in page


def test_what_was_just_begun_is_asked_for_quietly_until_publishing_is_refused(
    app, client, empty, organiser
):
    with app.app_context():
        module = add_module(acting(organiser), empty, title="Why share")
        activity = add_activity(acting(organiser), module.id, kind="film", title="A film")
    where = page_of(empty, activity)
    page = client.get(where).text
    assert "This is still to be filled in." in page
    assert "Still to come before it is published" in page
    assert 'aria-invalid="true"' not in page
    refused = client.get(f"{where}?mend=yes").text
    assert 'name="minutes" type="number"' in refused
    assert re.search(r'<input [^>]*name="minutes"[^>]*aria-invalid="true"', refused)
    assert "To mend before it is published" in refused
    # filled: the part that a script takes from this answer says so no more
    send(client, where, where, **(typed(page) | {"minutes": "7"}))
    part = re.search(r'data-part="f-minutes-hint">(.*?)</p>', client.get(where).text)
    assert part[1] == ""


def test_one_faulty_question_is_marked_and_the_others_are_shown(app, client, course):
    quiz = outline(app, course).activities[1]
    where = page_of(course, quiz)
    body = (
        "Look again.\n\n## Which is data?\n\n- (x) A list\n- ( ) A rumour\n\n"
        "## Which is not?\n\n- ( ) A list\n- ( ) A rumour"
    )
    send(client, where, where, **(typed(client.get(where).text) | {"body": body}))
    shown = client.get(where).text.partition('class="studio-preview"')[2]
    assert shown.count("<fieldset>") == 1
    assert '<p class="first">Look again.</p>' in shown
    assert "Question 2 cannot be shown yet" in shown
    assert 'data-line="8">Line 8</a>: No option is marked as right' in shown
    assert "Which is not?" not in shown


def test_each_sort_of_question_is_offered_and_explained_by_its_example(app, client, course):
    quiz = outline(app, course).activities[1]
    page = client.get(page_of(course, quiz)).text
    for piece in KINDS["quiz"].front_schema.pieces:
        assert page.count(str(escape(piece.text))) == 2, piece.label
        assert f'<th scope="row">{piece.label}</th>' in page


def test_a_file_is_added_from_the_field_that_wants_one(app, client, empty, organiser):
    with app.app_context():
        module = add_module(acting(organiser), empty, title="Why share")
        activity = add_activity(acting(organiser), module.id, kind="film", title="A film")
    where = page_of(empty, activity)
    page = client.get(where).text
    assert f'href="{where}?add=file#files"' in page
    assert f'href="{where}?add=picture#pictures"' in page  # what stands there before it plays
    assert not re.search(r'<details [^>]*id="files"[^>]*open', page)
    page = client.get(f"{where}?add=file").text
    assert re.search(r'<details [^>]*id="files"[^>]*open', page)
    assert not re.search(r'<details [^>]*id="pictures"[^>]*open', page)
    # refused, it stands there again, and can be sent again from there
    told = send(client, where, f"/studio/{empty}/course-files", words="Film of bees", back=where)
    assert told.status_code == 422
    assert f'name="back" value="{where}"' in told.text


def test_a_licence_is_chosen_or_written(app, client, empty):
    home = f"/studio/{empty}"
    fields = typed(client.get(home).text)
    send(client, home, home, **(fields | {"licence": "CC0-1.0"}))
    page = client.get(home).text
    assert '<option value="CC0-1.0" selected>' in page
    fields = typed(page) | {"licence": "other", "other_licence": "MIT"}
    send(client, home, home, **fields)
    assert outline(app, empty).licence == "MIT"
    page = client.get(home).text
    assert '<option value="other" selected>' in page
    assert 'name="other_licence" value="MIT"' in page


def test_what_few_need_is_folded_below_the_text_and_open_where_it_was_changed(app, client, course):
    quiz = outline(app, course).activities[1]
    where = page_of(course, quiz)
    page = client.get(where).text
    above, below = page.split('<textarea class="input voice"')
    assert 'name="front.attempts"' in above
    assert 'name="front.pass"' in above
    for key in ("time_limit", "counts", "solutions", "partial", "draw", "shuffle_options"):
        assert f'name="front.{key}"' not in above
        assert f'name="front.{key}"' in below
    assert '<details class="more-facts">' in page
    send(client, where, where, **(typed(page) | {"front.time_limit": "30"}))
    assert '<details class="more-facts" open>' in client.get(where).text
    send(client, where, where, **(typed(page) | {"front.time_limit": "no", "revision": "2"}))
    assert '<details class="more-facts" open>' in client.get(where).text


def test_what_publishing_changes_is_said_in_the_words_of_the_form(app, client, course):
    quiz = outline(app, course).activities[1]
    where = page_of(course, quiz)
    changed = {"front.pass": "90", "front.solutions": "each", "front.wait": "30"}
    assert (
        send(client, where, where, **(typed(client.get(where).text) | changed)).status_code == 303
    )
    page = text_of(client.get(f"/studio/{course}/publish"))
    assert "Solutions are shown: once passed, or without attempts left after each attempt" in page
    assert "Solutions are shown: each" not in page
