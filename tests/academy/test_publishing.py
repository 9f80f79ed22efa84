"""Publishing a draft: what is seen is what is published, and both doors write the same course."""

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.academy import checklist_source, course_source, make_version, module_source
from factories.accounts import make_user
from factories.spaces import join, make_space

from community.academy import queries
from community.academy.events import VersionPublished
from community.academy.formats.files import write_files
from community.academy.formats.source import CourseRefused
from community.academy.kinds.builtin import KINDS
from community.academy.models import Activity, CourseDraft, CourseVersion, Module
from community.academy.operations import (
    add_activity,
    add_module,
    begin_course,
    begin_draft,
    edit_activity,
    edit_course,
    edit_module,
    import_course,
    move_activity,
    move_module,
    publish_draft,
    remove_activity,
    remove_module,
)
from community.kernel.db import db
from community.kernel.errors import Conflict, NotFound
from community.kernel.log import EventRow
from community.spaces.models import Role, SpaceKind


def source():
    return course_source(
        modules=(
            *course_source().modules,
            module_source(4, activities=(checklist_source(minutes=7, phase="after"),)),
        )
    )


@pytest.fixture
def network(app):
    return make_space(app, "The network", kind=SpaceKind.NETWORK)


@pytest.fixture
def ctx(app, network):
    user_id = make_user(app)
    join(app, network, user_id, Role.ORGANISER)
    return acting(user_id)


@pytest.fixture
def course_id(app, network):
    version = make_version(app, network, source())
    with app.app_context():
        return db.session.get_one(CourseVersion, version).course_id


def publish(ctx, draft_id):
    return publish_draft(ctx, draft_id, seen=queries.difference(draft_id).digest)


def retyped(ctx, row, **more):
    """Save an activity with something changed in it."""
    texts = {
        name: getattr(row, name)
        for name in ("title", "minutes", "required", "phase", "front", "body", "revision")
    }
    return edit_activity(ctx, row.id, **{**texts, **more})


def edits(draft_id):
    return queries.draft_outline(draft_id).edits


def told(difference):
    return [(change.sort, change.title, change.what) for change in difference.changes]


def test_a_draft_in_which_nothing_changed_is_not_published(inside, course_id, ctx):
    draft = begin_draft(ctx, course_id)
    difference = queries.difference(draft.id)
    assert (difference.number, difference.is_behind, difference.changes) == (1, False, ())
    with pytest.raises(Conflict, match="version 1 already"):
        publish(ctx, draft.id)
    assert db.session.get(CourseDraft, draft.id) is not None


def test_what_is_published_is_what_the_folder_says_byte_for_byte(inside, course_id, ctx):
    draft = begin_draft(ctx, course_id)
    [version] = db.session.scalars(sa.select(CourseVersion))
    before = write_files(queries.as_source(version), KINDS)
    page = queries.draft_activity(draft.id, queries.draft_outline(draft.id).activities[0].id)
    retyped(
        ctx,
        page,
        title="Renamed",
        body=f"{page.body}\r\n\n  \nOne more line.\n\n".replace("\r", ""),
    )
    second = publish(ctx, draft.id)
    after = write_files(queries.as_source(second), KINDS)
    changed = [path for path in after if after[path] != before.get(path)]
    assert changed == ["01-module-1/01-what-counts.md"]
    text = before[changed[0]].decode().replace("title: What counts as data", "title: Renamed")
    assert after[changed[0]].decode() == f"{text}\n\nOne more line.\n".replace(
        "\n\n\n\nOne", "\n\n\nOne"
    )


def test_what_is_sent_twice_is_published_once_and_answered_twice(app, inside, course_id, ctx):
    draft = begin_draft(ctx, course_id)
    page = queries.draft_activity(draft.id, queries.draft_outline(draft.id).activities[0].id)
    retyped(ctx, page, title="Renamed")
    seen = queries.difference(draft.id).digest
    first = publish_draft(ctx, draft.id, seen=seen)
    assert publish_draft(ctx, draft.id, seen=seen).id == first.id
    assert sorted(db.session.scalars(sa.select(CourseVersion.number))) == [1, 2]
    with pytest.raises(NotFound):
        publish_draft(acting(make_user(app)), draft.id, seen=seen)
    with pytest.raises(NotFound):
        publish_draft(ctx, draft.id, seen="0" * 64)


def test_the_parts_of_a_course_stay_the_same_things_through_a_draft(inside, course_id, ctx):
    def keys(version_id):
        return {
            **dict(
                db.session.execute(
                    sa.select(Activity.title, Activity.lineage).where(
                        Activity.version_id == version_id
                    )
                ).all()
            ),
            **dict(
                db.session.execute(
                    sa.select(Module.title, Module.lineage).where(Module.version_id == version_id)
                ).all()
            ),
        }

    [version] = db.session.scalars(sa.select(CourseVersion))
    before = keys(version.id)
    draft = begin_draft(ctx, course_id)
    outline = queries.draft_outline(draft.id)
    checklist = outline.activities[-1]
    move_activity(ctx, checklist.id, module_id=outline.modules[0].id, position=1)
    remove_module(ctx, outline.modules[3].id, edits=edits(draft.id))
    move_module(ctx, outline.modules[2].id, position=1)
    retyped(ctx, queries.draft_activity(draft.id, checklist.id), title="Other name")
    after = keys(publish(ctx, draft.id).id)
    assert after["Other name"] == before["Before you ask"]
    assert after["Module 3"] == before["Module 3"]


