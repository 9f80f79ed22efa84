"""Drafts: begun, written, and never written over."""

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.academy import (
    all_flaws,
    checklist_source,
    course_source,
    make_version,
    module_source,
)
from factories.accounts import make_user
from factories.spaces import join, make_space

from community.academy import queries
from community.academy.models import (
    Course,
    CourseDraft,
    CourseVersion,
    DraftActivity,
    DraftAsset,
    DraftModule,
)
from community.academy.operations import (
    add_activity,
    add_module,
    begin_course,
    begin_draft,
    discard_draft,
    edit_activity,
    edit_course,
    edit_module,
)
from community.kernel.db import db
from community.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from community.spaces.models import Role, SpaceKind


@pytest.fixture
def network(app):
    return make_space(app, "The network", kind=SpaceKind.NETWORK)


@pytest.fixture
def organiser(app, network):
    user_id = make_user(app)
    join(app, network, user_id, Role.ORGANISER)
    return user_id


@pytest.fixture
def ctx(organiser):
    return acting(organiser)


@pytest.fixture
def course_id(app, network):
    source = course_source(
        modules=(
            *course_source().modules,
            module_source(4, activities=(checklist_source(minutes=7, phase="after"),)),
        )
    )
    version = make_version(app, network, source)
    with app.app_context():
        return db.session.get_one(CourseVersion, version).course_id


def count(model):
    return db.session.scalar(sa.select(sa.func.count()).select_from(model))


def test_a_course_begins_with_an_empty_draft(inside, network, ctx):
    draft = begin_course(ctx, network, title="Öl & Daten", language="de")
    outline = queries.draft_outline(draft.id)
    assert (outline.slug, outline.title, outline.language) == ("ol-daten", "Öl & Daten", "de")
    assert (outline.number, outline.newest, outline.modules) == (None, None, ())
    assert [problem.message for problem in queries.problems(draft.id)] == [
        "The course has no module: a folder such as 01-welcome."
    ]
    assert all_flaws(outline) == 1


def test_two_courses_of_one_name_have_addresses_of_their_own(inside, network, ctx):
    slugs = [
        queries.draft_outline(begin_course(ctx, network, title="Data").id).slug for _ in range(2)
    ]
    assert slugs == ["data", "data-2"]


def test_beginning_a_course_again_under_the_same_client_id_is_one_act(inside, network, ctx):
    first = begin_course(ctx, network, title="Data", client_id="one-act-1")
    assert begin_course(ctx, network, title="Data", client_id="one-act-1").id == first.id
    assert begin_course(ctx, network, title="Data", client_id="one-act-2").id != first.id
    assert count(Course) == 2


def test_a_draft_holds_what_the_newest_version_does(inside, course_id, ctx):
    draft = begin_draft(ctx, course_id)
    assert begin_draft(ctx, course_id).id == draft.id
    outline = queries.draft_outline(draft.id)
    [version] = db.session.scalars(sa.select(CourseVersion))
    plan = queries.outline(version.id)
    assert (outline.number, outline.is_behind, all_flaws(outline)) == (1, False, 0)
    assert [line.title for line in outline.activities] == [line.title for line in plan.activities]
    assert outline.minutes == plan.minutes
    quiz = queries.draft_activity(draft.id, outline.activities[1].id)
    assert "## " in quiz.body
    assert [picture.path for picture in outline.pictures] == ["assets/waves.svg"]
    assert queries.problems(draft.id) == ()


def test_texts_are_kept_as_they_were_typed_even_half_a_quiz(inside, network, ctx):
    draft = begin_course(ctx, network, title="Data")
    module = add_module(ctx, draft.id, title="One")
    quiz = add_activity(ctx, module.id, kind="quiz", title="Check")
    typed = "    indented\n\nWhat?\n\n## A question\n\n- [ ] one\n"
    edit_activity(
        ctx, quiz.id, title="Check", minutes=5, required=True, phase=None, front={"pass": "ninety"},
        body=typed, revision=1,
    )  # fmt: skip
    kept = queries.draft_activity(draft.id, quiz.id)
    assert (kept.body, kept.front, kept.revision) == (typed, {"pass": "ninety"}, 2)
    found = queries.problems(draft.id)
    assert {problem.id for problem in found} == {quiz.id}
    places = [(problem.field, problem.line) for problem in found]
    assert places == [("pass", None), (None, 5), (None, 5)]  # an option is missing, none is right
    assert found == queries.problems_here(kept)
    assert queries.draft_outline(draft.id).activities[0].flaws == 3


