"""Every place where something is read: what may be asked there, and which rule decides.

``SURFACES`` holds each GET route by its endpoint; a route that is not here fails a test by name.
"""

import dataclasses
import itertools
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from architecture.eyes import Eyes
from factories.neighbours import Neighbours, RunOf

from community.academy.models import Course
from community.academy.policy import may_begin_run
from community.cohorts.models import Run
from community.discussions.policy import may_start_thread, visible_threads
from community.home.policy import may_use_desk
from community.live.models import LiveSession
from community.live.policy import may_schedule_session, may_see_attendance, visible_sessions
from community.progress.policy import may_decide, may_learn, may_see_everybody
from community.spaces.models import Space
from community.spaces.policy import may_invite, visible_invitations, visible_memberships

Args = Mapping[str, Any]
Rule = Callable[[Eyes, Neighbours, Args], bool]
QUERY = "?"  # before the name of what stands in the query


def yes(_eyes: Eyes, _world: Neighbours, _args: Args) -> bool:
    return True


@dataclasses.dataclass(frozen=True)
class Surface:
    """A route: what it may be asked, who sees what it shows, and who of them may."""

    asks: Callable[[Neighbours], list[Args]]
    sees: Rule
    may: Rule = yes
    tells: bool = False
    """Whether it shows something to whoever holds a secret, beyond what the rules say."""


# ------------------------------------------------------------------ what may be asked for


def spaces(world: Neighbours) -> list[tuple[str, uuid.UUID]]:
    """Return slug and id of all spaces of this side, and two of the other."""
    here, there = world.here, world.there
    return [
        (here.network_slug, here.network),
        (here.archived_slug, here.archived),
        *((run.slug, run.space) for run in here.runs.values()),
        (there.network_slug, there.network),
        (there.run.slug, there.run.space),
    ]


def runs(world: Neighbours) -> list[RunOf]:
    return [*world.here.runs.values(), world.there.run]


def nothing(_world: Neighbours) -> list[Args]:
    return [{}]


def by_space(world: Neighbours) -> list[Args]:
    return [{"space_id": key} for _slug, key in spaces(world)]


def by_slug(world: Neighbours) -> list[Args]:
    return [{"slug": slug} for slug, _key in spaces(world)]


def by_thread(world: Neighbours) -> list[Args]:
    keys = [*world.here.threads.values(), *world.there.threads.values()]
    return [{"thread_id": key} for key in keys]


def by_session(world: Neighbours) -> list[Args]:
    keys = [*world.here.sessions.values(), world.there.sessions["live"]]
    return [{"session_id": key} for key in keys]


def by_run(world: Neighbours) -> list[Args]:
    return [{"run_id": run.id} for run in runs(world)]


def by_version(world: Neighbours) -> list[Args]:
    return [{"version_id": side.version} for side in (world.here, world.there)]


def run_activities(world: Neighbours) -> Iterator[tuple[RunOf, int, int, uuid.UUID]]:
    """Yield runs with an activity: its module, its place there, its id."""
    here = world.here
    for run, places in (
        (here.run, range(8)),
        (here.runs["planned"], (0,)),
        (here.runs["closed"], (0, 4)),
        (world.there.run, (0,)),
    ):
        side = here if run in here.runs.values() else world.there
        for place in places:
            yield run, place // 4 + 1, place % 4 + 1, side.activities[place]


def by_activity(world: Neighbours) -> list[Args]:
    found: list[Args] = [
        {"run_id": run.id, "activity_id": key} for run, _m, _a, key in run_activities(world)
    ]
    mixed = {"run_id": world.here.run.id, "activity_id": world.there.activities[0]}
    return [*found, mixed]


def by_place(world: Neighbours) -> list[Args]:
    return [
        {"slug": run.slug, "module": module, "activity": activity}
        for run, module, activity, _key in run_activities(world)
    ]


def by_record(world: Neighbours) -> list[Args]:
    """Return learners' records below the run they belong to, and one below another."""
    here = world.here
    found: list[Args] = [
        {"slug": run.slug, "enrolment_id": key}
        for run in (here.run, here.runs["closed"], world.there.run)
        for key in run.enrolments.values()
    ]
    mixed = {"slug": here.run.slug, "enrolment_id": here.runs["closed"].enrolments["member"]}
    return [*found, mixed]