def test_the_difference_says_what_became_of_each_thing(inside, course_id, ctx):
    draft = begin_draft(ctx, course_id)
    outline = queries.draft_outline(draft.id)
    one, two, three, four = outline.modules
    page = queries.draft_activity(draft.id, one.activities[0].id)
    retyped(ctx, page, body=page.body + " And more.", minutes=99)
    move_activity(ctx, four.activities[0].id, module_id=one.id, position=9)
    remove_activity(ctx, two.activities[1].id, revision=1)
    remove_module(ctx, four.id, edits=edits(draft.id))
    edit_module(
        ctx, three.id, title="Later", summary=three.summary, body="An introduction.",
        opens_later=True, revision=1,
    )  # fmt: skip
    fifth = add_module(ctx, draft.id, title="Five")
    add_activity(ctx, fifth.id, kind="page", title="New page")
    edit_course(
        ctx, draft.id, title=outline.title, language="de", licence=outline.licence,
        summary=outline.summary, body=outline.body, revision=1,
    )  # fmt: skip
    difference = queries.difference(draft.id)
    assert told(difference) == [
        ("course", "Sharing data", ("changed",)),
        ("activity", page.title, ("changed",)),
        ("activity", "Before you ask", ("moved",)),
        ("module", "Later", ("renamed",)),
        ("module", "Five", ("added",)),
        ("activity", "New page", ("added",)),
        ("module", "Module 4", ("removed",)),
        ("activity", two.activities[1].title, ("removed",)),
    ]
    changed, came = difference.changes[1:3]
    assert [(f.name, f.before, f.after) for f in changed.facts] == [("minutes", page.minutes, 99)]
    assert [(s.sort, s.text) for s in changed.text][1:] == [("added", " And more.")]
    assert (came.former_module, came.module) == ("Module 4", "Module 1")


def test_another_spelling_of_the_same_is_no_difference(inside, course_id, ctx):
    draft = begin_draft(ctx, course_id)
    for line in queries.draft_outline(draft.id).activities:
        row = queries.draft_activity(draft.id, line.id)
        retyped(ctx, row, body=f"\n\n{row.body}\n\n   \n")
    assert queries.difference(draft.id).changes == ()
    with pytest.raises(Conflict, match="version 1 already"):
        publish(ctx, draft.id)


def test_what_has_problems_is_refused_whole(inside, course_id, ctx):
    draft = begin_draft(ctx, course_id)
    add_module(ctx, draft.id, title="Empty")
    with pytest.raises(CourseRefused) as refused:
        publish(ctx, draft.id)
    assert [problem.file for problem in refused.value.problems] == ["05-empty/module.md"]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(CourseVersion)) == 1


def test_what_was_not_seen_is_not_published(inside, course_id, ctx):
    draft = begin_draft(ctx, course_id)
    add_module(ctx, draft.id, title="Empty")
    seen = queries.difference(draft.id).digest
    module = queries.draft_outline(draft.id).modules[-1]
    edit_module(ctx, module.id, title="Empty", summary="", body="", opens_later=True, revision=1)
    with pytest.raises(Conflict, match="since you looked"):
        publish_draft(ctx, draft.id, seen=seen)
    assert publish(ctx, draft.id).number == 2


def test_a_version_from_the_other_door_is_seen_before_it_is_undone(inside, network, course_id, ctx):
    draft = begin_draft(ctx, course_id)
    add_module(ctx, draft.id, title="Empty")
    seen = queries.difference(draft.id).digest
    import_course(ctx, network, course_source(summary="From a folder."), slug="sharing-data")
    with pytest.raises(Conflict, match="since you looked"):
        publish_draft(ctx, draft.id, seen=seen)
    difference = queries.difference(draft.id)
    assert (difference.number, difference.is_behind) == (2, True)
    assert queries.draft_outline(draft.id).is_behind
    facts = {fact.name: (fact.before, fact.after) for fact in difference.changes[0].facts}
    assert facts["summary"] == ("From a folder.", "A small course.")


def test_the_first_version_of_a_course_comes_from_a_draft(inside, network, ctx, renderings):
    draft = begin_course(ctx, network, title="Data")
    module = add_module(ctx, draft.id, title="One")
    page = add_activity(ctx, module.id, kind="page", title="Read")
    retyped(
        ctx, page, minutes=5, body="A text with ![waves](assets/none.svg)".partition(" with")[0]
    )
    assert [change.what for change in queries.difference(draft.id).changes] == [("added",)] * 3
    version = publish(ctx, draft.id)
    assert "inside" not in renderings
    assert (version.number, version.title) == (1, "Data")
    assert queries.outline(version.id).activities[0].title == "Read"
    [event] = db.session.scalars(sa.select(EventRow))
    assert event.name == VersionPublished.name
    with pytest.raises(NotFound):
        queries.draft_outline(draft.id)


def test_no_draft_is_ever_in_what_a_process_keeps_of_a_version(inside, course_id, ctx):
    [version] = db.session.scalars(sa.select(CourseVersion))
    before = queries.outline(version.id)
    draft = begin_draft(ctx, course_id)
    retyped(ctx, queries.draft_activity(draft.id, queries.draft_outline(draft.id).activities[0].id),
            title="Changed")  # fmt: skip
    queries.outline.cache_clear()
    assert queries.outline(version.id) == before


def test_reading_a_draft_takes_as_many_statements_whatever_is_in_it(
    inside, network, course_id, ctx, count_queries
):
    def statements(read, draft_id):
        db.session.close()
        count_queries.clear()
        read(draft_id)
        return len(count_queries)

    small = begin_course(ctx, network, title="Data").id
    large = begin_draft(ctx, course_id).id
    for read, most in (
        (queries.draft_outline, 8),
        (queries.problems, 6),
        (queries.difference, 10),
    ):
        assert statements(read, small) <= statements(read, large) <= most