def test_what_is_written_as_a_number_becomes_one(inside, network, ctx):
    draft = begin_course(ctx, network, title="Data")
    module = add_module(ctx, draft.id, title="One")
    meeting = add_activity(ctx, module.id, kind="live_session", title="Meet")
    front = {"day": "5", "time": "15:00", "attend": " 80 "}
    saved = edit_activity(
        ctx, meeting.id, title="Meet", minutes=60, required=True, phase=None, front=front, body="",
        revision=1,
    )  # fmt: skip
    assert saved.front == {"day": 5, "attend": 80}  # the time is the one there is anyway
    with pytest.raises(Invalid) as refused:
        edit_activity(
            ctx, meeting.id, title="Meet", minutes=60, required=True, phase=None,
            front={"colour": "red"}, body="", revision=2,
        )  # fmt: skip
    assert refused.value.fields == {"front": {"colour": ["This key is not known here."]}}


def test_a_problem_is_told_of_the_thing_and_the_line_of_its_own_text(inside, network, ctx):
    draft = begin_course(ctx, network, title="Data")
    edit_course(
        ctx, draft.id, title="Data", language="english", licence="CC-BY-4.0", summary="",
        body="One.\n\n![Waves](assets/waves.svg)", revision=1,
    )  # fmt: skip
    module = add_module(ctx, draft.id, title="One")
    edit_module(
        ctx, module.id, title="", summary="About it", body="See [this](elsewhere).",
        opens_later=False, revision=1,
    )  # fmt: skip
    page = add_activity(ctx, module.id, kind="page", title="Read")
    found = [(p.sort, p.id, p.field, p.line) for p in queries.problems(draft.id)]
    assert found == [
        ("course", None, "language", None),
        ("course", None, None, 3),
        ("module", module.id, "title", None),
        ("module", module.id, None, 1),
        ("activity", page.id, "minutes", None),
        ("activity", page.id, None, 1),
    ]
    assert all_flaws(queries.draft_outline(draft.id)) == 6


def test_of_two_who_write_one_wins_and_the_other_sees_what_is_kept(inside, app, network, ctx):
    draft = begin_course(ctx, network, title="Data")
    module = add_module(ctx, draft.id, title="One")
    texts = {"summary": "", "opens_later": False}
    edit_module(ctx, module.id, title="Mine", body="mine", revision=1, **texts)
    with pytest.raises(Conflict) as refused:
        edit_module(ctx, module.id, title="Theirs", body="theirs", revision=1, **texts)
    kept = refused.value.details["kept"]
    assert (kept["title"], kept["body"], kept["revision"]) == ("Mine", "mine", 2)
    assert kept["changed_by"] == str(ctx.actor_id)
    assert queries.draft_module(draft.id, module.id).body == "mine"


def test_sending_what_is_kept_changes_nothing_whatever_its_revision(inside, network, ctx):
    draft = begin_course(ctx, network, title="Data")
    texts = {"title": "Other", "language": "en", "licence": "", "summary": "", "body": "Text."}
    edit_course(ctx, draft.id, revision=1, **texts)
    assert edit_course(ctx, draft.id, revision=1, **texts).revision == 2


def test_a_draft_does_not_grow_without_end(inside, network, ctx):
    draft = begin_course(ctx, network, title="Data")
    module = add_module(ctx, draft.id, title="One")
    texts = {"title": "One", "summary": "", "opens_later": False}
    with pytest.raises(Conflict, match="4000000"):
        edit_module(ctx, module.id, body="x" * 4_000_001, revision=1, **texts)
    assert queries.draft_module(draft.id, module.id).body == ""


def test_a_discarded_draft_leaves_what_is_published(inside, course_id, ctx):
    draft = begin_draft(ctx, course_id)
    discard_draft(ctx, draft.id, edits=draft.edits)
    assert [count(m) for m in (CourseDraft, DraftModule, DraftActivity, DraftAsset)] == [0] * 4
    assert (count(Course), count(CourseVersion)) == (1, 1)


def test_a_course_that_was_never_published_goes_with_its_draft(inside, network, ctx):
    draft = begin_course(ctx, network, title="Data")
    module = add_module(ctx, draft.id, title="One")
    with pytest.raises(Conflict, match="changed since you looked"):
        discard_draft(ctx, draft.id, edits=draft.edits)
    assert queries.draft_module(draft.id, module.id).title == "One"
    discard_draft(ctx, draft.id, edits=draft.edits + 1)
    assert count(Course) == 0
    with pytest.raises(NotFound):
        queries.draft_outline(draft.id)


REFUSED = {
    Role.OWNER: None,
    Role.ORGANISER: None,
    Role.FACILITATOR: Forbidden,
    Role.MEMBER: NotFound,
    None: NotFound,
}


@pytest.mark.parametrize(("role", "refusal"), REFUSED.items())
def test_organisers_write_and_nobody_else(app, inside, network, course_id, ctx, role, refusal):
    draft = begin_draft(ctx, course_id)
    someone = make_user(app)
    if role is not None:
        join(app, network, someone, role)
    other = acting(someone)
    if refusal is None:
        assert begin_draft(other, course_id).id == draft.id
        assert [line.id for line in queries.drafts(other)] == [draft.id]
        return
    with pytest.raises(refusal):
        begin_draft(other, course_id)
    with pytest.raises(NotFound):
        add_module(other, draft.id, title="Mine")
    assert queries.drafts(other) == []