def by_decision(world: Neighbours) -> list[Args]:
    pairs = itertools.product(by_record(world)[:3], world.here.activities[:5:4])
    return [{**record, "activity_id": key} for record, key in pairs]


def by_source(world: Neighbours) -> list[Args]:
    found: list[Args] = [
        {"version_id": side.version, "activity_id": key}
        for side in (world.here, world.there)
        for key in side.activities[:5:4]
    ]
    mixed = {"version_id": world.here.version, "activity_id": world.there.activities[0]}
    return [*found, mixed]


def by_picture(world: Neighbours) -> list[Args]:
    return [
        {"version_id": side.version, "path": f"assets/{side.word}-{name}.svg"}
        for side in (world.here, world.there)
        for name in ("1", "2", "3", "about", "unused")
    ]


# ------------------------------------------------------------------ who sees it


def of(kind: str, argument: str) -> Rule:
    """Return the rule: the id given as ``argument`` is among what ``Eyes.kind`` holds."""
    return lambda eyes, _world, args: args[argument] in getattr(eyes, kind)


def space_of(world: Neighbours, args: Args) -> uuid.UUID:
    return args.get("space_id") or dict(spaces(world))[args["slug"]]


def run_here(world: Neighbours, args: Args) -> RunOf | None:
    """Return the run that the arguments name, by its id or by the slug of its space."""
    key = args.get("run_id", args.get("slug"))
    return next((run for run in runs(world) if key in (run.id, run.slug)), None)


def sees_space(eyes: Eyes, world: Neighbours, args: Args) -> bool:
    return space_of(world, args) in eyes.spaces


def sees_run(eyes: Eyes, world: Neighbours, args: Args) -> bool:
    run = run_here(world, args)
    return run is not None and run.id in eyes.runs


def sees_activity(eyes: Eyes, world: Neighbours, args: Args) -> bool:
    run = run_here(world, args)
    assert run is not None
    if "activity_id" in args:
        key = args["activity_id"]
    else:
        side = world.here if run in world.here.runs.values() else world.there
        key = side.activities[(args["module"] - 1) * 4 + args["activity"] - 1]
    return key in eyes.activities[run.id]


def sees_record(eyes: Eyes, world: Neighbours, args: Args) -> bool:
    run = run_here(world, args)
    assert run is not None
    return args["enrolment_id"] in eyes.records & set(run.enrolments.values())


def sees_source(eyes: Eyes, world: Neighbours, args: Args) -> bool:
    side = world.here if args["version_id"] == world.here.version else world.there
    return args["version_id"] in eyes.versions and args["activity_id"] in side.activities


def sees_picture(eyes: Eyes, _world: Neighbours, args: Args) -> bool:
    return args["path"] in eyes.pictures[args["version_id"]]


def in_space(rule: Callable[..., bool]) -> Rule:
    return lambda eyes, world, args: eyes.may(rule, Space, space_of(world, args))


def in_run(rule: Callable[..., bool]) -> Rule:
    def asked(eyes: Eyes, world: Neighbours, args: Args) -> bool:
        run = run_here(world, args)
        assert run is not None
        return eyes.may(rule, Run, run.id)

    return asked


def in_session(rule: Callable[..., bool]) -> Rule:
    return lambda eyes, _world, args: eyes.may(rule, LiveSession, args["session_id"])


def may_begin(eyes: Eyes, world: Neighbours, args: Args) -> bool:
    side = world.here if args["?version"] == world.here.version else world.there
    return eyes.may(may_begin_run, Course, side.course)


SPACE = Surface(by_space, sees_space)
PAGE = Surface(by_slug, sees_space)
RUN = Surface(by_run, sees_run)
SESSION = Surface(by_session, of("sessions", "session_id"))
THREAD = Surface(by_thread, of("threads", "thread_id"))
LIST = Surface(nothing, yes)

