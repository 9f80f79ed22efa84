"""Every act that HTTP takes: a whole one, who may do it, and on what.

``ACTS`` holds each unsafe route by its endpoint, ``SOCKET_ACTS`` each socket event by its name; one
that is in neither fails a test by name. What is given is accepted of ``who``; the tests spoil it.
"""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from architecture.eyes import Eyes
from architecture.surfaces import (
    Args,
    Rule,
    in_run,
    in_session,
    in_space,
    may_begin,
    of,
    sees_activity,
    sees_record,
    sees_run,
    sees_space,
    space_of,
    yes,
)
from factories.neighbours import Neighbours, Side

from community.academy.models import Course
from community.academy.policy import may_begin_run
from community.cohorts.models import Enrolment, Run
from community.cohorts.policy import may_close_run, may_open_run
from community.discussions.models import Thread
from community.discussions.policy import may_reply, may_start_thread
from community.kernel.db import db
from community.live.policy import (
    may_end_session,
    may_lower_any_hand,
    may_post_message,
    may_raise_hand,
    may_schedule_session,
    may_set_video_link,
    may_start_session,
)
from community.progress.policy import may_decide, may_learn
from community.spaces.models import Membership
from community.spaces.policy import may_change_role, may_invite, may_remove_member

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


def tomorrow() -> str:
    return (dt.datetime.now(dt.UTC) + dt.timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")


def run_fields(side: Side) -> dict[str, Any]:
    day = dt.datetime.now(dt.UTC).date().isoformat()
    return {"name": "A run", "starts_on": day, "weeks": 8, "zone": "UTC", "capacity": 9}


def session_fields(_side: Side) -> dict[str, Any]:
    return {"title": "Meet", "plan": "", "local_at": tomorrow(), "zone": "UTC", "minutes": 60}


def answers(_side: Side) -> dict[str, Any]:
    return {"answers": {"q1": ["q1o2"], "q2": ["q2o1", "q2o2"]}, "client_id": CLIENT}


def on_membership(rule: Callable[..., bool]) -> Rule:
    def asked(eyes: Eyes, world: Neighbours, args: Args) -> bool:
        key = {"space_id": space_of(world, args), "user_id": args["user_id"]}
        with eyes.app.app_context():
            return rule(eyes.context(), db.session.query(Membership).filter_by(**key).one())

    return asked


def on_thread(eyes: Eyes, _world: Neighbours, args: Args) -> bool:
    return eyes.may(may_reply, Thread, args["thread_id"])


def own_or(rule: Callable[..., bool]) -> Rule:
    """Everybody lowers their own hand; the one of the tests is somebody else's, or one's own."""
    theirs = in_session(rule)
    return lambda eyes, world, args: args["user_id"] == eyes.user_id or theirs(eyes, world, args)


def on_enrolment(eyes: Eyes, _world: Neighbours, args: Args) -> bool:
    with eyes.app.app_context():
        enrolment = db.session.get_one(Enrolment, args["enrolment_id"])
        return may_decide(eyes.context(), db.session.get_one(Run, enrolment.run_id))


def on_course(eyes: Eyes, world: Neighbours, _args: Args) -> bool:
    return eyes.may(may_begin_run, Course, world.here.course)


def in_open(**more: Callable[[Side], Any]) -> Callable[[Side], Args]:
    """Return the arguments of something in the open run."""
    return lambda side: {name: pick(side) for name, pick in more.items()}


def key(side: Side) -> Any:
    return side.run.space


def slug(side: Side) -> str:
    return side.run.slug


SPACE = in_open(space_id=key)
PAGE = in_open(slug=slug)
MEMBER = in_open(space_id=key, user_id=lambda side: side.people["other"])
MEMBER_PAGE = in_open(slug=slug, user_id=lambda side: side.people["other"])
THREAD = in_open(thread_id=lambda side: side.threads["open"])
SCHEDULED = in_open(session_id=lambda side: side.sessions["scheduled"])
LIVE = in_open(session_id=lambda side: side.sessions["live"])
HAND = in_open(
    session_id=lambda side: side.sessions["live"], user_id=lambda side: side.people["other"]
)
RUN = in_open(run_id=lambda side: side.run.id)
PLANNED = in_open(run_id=lambda side: side.runs["planned"].id)
READING = in_open(run_id=lambda side: side.run.id, activity_id=lambda side: side.activities[0])
QUIZ = in_open(run_id=lambda side: side.run.id, activity_id=lambda side: side.activities[1])
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


SEES_THREAD = of("threads", "thread_id")
SEES_SESSION = of("sessions", "session_id")
DECIDED = fixed(status="excused", reason="Was ill all week.")
ROLE = fixed(role="observer")
INVITED = fixed(role="member", days=7, max_uses=3)
THREAD_FIELDS = fixed(kind="question", title="Who knows?", body="I do not.")

ACTS: Mapping[str, Act] = {
    # ---------- over JSON
    "accounts_api.change_me": Act("member", given=fixed(name="New Name")),
    "accounts_api.revoke": Act(
        "member", in_open(token_id=lambda side: side.token), sees=of("tokens", "token_id")
    ),
    "spaces_api.change": Act("owner", MEMBER, ROLE, sees_space, on_membership(may_change_role)),
    "spaces_api.remove": Act(
        "owner", MEMBER, sees=sees_space, may=on_membership(may_remove_member)
    ),
    "spaces_api.invite": Act("owner", SPACE, INVITED, sees_space, in_space(may_invite)),
    "spaces_api.revoke": Act(
        "owner",
        in_open(invitation_id=lambda side: side.invitation),
        sees=of("invitations", "invitation_id"),
    ),
    "spaces_api.accept": Act("outsider", given=lambda side: {"token": side.secret}),
    "discussions_api.start": Act(
        "member", SPACE, THREAD_FIELDS, sees_space, in_space(may_start_thread)
    ),
    "discussions_api.reply": Act("member", THREAD, fixed(body="Yes."), SEES_THREAD, on_thread),
    "discussions_api.read": Act("member", THREAD, fixed(number=1), SEES_THREAD),
    "cohorts_api.create": Act(
        "owner",
        given=lambda side: {"version_id": str(side.version), **run_fields(side)},
        sees=of("versions", "version_id"),
        may=on_course,
        named=("version_id",),
    ),
    "cohorts_api.open_": Act("owner", PLANNED, sees=sees_run, may=in_run(may_open_run)),
    "cohorts_api.close": Act("owner", RUN, sees=sees_run, may=in_run(may_close_run)),
    "live_api.schedule": Act(
        "owner", SPACE, session_fields, sees_space, in_space(may_schedule_session)
    ),
    "live_api.video_link": Act(
        "owner",
        SCHEDULED,
        fixed(url="https://video.example.org/x"),
        SEES_SESSION,
        in_session(may_set_video_link),
    ),
    "live_api.start": Act("owner", SCHEDULED, sees=SEES_SESSION, may=in_session(may_start_session)),
    "live_api.end": Act("owner", LIVE, sees=SEES_SESSION, may=in_session(may_end_session)),
    "live_api.say": Act(
        "member", LIVE, fixed(body="Hello"), SEES_SESSION, in_session(may_post_message)
    ),
    "live_api.raise_hand": Act(
        "member", LIVE, fixed(client_id=CLIENT), SEES_SESSION, in_session(may_raise_hand)
    ),
    "live_api.lower_hand": Act("owner", HAND, sees=SEES_SESSION, may=own_or(may_lower_any_hand)),
    "progress_api.reading": Act(
        "member",
        READING,
        fixed(fraction=0.5, client_id=CLIENT),
        sees_activity,
        in_run(may_learn),
    ),
    "progress_api.attempt": Act("member", QUIZ, answers, sees_activity, in_run(may_learn)),
    "progress_api.decision": Act(
        "owner", DECISION, DECIDED, of("records", "enrolment_id"), on_enrolment
    ),
    # ---------- by form
    "accounts.sign_in": Act(
        "anonymous", given=fixed(email="a@example.org", password="long enough"), open=True
    ),
    "accounts.sign_out": Act("member"),
    "accounts.me": Act("member", given=fixed(name="New Name", zone="UTC", language="en")),
    "accounts.revoke": Act(
        "member", in_open(token_id=lambda side: side.token), sees=of("tokens", "token_id")
    ),
    "spaces.join": Act(
        "anonymous",
        lambda side: {"token": side.secret},
        fixed(name="New One", email="new@example.org", password="seven herons", zone="UTC"),
        open=True,
    ),
    "spaces.invite": Act("owner", PAGE, INVITED, sees_space, in_space(may_invite)),
    "spaces.revoke": Act(
        "owner",
        in_open(invitation_id=lambda side: side.invitation),
        sees=of("invitations", "invitation_id"),
    ),
    "spaces.change": Act(
        "owner",
        MEMBER_PAGE,
        ROLE,
        sees_space,
        on_membership(may_change_role),
    ),
    "spaces.remove": Act(
        "owner",
        MEMBER_PAGE,
        sees=sees_space,
        may=on_membership(may_remove_member),
    ),
    "cohorts.new_run": Act(
        "owner",
        lambda side: {"?version": side.version},
        run_fields,
        of("versions", "?version"),
        may_begin,
    ),
    "discussions.new_thread": Act(
        "member",
        PAGE,
        fixed(kind="question", title="Who knows?", body="I do not.", nonce="a"),
        sees_space,
        in_space(may_start_thread),
    ),
    "discussions.reply": Act(
        "member", THREAD, fixed(body="Yes.", seen="1"), SEES_THREAD, on_thread
    ),
    "discussions.read": Act("member", THREAD, fixed(number=1), SEES_THREAD),
    "live.new_session": Act(
        "owner", PAGE, session_fields, sees_space, in_space(may_schedule_session)
    ),
    "live.say": Act(
        "member", LIVE, fixed(body="Hello", nonce="a"), SEES_SESSION, in_session(may_post_message)
    ),
    "live.raise_hand": Act("member", LIVE, sees=SEES_SESSION, may=in_session(may_raise_hand)),
    "live.lower_hand": Act("owner", HAND, sees=SEES_SESSION, may=own_or(may_lower_any_hand)),
    "live.start": Act("owner", SCHEDULED, sees=SEES_SESSION, may=in_session(may_start_session)),
    "live.end": Act("owner", LIVE, sees=SEES_SESSION, may=in_session(may_end_session)),
    "live.video_link": Act(
        "owner",
        SCHEDULED,
        fixed(url="https://video.example.org/x"),
        SEES_SESSION,
        in_session(may_set_video_link),
    ),
    "progress.finish": Act(
        "member",
        lambda side: {"slug": side.run.slug, "module": 1, "activity": 1},
        fixed(client_id=CLIENT),
        sees_activity,
        in_run(may_learn),
    ),
    "progress.answer": Act(
        "member",
        lambda side: {"slug": side.run.slug, "module": 1, "activity": 2},
        lambda _side: {"answer.q1": "q1o2", "answer.q2": "q2o1", "client_id": CLIENT},
        sees_activity,
        in_run(may_learn),
    ),
    "progress.decision": Act(
        "owner",
        lambda side: {"slug": side.run.slug, **DECISION(side)},
        DECIDED,
        sees_record,
        in_run(may_decide),
    ),
    "home.open_the_run": Act(
        "owner",
        lambda side: {"slug": side.runs["planned"].slug},
        sees=sees_space,
        may=in_run(may_open_run),
    ),
    "home.close_the_run": Act("owner", PAGE, sees=sees_space, may=in_run(may_close_run)),
}
