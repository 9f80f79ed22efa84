"""What people wrote: threads of their own, replies to the course, and how far each has read."""

import datetime as dt
import random
import uuid

import sqlalchemy as sa

from community.cohorts.models import Placement
from community.demo.cast import Cast
from community.demo.material import Line, Talk
from community.demo.story import Act, Story
from community.discussions.models import Thread, ThreadKind
from community.discussions.operations import mark_read, post_reply, start_thread
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.operation import unit_of_work


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
