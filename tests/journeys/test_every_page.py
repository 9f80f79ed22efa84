"""Every page of the demo network: axe-core finds nothing, wide or narrow, light or dark."""

import dataclasses
import datetime as dt
import gc
import uuid
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from conftest import make_settings
from factories.certificates import code_of, make_certificate
from factories.discussions import reply
from factories.live import make_session
from factories.moderation import make_case, make_decision, post_of, take
from factories.spaces import make_invitation
from journeys import axe
from journeys.served import Site
from playwright.sync_api import expect
from running import running

from community.academy.models import CourseVersion
from community.academy.operations import begin_draft
from community.academy.queries import draft_outline
from community.accounts.models import User
from community.app import create_app
from community.cohorts.models import Enrolment, Run
from community.demo import fill
from community.discussions.models import Post, Thread
from community.kernel.context import Context
from community.kernel.db import db
from community.live.models import LiveSession, SessionState
from community.moderation.rules import Outcome
from community.spaces.models import Membership, Role, Space

pytestmark = pytest.mark.browser

LEARNER, ORGANISER = "amina-otieno@example.org", "wanjiru-kamau@example.org"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Serve the demo network; pages are the same on every database, so SQLite will do."""
    settings = make_settings(tmp_path_factory.mktemp("demo"))
    with running(settings, worker=False) as server:
        made = Site(server, create_app(settings))
        now = dt.datetime.now(dt.UTC)
        fill.fill(made.app, "seven-quiet-herons", "Long Table", now, lambda *_: None)
        yield made
        with made.app.app_context():
            for engine in db.engines.values():
                engine.dispose()
        gc.collect()


@dataclasses.dataclass(frozen=True)
class Addresses:
    """Where a run's pages are."""

    public: list[str]
    learner: list[str]
    organiser: list[str]


@pytest.fixture
def addresses(site: Site) -> Addresses:
    return site.do(lambda: find_addresses(site))


def find_addresses(site: Site) -> Addresses:
    space = db.session.scalars(sa.select(Space).where(Space.name.contains("autumn"))).one()
    run = db.session.scalars(sa.select(Run).where(Run.space_id == space.id)).one()
    threads = sa.select(Thread.id).where(Thread.space_id == space.id)
    thread = db.session.scalars(threads.order_by(Thread.last_number.desc())).first()
    post = db.session.scalars(sa.select(Post.id).where(Post.thread_id == thread)).first()
    sessions = sa.select(LiveSession.id).where(LiveSession.space_id == space.id)
    over = db.session.scalars(sessions.where(LiveSession.ended_at.is_not(None))).first()
    off = db.session.scalars(sessions.where(LiveSession.called_off_at.is_not(None))).first()
    ahead = db.session.scalars(sessions.where(LiveSession.state == SessionState.SCHEDULED)).first()
    enrolled = sa.select(Enrolment.id).where(Enrolment.run_id == run.id)
    enrolment = db.session.scalars(enrolled).first()
    hers = db.session.scalars(enrolled.where(Enrolment.user_id == user(LEARNER))).one()
    certificate = make_certificate(site.app, hers)
    organiser = user(ORGANISER)
    room = make_session(site.app, space.id, organiser, state=SessionState.LIVE)
    _, token = make_invitation(site.app, space.id, organiser)
    home = f"/spaces/{space.slug}"
    studio, module, activity = drafted(run, organiser)
    case, measured, hers_told = moderated(site, space.id, thread, organiser)
    ours = [
        "/home",
        "/inbox",
        home,
        f"{home}/learn",
        f"{home}/learn/1/2",
        f"{home}/learn/1/3",
        f"{home}/learn/1/4",
        f"{home}/learn/1/5",
        f"{home}/threads",
        f"/threads/{thread}",
        f"/threads/{thread}/settings",
        f"/posts/{post}/remove",
        f"/posts/{post}/report",
        f"{home}/sessions",
        f"/sessions/{over}",
        f"/sessions/{over}/room",
        f"/sessions/{off}",
        f"/sessions/{off}/room",
        f"/sessions/{room}/room",
    ]
    learner = [
        f"{home}/my-progress",
        "/drafts",
        "/certificates",
        "/me/decisions",
        f"/me/decisions/{hers_told}",
        f"/certificates/{certificate}",
        f"{home}/threads/new",
        f"{home}/people",
        "/me",
        "/spaces/nowhere",
        "/spaces/long-table",
    ]
    organising = [
        f"{home}/people",
        f"{home}/manage",
        f"{home}/manage?show=fading",
        f"{home}/manage/questions",
        f"{home}/manage/run?q=an",
        f"{home}/manage/run/shift?days=7&way=later&to=&from_week=3&note=Flood",
        f"{home}/manage/run/dates",
        f"{home}/manage/run/next",
        f"{home}/manage/run/releases",
        f"{home}/manage/run/releases/2",
        f"{home}/manage/run/rules",
        f"{home}/manage/run/version",
        f"{home}/manage/run/who-sees",
        f"{home}/manage/run/who-sees?learner={enrolment}",
        f"{home}/learners/{enrolment}",
        f"{home}/progress/{enrolment}",
        f"{home}/hand-ins",
        f"{home}/hand-ins?show=answered",
        f"{home}/moderation",
        f"{home}/moderation?show=done",
        f"{home}/moderation/record",
        f"/moderation/cases/{case}",
        f"{home}/people/{measured}/moderation",
        f"{home}/certificates",
        f"{home}/certificates?state=revoked",
        f"/certificates/{certificate}",
        f"{home}/sessions/new",
        f"/sessions/{ahead}",
        f"/sessions/{ahead}/edit",
        "/courses",
        f"/courses/{run.version_id}",
        f"/courses/{run.version_id}/1/3",
        f"/runs/new?version={run.version_id}",
        "/courses/new",
        studio,
        f"{studio}/modules/{module}",
        f"{studio}/activities/{activity}",
        f"{studio}/preview",
        f"{studio}/publish",
        "/spaces/long-table/manage",
    ]
    return Addresses(
        [
            *("/", "/sign-in", f"/join/{token}", "/api/docs"),
            *("/verify", "/verify/nothing", f"/verify/{code_of(site.app, certificate)}"),
        ],
        ours + learner,
        ours + organising,
    )


