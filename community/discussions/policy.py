"""Who reads and who writes in the threads of a space.

A space's members read its threads; those who take part (everybody but observers) begin threads and
reply; announcements are begun by organisers and facilitators.
"""

import uuid

import sqlalchemy as sa

from community.discussions.models import Thread, ThreadKind
from community.kernel.context import Context
from community.kernel.policy import Finder, read_rule, rule
from community.spaces.models import Space
from community.spaces.policy import facilitates, my_spaces, takes_part


@read_rule
def visible_threads(ctx: Context) -> sa.Select[Thread]:
    """Threads of the spaces the actor belongs to."""
    return sa.select(Thread).where(Thread.space_id.in_(my_spaces(ctx)))


find_thread = Finder(visible_threads, named=True)  # else who reads and who answers wait in a ring


@rule
def may_start_thread(ctx: Context, space: Space) -> bool:
    """Whoever takes part in a space begins threads there."""
    return takes_part(ctx, space.id)


@rule
def may_announce(ctx: Context, space: Space) -> bool:
    """Organisers and facilitators of a space announce."""
    return facilitates(ctx, space.id)


@rule
def may_reply(ctx: Context, thread: Thread) -> bool:
    """Whoever takes part in a thread's space replies in it, to announcements too."""
    return takes_part(ctx, thread.space_id)


def kinds_open_to(ctx: Context, space_id: uuid.UUID) -> tuple[ThreadKind, ...]:
    """Return the kinds of thread the actor may begin in a space, as a form offers them."""
    if not takes_part(ctx, space_id):
        return ()
    if facilitates(ctx, space_id):
        return tuple(ThreadKind)
    return tuple(kind for kind in ThreadKind if kind is not ThreadKind.ANNOUNCEMENT)
