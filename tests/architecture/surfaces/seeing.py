"""Who sees it, and who may: the rules, asked of what somebody's eyes see."""

import uuid
from collections.abc import Callable

from architecture.eyes import Eyes
from architecture.surfaces.asking import runs, spaces
from architecture.surfaces.surface import Args, Rule
from factories.neighbours import Neighbours, RunOf
from factories.neighbours_courses import KINDS

from community.academy.models import Course
from community.academy.policy import may_begin_run, may_import_course
from community.cohorts.models import Run
from community.coursework.policy import may_mark
from community.discussions.models import Post, Tag, Thread
from community.discussions.policy import may_accept_answer, may_keep_tag
from community.home.pages import tables
from community.kernel.db import db
from community.live.models import LiveSession
from community.moderation.models import Case, Decision
from community.spaces.models import Space


def shows_feed(_eyes: Eyes, world: Neighbours, args: Args) -> bool:
    """Whether a feed's own reader sees what is asked for; who asks does not count."""
    side = world.here if args["token"] == world.here.feed_token else world.there
    return side.run.space == args.get("space_id") or side.threads["open"] == args.get("thread_id")


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
        key = side.activities[(args["module"] - 1) * len(KINDS) + args["activity"] - 1]
    return key in eyes.activities[run.id]


def sees_record(eyes: Eyes, world: Neighbours, args: Args) -> bool:
    run = run_here(world, args)
    assert run is not None
    return args["enrolment_id"] in eyes.records & set(run.enrolments.values())


def has_place(eyes: Eyes, world: Neighbours, args: Args) -> bool:
    """Whether somebody is enrolled in a run they see."""
    run = run_here(world, args)
    if run is None or run.id not in eyes.runs:
        return False
    return any(world.here.people[name] == eyes.user_id for name in run.enrolments)


def sees_learner(eyes: Eyes, world: Neighbours, args: Args) -> bool:
    run = run_here(world, args)
    if run is None or run.id not in eyes.runs:
        return False
    return args["enrolment_id"] in eyes.places & set(run.enrolments.values())


def sees_hand_in(eyes: Eyes, world: Neighbours, args: Args) -> bool:
    """Whether somebody sees a version, below the run it belongs to."""
    side = world.here if args["submission_id"] == world.here.submission else world.there
    return args["submission_id"] in eyes.submissions and args["slug"] == side.run.slug


def marks_essays(eyes: Eyes, world: Neighbours, args: Args) -> bool:
    """Whether somebody who leads a run finds an attempt in it; others are refused first."""
    run = run_here(world, args)
    if run is None or run.id not in eyes.runs:
        return False
    side = world.here if args["attempt_id"] == world.here.attempt else world.there
    return side.run is run or not eyes.may(may_mark, Run, run.id)


def sees_source(eyes: Eyes, world: Neighbours, args: Args) -> bool:
    side = world.here if args["version_id"] == world.here.version else world.there
    return args["version_id"] in eyes.versions and args["activity_id"] in side.activities


def writes_courses(eyes: Eyes, _world: Neighbours, _args: Args) -> bool:
    """Whether there is a space in which somebody may begin a course."""
    return any(eyes.may(may_import_course, Space, key) for key in eyes.spaces)


def sees_picture(eyes: Eyes, _world: Neighbours, args: Args) -> bool:
    return args["path"] in eyes.pictures[args["version_id"]]


def sees_person(eyes: Eyes, _world: Neighbours, args: Args) -> bool:
    return args["user_id"] in eyes.people


def sees_portrait(eyes: Eyes, world: Neighbours, args: Args) -> bool:
    drawn = {side.people["member"] for side in (world.here, world.there)}
    return args["user_id"] in drawn & {*eyes.people, eyes.user_id}


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


def sees_list(eyes: Eyes, world: Neighbours, args: Args) -> bool:
    return (sees_run if args["name"] in tables.OF_RUNS else sees_space)(eyes, world, args)


def begins_more(eyes: Eyes, world: Neighbours, args: Args) -> bool:
    """Whether one may begin another run of the course that a run is of."""
    here = run_here(world, args) in world.here.runs.values()
    return eyes.may(may_begin_run, Course, (world.here if here else world.there).course)


def both(rule: Callable[..., bool], other: Rule) -> Rule:
    return lambda eyes, world, args: in_run(rule)(eyes, world, args) and other(eyes, world, args)


def on_post(rule: Callable[..., bool]) -> Rule:
    """Ask a rule about a post, whether it stands or not."""
    return lambda eyes, _world, args: eyes.may(rule, Post, args["post_id"])


def of_thread(rule: Callable[..., bool]) -> Rule:
    """Ask a rule about a thread."""
    return lambda eyes, _world, args: eyes.may(rule, Thread, args["thread_id"])


def keeps_tag(eyes: Eyes, _world: Neighbours, args: Args) -> bool:
    """Whether somebody may rename a tag."""
    return eyes.may(may_keep_tag, Tag, args["tag_id"])


def accepts_post(eyes: Eyes, _world: Neighbours, args: Args) -> bool:
    """Whether somebody may say that a post answers its thread."""
    with eyes.app.app_context():
        thread_id = db.session.get_one(Post, args["post_id"]).thread_id
    return eyes.may(may_accept_answer, Thread, thread_id)


def concerns(eyes: Eyes, world: Neighbours, args: Args) -> bool:
    """Whether a decision is about a post of this person's."""
    warned = {side.decision: side.people["member"] for side in (world.here, world.there)}
    return eyes.user_id == warned[args["decision_id"]]


def decides(rule: Callable[..., bool]) -> Rule:
    """Ask a rule about a decision."""
    return lambda eyes, _world, args: eyes.may(rule, Decision, args["decision_id"])


def on_case(rule: Callable[..., bool]) -> Rule:
    """Ask a rule about a case."""
    return lambda eyes, _world, args: eyes.may(rule, Case, args["case_id"])


def sees_words(eyes: Eyes, _world: Neighbours, args: Args) -> bool:
    """Ask whether somebody reads a post that stands, or one that waits for approval."""
    return args["post_id"] in eyes.posts | eyes.waiting_posts