def drafted(run: Run, organiser: uuid.UUID) -> tuple[str, uuid.UUID, uuid.UUID]:
    """Return the address of a draft of the run's course, a module and a quiz of it."""
    course = db.session.get_one(CourseVersion, run.version_id).course_id
    draft = begin_draft(Context.begin(organiser), course)
    module = draft_outline(draft.id).modules[0]
    quiz = next(activity for activity in module.activities if activity.kind == "quiz")
    return f"/studio/{draft.id}", module.id, quiz.id


def moderated(
    site: Site, space_id: uuid.UUID, thread_id: uuid.UUID, organiser: uuid.UUID
) -> tuple[uuid.UUID, uuid.UUID, uuid.UUID]:
    """Return a case that waits, a member who was silenced and a warning of the learner."""
    learner = user(LEARNER)
    of_space = sa.select(Membership.user_id).where(
        Membership.space_id == space_id,
        Membership.role == Role.MEMBER,
        Membership.user_id != learner,
    )
    silenced, reporter = db.session.scalars(of_space.order_by(Membership.id).limit(2)).all()
    take(site.app, space_id, organiser, silenced)
    warning = take(site.app, space_id, organiser, learner, Outcome.WARNED)
    posts = [
        post_of(site.app, thread_id, reply(site.app, thread_id, learner, body))
        for body in ("Only fools ask that.", "Read the page before you ask.")
    ]
    make_decision(site.app, make_case(site.app, posts[0], reporter), organiser, Outcome.WARNED)
    return make_case(site.app, posts[1], reporter, note="Unkind again."), silenced, warning


def user(email: str):
    return db.session.scalars(sa.select(User.id).where(User.email == email)).one()


def test_nobody_is_kept_out_of_any_page(site: Site, addresses: Addresses, window) -> None:
    people = {
        None: addresses.public,
        LEARNER: addresses.learner,
        ORGANISER: addresses.organiser,
    }
    problems = []
    for email, paths in people.items():
        person = window(site.do(lambda email=email: user(email)) if email else None)
        for path in paths:
            with person.refused(404, 403):
                person.page.goto(site.url + path)
            for look in (axe.check, axe.check_narrow):
                try:
                    look(person.page)
                except AssertionError as found:
                    problems.append(f"{look.__name__}, {email}: {found}")
    assert not problems, "\n\n".join(problems)


def test_the_chosen_theme_is_kept_and_can_be_read(site: Site, window) -> None:
    learner = window(site.do(lambda: user(LEARNER)))
    page = learner.visit("/home")
    page.get_by_role("button", name="Change between light and dark").first.click()
    page.reload()
    expect(page.locator("html[data-theme=dark]")).to_be_attached()
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"
    learner.check()
