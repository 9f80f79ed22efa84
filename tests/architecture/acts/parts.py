"""What an act is, on what it is done, what is sent with it and who may: parts of the tables."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from architecture.eyes import Eyes
from architecture.surfaces.seeing import (
    in_session,
    of,
    of_thread,
    space_of,
)
from architecture.surfaces.surface import Args, Rule, yes
from factories.neighbours import Neighbours, Side
from factories.neighbours_courses import KINDS

from community.academy.models import Course
from community.academy.policy import may_begin_run
from community.certificates.models import Certificate
from community.cohorts.models import Enrolment, Run
from community.discussions.policy import may_reply
from community.kernel.db import db
from community.progress.policy import may_decide
from community.spaces.models import Membership

CLIENT = "act-of-a-test-1"
Given = Callable[[Side], Mapping[str, Any]]


@dataclasses.dataclass(frozen=True)
class Act:
    """An act on the things of a side: its address, what is sent, who sees and who may.

    ``who`` is a role that may; ``named`` are those fields of what is sent that hold an id of
    something one must see; ``open`` ones need no sign-in.
    """

    who: str
    args: Callable[[Side], Args] = lambda _side: {}
    given: Given = lambda _side: {}
    sees: Rule = yes
    may: Rule = yes
    named: tuple[str, ...] = ()
    open: bool = False
    file: str = ""
    """The field of a form that holds a file."""


def tomorrow() -> str:
    return (dt.datetime.now(dt.UTC) + dt.timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")


def run_fields(side: Side) -> dict[str, Any]:
    day = dt.datetime.now(dt.UTC).date().isoformat()
    return {"name": "A run", "starts_on": day, "weeks": 8, "zone": "UTC", "capacity": 9}


def dates(_side: Side) -> dict[str, Any]:
    day = dt.datetime.now(dt.UTC).date().isoformat()
    return {"starts_on": day, "weeks": 8, "zone": "UTC"}


def dates_seen(side: Side) -> dict[str, Any]:
    return {**dates(side), "seen": "0" * 32}


def copy_seen(side: Side) -> dict[str, Any]:
    return {**run_fields(side), "seen": "0" * 32}


TERMS: dict[str, Any] = {
    "completed": [{"measure": "required", "least": 80}],
    "participated": [{"measure": "required", "least": 40}],
}


def shift_seen(_side: Side) -> dict[str, Any]:
    return {"days": 7, "from_week": 1, "note": "", "seen": "0" * 32}


def rules_seen(_side: Side) -> dict[str, Any]:
    return {**TERMS, "change": "grant", "number": 1, "seen": "0" * 64}


def version_seen(side: Side) -> dict[str, Any]:
    return {"to": str(side.version), "seen": "0" * 32}


def version_of(side: Side) -> dict[str, Any]:
    return {"version_id": str(side.version)}


def session_fields(_side: Side) -> dict[str, Any]:
    return {"title": "Meet", "plan": "", "local_at": tomorrow(), "zone": "UTC", "minutes": 60}


def edit_fields(side: Side) -> dict[str, Any]:
    return {**session_fields(side), "edition": 0}


def answers(_side: Side) -> dict[str, Any]:
    return {"answers": {"q1": ["q1o2"], "q2": ["q2o1", "q2o2"]}, "client_id": CLIENT}


def on_membership(rule: Callable[..., bool]) -> Rule:
    def asked(eyes: Eyes, world: Neighbours, args: Args) -> bool:
        key = {"space_id": space_of(world, args), "user_id": args["user_id"]}
        with eyes.app.app_context():
            return rule(eyes.context(), db.session.query(Membership).filter_by(**key).one())

    return asked


on_thread = of_thread(may_reply)


def own_or(rule: Callable[..., bool]) -> Rule:
    """Everybody lowers their own hand; the one of the tests is somebody else's, or one's own."""
    theirs = in_session(rule)
    return lambda eyes, world, args: args["user_id"] == eyes.user_id or theirs(eyes, world, args)


def on_enrolment(eyes: Eyes, _world: Neighbours, args: Args) -> bool:
    with eyes.app.app_context():
        enrolment = db.session.get_one(Enrolment, args["enrolment_id"])
        return may_decide(eyes.context(), db.session.get_one(Run, enrolment.run_id))


def on_place(rule: Callable[..., bool]) -> Rule:
    def asked(eyes: Eyes, _world: Neighbours, args: Args) -> bool:
        with eyes.app.app_context():
            return rule(eyes.context(), db.session.get_one(Enrolment, args["enrolment_id"]))

    return asked


def on_certificate(rule: Callable[..., bool]) -> Rule:
    def asked(eyes: Eyes, _world: Neighbours, args: Args) -> bool:
        return eyes.may(rule, Certificate, args["certificate_id"])

    return asked


def on_course(eyes: Eyes, world: Neighbours, _args: Args) -> bool:
    return eyes.may(may_begin_run, Course, world.here.course)


def in_open(**more: Callable[[Side], Any]) -> Callable[[Side], Args]:
    """Return the arguments of something in the open run."""
    return lambda side: {name: pick(side) for name, pick in more.items()}


def activity_page(kind: str) -> Callable[[Side], Args]:
    """Return the arguments of the page of an open activity."""
    return lambda side: {"slug": side.run.slug, "module": 1, "activity": KINDS.index(kind) + 1}


def key(side: Side) -> Any:
    return side.run.space


def slug(side: Side) -> str:
    return side.run.slug


CERTIFICATE = in_open(certificate_id=lambda side: side.certificate)
SPACE = in_open(space_id=key)
PAGE = in_open(slug=slug)
MEMBER = in_open(space_id=key, user_id=lambda side: side.people["other"])
MEMBER_PAGE = in_open(slug=slug, user_id=lambda side: side.people["other"])
SOMEBODY = in_open(user_id=lambda side: side.people["other"])
POST = in_open(post_id=lambda side: side.posts["standing"])
REMOVED_POST = in_open(post_id=lambda side: side.posts["removed"])
THREAD = in_open(thread_id=lambda side: side.threads["open"])
PASSKEY = in_open(passkey_id=lambda side: side.passkey)
SCHEDULED = in_open(session_id=lambda side: side.sessions["scheduled"])
CALLED_OFF = in_open(session_id=lambda side: side.sessions["called_off"])
LIVE = in_open(session_id=lambda side: side.sessions["live"])
HAND = in_open(
    session_id=lambda side: side.sessions["live"], user_id=lambda side: side.people["other"]
)
RUN = in_open(run_id=lambda side: side.run.id)
PLANNED = in_open(run_id=lambda side: side.runs["planned"].id)
CLOSED = in_open(run_id=lambda side: side.runs["closed"].id)
LEARNER = in_open(run_id=lambda side: side.run.id, user_id=lambda side: side.people["member"])
LEAD = in_open(run_id=lambda side: side.run.id, user_id=lambda side: side.people["facilitator"])
READING = in_open(run_id=lambda side: side.run.id, activity_id=lambda side: side.activity("page"))
QUIZ = in_open(run_id=lambda side: side.run.id, activity_id=lambda side: side.activity("quiz"))
CHECKLIST = in_open(
    run_id=lambda side: side.run.id, activity_id=lambda side: side.activity("checklist")
)
FILE = in_open(run_id=lambda side: side.run.id, activity_id=lambda side: side.activity("file"))
FILM = in_open(run_id=lambda side: side.run.id, activity_id=lambda side: side.activity("film"))
REFLECTION = in_open(
    run_id=lambda side: side.run.id, activity_id=lambda side: side.activity("reflection")
)
SURVEY = in_open(run_id=lambda side: side.run.id, activity_id=lambda side: side.activity("survey"))
ASSIGNMENT = in_open(
    run_id=lambda side: side.run.id, activity_id=lambda side: side.activity("assignment")
)
EXTENSION = in_open(
    run_id=lambda side: side.run.id,
    activity_id=lambda side: side.activity("assignment"),
    enrolment_id=lambda side: side.run.enrolments["member"],
)
HAND_IN = in_open(submission_id=lambda side: side.submission)
ESSAYS = in_open(attempt_id=lambda side: side.attempt)
ESSAYS_PAGE = in_open(slug=lambda side: side.run.slug, attempt_id=lambda side: side.attempt)
HAND_IN_PAGE = in_open(slug=lambda side: side.run.slug, submission_id=lambda side: side.submission)
ENROLLED = in_open(enrolment_id=lambda side: side.run.enrolments["member"])
TAKEN = in_open(enrolment_id=lambda side: side.run.enrolments["other"])
DECISION = in_open(
    enrolment_id=lambda side: side.run.enrolments["member"],
    activity_id=lambda side: side.activities[0],
)


def merged(act: Act, side: Side) -> dict[str, Any]:
    """Return the arguments of an act, with those ids among them that stand in what is sent."""
    given = act.given(side)
    return {**act.args(side), **{name: uuid.UUID(given[name]) for name in act.named}}


def fixed(**fields: Any) -> Given:
    return lambda _side: fields


SEES_PLACE = of("places", "enrolment_id")
SEES_THREAD = of("threads", "thread_id")
SEES_POST = of("posts", "post_id")
SEES_REMOVED_POST = of("removed_posts", "post_id")
SEES_SESSION = of("sessions", "session_id")
DECIDED = fixed(status="excused", reason="Was ill all week.")
EXCUSED: Given = lambda side: {  # noqa: E731
    "enrolments": [str(side.run.enrolments["member"])],
    "status": "excused",
    "reason": "Was ill all week.",
}
BROUGHT: Given = lambda side: {  # noqa: E731
    "results": [
        {
            "enrolment_id": str(side.run.enrolments["member"]),
            "activity_id": str(side.activity("page")),
            "client_id": "7",
            "at": "2024-05-06T12:00:00Z",
        }
    ],
    "reason": "Kept in the old system.",
}
LETTER_TO = fixed(subject="How are you?", text="We have not seen you for a while.")
ROLE = fixed(role="observer")
LETTER = in_open(invitation_id=lambda side: side.letter)
PLACE = in_open(enrolment_id=lambda side: side.run.enrolments["member"])
PLACE_PAGE = in_open(slug=slug, enrolment_id=lambda side: side.run.enrolments["member"])
WHY = fixed(reason="Is ill.")
LISTED = fixed(list="New One <new@example.org>", role="member", note="Come along.")
SHIFT = fixed(days=7, from_week=1, note="")
INVITED = fixed(role="member", days=7, max_uses=3)
THREAD_FIELDS = fixed(kind="question", title="Who knows?", body="I do not.")

NEWCOMER = fixed(name="New One", email="new@example.org", password="nine loud gulls", zone="UTC")


def letter(name: str) -> Callable[[Side], Args]:
    """Return the arguments of the link in a letter."""
    return lambda side: {"token": side.letters[name]}
