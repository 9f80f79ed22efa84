"""The real courses by other authors, imported into the database and run."""

from collections import Counter
from pathlib import Path

import pytest
import sqlalchemy as sa
from conftest import acting
from databases import missing
from factories.academy import make_version
from factories.accounts import make_user
from factories.cohorts import make_cohort
from factories.spaces import join, make_space

from community.academy.formats.adapt import read_adapt
from community.academy.formats.files import write_files
from community.academy.formats.folder import read_folder
from community.academy.formats.liascript import read_liascript
from community.academy.kinds.builtin import KINDS
from community.academy.models import CourseVersion
from community.academy.queries import activity_content, as_source, outline, quiz_questions
from community.cohorts.models import Run, RunState
from community.cohorts.queries import placements, releases
from community.discussions.models import Thread
from community.kernel.db import db
from community.kernel.resources import resource
from community.live.models import LiveSession
from community.spaces.models import Role, SpaceKind
from community.spaces.operations import add_member

pytestmark = pytest.mark.real_input

COURSES = Path(__file__).parents[2].parent / "shared" / "data" / "courses"
COURSE = COURSES / "rdm-data-stewards"
ADAPT = COURSES / "odi-elearning.adapt.tar.gz"


def ours():
    return read_folder(resource("courses") / "data-stewardship-academy", KINDS)


def theirs():
    if not COURSE.is_dir():
        missing("../shared/data/courses/rdm-data-stewards", "lay `shared` beside the checkout")
    source, report = read_liascript(COURSE, KINDS, title="Research data management")
    assert report.modules == len(source.modules)
    return source


def adapt(language):
    if not ADAPT.is_file():
        missing(f"../shared/data/courses/{ADAPT.name}", "lay `shared` beside the checkout")
    [(source, _report)] = read_adapt(ADAPT, KINDS, language=language, title="Open data")
    return source


def in_english():
    return adapt("en")


def in_french():
    return adapt("fr")


@pytest.fixture(
    params=[ours, theirs, in_english, in_french], ids=["ours", "theirs", "english", "french"]
)
def source(request):
    return request.param()


@pytest.fixture
def cohort(app, source):
    network = make_space(app, "Long Table", kind=SpaceKind.NETWORK)
    organiser = make_user(app, "Olu Ade")
    join(app, network, organiser, Role.OWNER)
    return make_cohort(
        app,
        network_id=network,
        organiser_id=organiser,
        version_id=make_version(app, network, source),
        weeks=len(source.modules),
    )


def test_what_is_stored_is_what_was_read(app, inside, cohort, source, record_property):
    version = db.session.get_one(CourseVersion, cohort.version_id)
    stored = as_source(version)
    assert write_files(stored, KINDS) == write_files(source, KINDS)
    activities = outline(cohort.version_id).activities
    kinds = Counter(line.kind for line in activities)
    asked = sum(len(quiz_questions(line.id)) for line in activities)
    written = sum(
        len(activity.settings.get("questions", ()))
        for module in source.modules
        for activity in module.activities
    )
    assert kinds == Counter(a.kind for m in source.modules for a in m.activities)
    assert asked == written
    # shown in the report of the run (pytest --junit-xml)
    record_property("modules", f"{len(outline(cohort.version_id).modules)}/{len(source.modules)}")
    record_property("activities", dict(kinds))
    record_property("questions", f"{asked}/{written}")


def test_every_text_came_out_as_html_and_fetches_nothing(app, inside, cohort):
    for line in outline(cohort.version_id).activities:
        content = activity_content(line.id)
        assert bool(content.html) == bool(content.body)
        for picture in content.html.split("<img ")[1:]:
            assert f'src="/courses/{cohort.version_id}/files/assets/' in picture


def test_a_run_of_it_opens_with_its_places_and_its_weeks(app, inside, cohort, source):
    assert db.session.get_one(Run, cohort.run_id).state is RunState.OPEN
    assert len(releases(cohort.run_id)) == len(source.modules)
    wanted = Counter(a.kind for m in source.modules for a in m.activities)
    placed = placements(cohort.run_id).values()
    assert sum(p.thread_id is not None for p in placed) == wanted["discussion"]
    assert sum(p.session_id is not None for p in placed) == wanted["live_session"]
    for model, kind in ((Thread, "discussion"), (LiveSession, "live_session")):
        count = sa.select(sa.func.count()).where(model.space_id == cohort.space_id)
        assert db.session.scalar(count) == wanted[kind]


def test_a_learner_can_join_it(app, inside, cohort):
    learner = make_user(app)
    ctx = acting(cohort.organiser_id)
    add_member(ctx, cohort.space_id, learner, role=Role.MEMBER)
    assert db.session.get_one(Run, cohort.run_id).enrolled == 1