SURFACES: Mapping[str, Surface] = {
    # lists of one's own, and what everybody may see
    "home.landing": LIST,
    "home.styleguide": LIST,
    "home.week": LIST,
    "accounts.me": LIST,
    "accounts.sign_in": LIST,
    "accounts_api.me": LIST,
    "accounts_api.tokens": LIST,
    "spaces_api.spaces": LIST,
    "academy_api.courses": LIST,
    "live_api.upcoming": LIST,
    "cohorts_api.runs": LIST,
    "api_docs": LIST,
    "health.live": LIST,
    "health.ready": LIST,
    "api-docs.openapi_json": LIST,
    "academy.course_list": Surface(
        lambda world: [{}, *({"?slug": slug} for slug, _key in spaces(world))],
        lambda eyes, world, args: not args or dict(spaces(world))[args["?slug"]] in eyes.spaces,
    ),
    # spaces
    "spaces_api.space": SPACE,
    "spaces_api.members": SPACE,
    "spaces_api.invitations": dataclasses.replace(SPACE, may=in_space(may_invite)),
    "discussions_api.threads": SPACE,
    "live_api.sessions": SPACE,
    "home.space": PAGE,
    "spaces.people": PAGE,
    "spaces.invite": PAGE,
    "discussions.thread_list": PAGE,
    "discussions.new_thread": dataclasses.replace(PAGE, may=in_space(may_start_thread)),
    "live.session_list": PAGE,
    "live.new_session": dataclasses.replace(PAGE, may=in_space(may_schedule_session)),
    "home.questions": dataclasses.replace(PAGE, may=in_space(may_use_desk)),
    "home.desk": dataclasses.replace(PAGE, may=in_space(may_use_desk)),
    "spaces.join": Surface(
        lambda world: [{"token": side.secret} for side in (world.here, world.there)],
        yes,
        tells=True,
    ),
    # threads and sessions
    "discussions_api.thread": THREAD,
    "discussions_api.posts": THREAD,
    "discussions.thread": THREAD,
    "live_api.session": SESSION,
    "live_api.messages": SESSION,
    "live_api.hands": SESSION,
    "live_api.people": SESSION,
    "live_api.my_attendance": SESSION,
    "live_api.attendance": dataclasses.replace(SESSION, may=in_session(may_see_attendance)),
    "live.session": SESSION,
    "live.room": SESSION,
    # courses, as their authors read them
    "academy_api.versions": Surface(
        lambda world: [{"course_id": side.course} for side in (world.here, world.there)],
        of("courses", "course_id"),
    ),
    "academy_api.version": Surface(by_version, of("versions", "version_id")),
    "academy_api.activity": Surface(by_source, sees_source),
    "academy.course": Surface(by_version, of("versions", "version_id")),
    "academy.activity": Surface(
        lambda world: [{**args, "module": 2, "activity": 1} for args in by_version(world)],
        of("versions", "version_id"),
    ),
    "cohorts.new_run": Surface(
        lambda world: [{"?version": side.version} for side in (world.here, world.there)],
        of("versions", "?version"),
        may_begin,
    ),
    # runs, as their people have them
    "cohorts_api.run": RUN,
    "cohorts_api.calendar_of": RUN,
    "progress_api.outline": RUN,
    "progress_api.progress": dataclasses.replace(RUN, may=in_run(may_learn)),
    "progress_api.everybody": dataclasses.replace(RUN, may=in_run(may_see_everybody)),
    "progress_api.content": Surface(by_activity, sees_activity),
    "progress.learn": Surface(by_slug, sees_run),
    "progress.activity": Surface(by_place, sees_activity),
    "progress.record": Surface(by_record, sees_record),
    "progress.decision": Surface(by_decision, sees_record, in_run(may_decide)),
    "progress.picture": Surface(by_picture, sees_picture),
}


def of_space(
    visible: Callable[..., Any],
) -> Callable[[Eyes, Neighbours, Args], Iterable[uuid.UUID]]:
    return lambda eyes, _world, args: eyes.within(visible, args["space_id"])


LISTS: Mapping[str, Callable[[Eyes, Neighbours, Args], Iterable[uuid.UUID]]] = {
    "spaces_api.spaces": lambda eyes, _world, _args: eyes.spaces,
    "cohorts_api.runs": lambda eyes, _world, _args: eyes.runs,
    "academy_api.courses": lambda eyes, _world, _args: eyes.courses,
    "accounts_api.tokens": lambda eyes, _world, _args: eyes.tokens,
    "spaces_api.members": of_space(visible_memberships),
    "spaces_api.invitations": of_space(visible_invitations),
    "discussions_api.threads": of_space(visible_threads),
    "live_api.sessions": of_space(visible_sessions),
}
"""What the lists of the API hold."""
