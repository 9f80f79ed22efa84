"""What people wrote: threads of their own, replies to the course, and how far each has read."""

import contextlib
import datetime as dt
import random
import uuid
from collections.abc import Iterator

import sqlalchemy as sa

from community.cohorts.models import Placement
from community.demo.cast import Cast
from community.demo.material import Line, Talk
from community.demo.story import Act, Story
from community.discussions.models import Post, ReactionKind, Thread, ThreadKind
from community.discussions.operations import (
    PollGiven,
    mark_read,
    post_reply,
    react,
    start_thread,
    vote,
)
from community.discussions.policy import may_react
from community.discussions.rules import FIRST_POSTS
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.operation import unit_of_work
from community.moderation.operations import report_post
from community.spaces.models import Space
from community.spaces.rules import Reason


def tell_thread(
    story: Story, cast: Cast, talk: Talk, start: dt.datetime, back: dt.timedelta
) -> None:
    """Tell a thread: its first post begins it, the others reply."""
    placed: dict[str, uuid.UUID] = {}
    first, *replies = talk.lines

    def begin(ctx: Context) -> None:
        thread = start_thread(
            ctx,
            cast.spaces[talk.run],
            kind=ThreadKind(talk.kind),
            title=talk.title,
            body=first.text,
        )
        placed["thread"] = thread.id

    story.tell(start + first.at - back, cast.people[first.by], begin)
    for line in replies:
        story.tell(start + line.at - back, cast.people[line.by], _reply(placed, line))


def tell_course_talk(
    story: Story, cast: Cast, talk: Talk, start: dt.datetime, discussions: list[uuid.UUID]
) -> None:
    """Tell the replies to a module's discussion; ``discussions`` are their activities, in order."""
    placed: dict[str, uuid.UUID] = {}

    def look_up(ctx: Context) -> None:
        placed["thread"] = db.session.scalars(
            sa.select(Placement.thread_id).where(
                Placement.run_id == cast.runs[talk.run],
                Placement.activity_id == discussions[talk.module - 1],
            )
        ).one()  # type: ignore[assignment]  # a discussion is placed in a thread

    story.tell(start + talk.lines[0].at, None, look_up)
    for line in talk.lines:
        story.tell(start + line.at, cast.people[line.by], _reply(placed, line))


def _reply(placed: dict[str, uuid.UUID], line: Line) -> Act:
    return lambda ctx: post_reply(ctx, placed["thread"], body=line.text)


def read_most(cast: Cast, run: str, readers: list[str], chance: random.Random) -> None:
    """Let everybody have read most of a run's threads: a few of the newest are left unread."""
    threads = db.session.execute(
        sa.select(Thread.id, Thread.last_number, Thread.last_posted_at)
        .where(Thread.space_id == cast.spaces[run])
        .order_by(Thread.last_posted_at.desc())
    ).all()
    for key in readers:
        unread = chance.randint(0, 5)
        ctx = Context.begin(cast.people[key], origin="shell")
        with unit_of_work(ctx):
            for place, thread in enumerate(threads):
                number = thread.last_number if place >= unread else thread.last_number // 2
                if number:
                    mark_read(ctx, thread.id, number=number)


def react_to_some(cast: Cast, run: str, readers: list[str], chance: random.Random) -> None:
    """Let everybody say thanks and the like to a few of the newest posts of a run."""
    space = db.session.get_one(Space, cast.spaces[run])
    if space.archived_at is not None:
        return
    newest = sa.select(Post).join(Thread, Thread.id == Post.thread_id)
    newest = newest.where(Thread.space_id == space.id).order_by(Post.created_at.desc(), Post.id)
    posts = db.session.scalars(newest.limit(REACTED_TO)).all()
    kinds = (*ReactionKind, ReactionKind.THANKS, ReactionKind.HELPFUL)
    for key in readers:
        ctx = Context.begin(cast.people[key], origin="shell")
        with unit_of_work(ctx):
            for post in chance.sample(posts, min(REACTIONS_EACH, len(posts))):
                if may_react(ctx, post):
                    react(ctx, post.id, kind=chance.choice(kinds), on=True)


REACTED_TO, REACTIONS_EACH = 40, 5


def leave_open(cast: Cast, run: str, chance: random.Random) -> None:
    """Leave something to do: a poll that goes on, and a report that nobody has looked at yet."""
    with _as(cast, "beatriz-fontoura") as ctx:
        asked = post_reply(ctx, _thread(cast, run, CLINIC), body=POLL_WORDS, poll=POLL).id
    for key in VOTERS:
        with _as(cast, key) as ctx:
            vote(ctx, asked, choices=[chance.randint(1, len(POLL.options))])
    named = sa.select(Post.id).where(Post.thread_id == _thread(cast, run, RETIRED))
    with _as(cast, "minjun-seo") as ctx:
        post_id = db.session.scalars(named.where(Post.number == 1)).one()
        report_post(ctx, post_id, reason=Reason.PRIVATE, note=REPORT_WORDS)


def leave_waiting(cast: Cast, run: str) -> None:
    """Have the first posts of who is new in a run wait for approval, and one wait."""
    space_id = cast.spaces[run]
    with _as(cast, NEWCOMER) as ctx:
        db.session.get_one(Space, space_id).approve_first = FIRST_POSTS
        db.session.flush()
        oldest = sa.select(Thread.id).where(Thread.space_id == space_id).order_by(Thread.created_at)
        post_reply(ctx, db.session.scalars(oldest.limit(1)).one(), body=FIRST_WORDS)


@contextlib.contextmanager
def _as(cast: Cast, key: str) -> Iterator[Context]:
    ctx = Context.begin(cast.people[key], origin="shell")
    with unit_of_work(ctx):
        yield ctx


def _thread(cast: Cast, run: str, title: str) -> uuid.UUID:
    there = sa.select(Thread.id).where(Thread.space_id == cast.spaces[run])
    return db.session.scalars(there.where(Thread.title == title)).one()


CLINIC, RETIRED = (
    "Ask: one more for a question clinic at a strange hour",
    "The agreement names a man who retired",
)
POLL_WORDS = "It went well enough that we want a second clinic. Which hour can you bear?"
POLL = PollGiven(
    question="When shall the second clinic be?",
    options=["Tuesday, 07:00 UTC", "Wednesday, 13:00 UTC", "Thursday, 20:00 UTC"],
)
VOTERS = ("tigist-haile", "ngozi-ezeilo", "haruka-ishizuka", "musa-bello", "ximena-bustamante")
NEWCOMER = "anneliese-pichler"
FIRST_WORDS = "So far I only read along. May I bring a colleague from our waterworks?"
REPORT_WORDS = "It names somebody who is not here and was not asked. Perhaps without the name?"
