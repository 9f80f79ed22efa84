"""The polls of posts, as somebody may see them: what is hidden from them is not in it."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from community.accounts.models import User
from community.discussions.models import Ballot, Poll, PollKind, PollShows, Post, Thread
from community.discussions.policy import find_post, visible_posts
from community.discussions.rules import choices_of, is_closed, stays_closed
from community.kernel.context import Context
from community.kernel.db import execute
from community.kernel.errors import NotFound
from community.kernel.frame import Person
from community.kernel.log import Logged
from community.kernel.paging import LIMIT, Page, page_of
from community.kernel.policy import ANYBODY, ME
from community.spaces.models import Membership, Space
from community.spaces.policy import only_seen


@dataclasses.dataclass(frozen=True, slots=True)
class PollSeen:
    """A poll as somebody sees it; ``results`` (as ``rules.tally_of``) None where they may not.

    ``mine`` are the numbers of the options they chose, in their order.
    """

    post_id: uuid.UUID
    thread_id: uuid.UUID
    number: int
    question: str
    options: Sequence[str]
    edition: int
    kind: PollKind
    most: int
    shows: PollShows
    named: bool
    zone: str | None
    closes_at: dt.datetime | None
    over: bool
    closed: bool
    voters: int
    mine: tuple[int, ...]
    results: Mapping[str, Any] | None

    @property
    def final(self) -> bool:
        """Whether it is closed and is not opened again."""
        hidden = self.shows is PollShows.CLOSED
        return self.closed and stays_closed(hidden=hidden, voters=self.voters)


_ARCHIVED = (
    sa.select(Space.archived_at)
    .join(Thread, Thread.space_id == Space.id)
    .where(Thread.id == Post.thread_id)
    .correlate(Post)
    .scalar_subquery()
    .label("archived_at")
)
_COLUMNS = (
    Poll.post_id,
    Post.thread_id,
    Post.number,
    *(Poll.question, Poll.options, Poll.edition, Poll.kind, Poll.most, Poll.shows, Poll.named),
    *(Poll.zone, Poll.closes_at, Poll.closed_at, Poll.voters, Poll.tally),
    _ARCHIVED,
)
_POLLS = (
    sa.select(
        *_COLUMNS,
        sa.select(Ballot.choices)
        .where(Ballot.post_id == Poll.post_id, Ballot.user_id == ME)
        .correlate(Poll)
        .scalar_subquery()
        .label("mine"),
    )
    .join(Post, Post.id == Poll.post_id)
    .where(Poll.post_id.in_(sa.bindparam("posts", type_=sa.Uuid(), expanding=True)))
)


def polls_of(ctx: Context, post_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, PollSeen]:
    """Return the polls of posts that the actor was shown, by the post."""
    if not post_ids:
        return {}
    rows = execute(_POLLS, {"me": ctx.actor_id, "posts": list(post_ids)})
    return {row.post_id: _seen(row, ctx.now, choices_of(row.mine)) for row in rows}


def poll_of(ctx: Context, post_id: uuid.UUID) -> PollSeen:
    """Return the poll of a post that stands. Raises NotFound, also where it has none."""
    return poll_in(ctx, find_post(ctx, post_id))


def poll_in(ctx: Context, post: Post) -> PollSeen:
    """Return the poll of a post that was found. Raises NotFound where it has none."""
    found = polls_of(ctx, [post.id])
    if not found:
        raise NotFound
    return found[post.id]


def _seen(row: Any, now: dt.datetime, mine: tuple[int, ...]) -> PollSeen:
    """Return a poll as it is seen: in an archived space it takes no votes, so it is closed."""
    over = is_closed(None, row.closes_at, now)
    closed = over or is_closed(row.closed_at, None, now) or row.archived_at is not None
    open_to = closed or row.shows is PollShows.ALWAYS or (row.shows is PollShows.VOTED and mine)
    return PollSeen(
        post_id=row.post_id,
        thread_id=row.thread_id,
        number=row.number,
        question=row.question,
        options=tuple(row.options),
        edition=row.edition,
        kind=row.kind,
        most=row.most,
        shows=row.shows,
        named=row.named,
        zone=row.zone,
        closes_at=row.closes_at,
        over=over,
        closed=closed,
        voters=row.voters,
        mine=tuple(mine),
        results=row.tally if open_to else None,
    )


def votes_in(poll: PollSeen, *, limit: int = LIMIT, page: str | None = None) -> Page:
    """Return a page of who voted what in a poll that names them, where its results may be seen.

    Items are mappings: person, choices. Raises NotFound, also for an anonymous poll and where the
    results are hidden, and Invalid when ``page`` is no bookmark of this list.
    """
    if not poll.named or poll.results is None:
        raise NotFound
    query = (
        sa.select(
            Ballot.id,
            Ballot.choices,
            User.id.label("user_id"),
            User.name,
            sa.case((Membership.id.is_not(None), User.face)).label("face"),
        )
        .join(User, User.id == Ballot.user_id)
        .join(Post, Post.id == Ballot.post_id)
        .join(Thread, Thread.id == Post.thread_id)
        .outerjoin(
            Membership,
            sa.and_(
                Membership.space_id == Thread.space_id,
                Membership.user_id == Ballot.user_id,
                Membership.ended_at.is_(None),
            ),
        )
        .where(Ballot.post_id == poll.post_id)
        .order_by(Ballot.id.desc())
    )
    found = page_of(query, limit=limit, page=page)
    items = [
        {
            "person": Person(row.user_id, row.name, row.face),
            "choices": list(choices_of(row.choices)),
        }
        for row in found.items
    ]
    return Page(items, found.next, found.previous)


_EVENTS = (
    visible_posts(ANYBODY)
    .join(Poll, Poll.post_id == Post.id)
    .with_only_columns(*_COLUMNS)
    .where(Post.id.in_(sa.bindparam("posts", type_=sa.Uuid(), expanding=True)))
)


def polls_of_events(ctx: Context, events: Sequence[Logged]) -> dict[uuid.UUID, PollSeen]:
    """Return the polls that events tell of and the actor may read, as everybody sees them.

    Nobody's own vote is in it: what is pushed goes to all who look.
    """
    keys = [getattr(logged.event, "post_id", None) for logged in events]
    rows = execute(_EVENTS, {"me": ctx.actor_id, "posts": keys})
    return {row.post_id: _seen(row, ctx.now, ()) for row in rows}


def personal_polls(ctx: Context) -> Sequence[Any]:
    """Return what somebody asked in polls, for them to take along."""
    return execute(
        sa.select(
            only_seen(ctx, Space.name).label("space"),
            only_seen(ctx, Thread.title).label("thread"),
            Post.number,
            *(Poll.question, Poll.options, Poll.kind, Poll.shows, Poll.named),
            *(Poll.closes_at, Poll.closed_at),
        )
        .join(Post, Post.id == Poll.post_id)
        .join(Thread, Thread.id == Post.thread_id)
        .join(Space, Space.id == Thread.space_id)
        .where(Post.author_id == ctx.actor_id)
        .order_by(Post.created_at, Post.id)
    ).all()


def personal_ballots(ctx: Context) -> list[dict[str, Any]]:
    """Return how somebody voted, for them to take along.

    Of a post that was removed, numbers of options alone.
    """
    rows = execute(
        sa.select(
            only_seen(ctx, Space.name).label("space"),
            only_seen(ctx, Thread.title).label("thread"),
            Post.number,
            only_seen(ctx, sa.case((Post.removal.is_(None), Poll.question))).label("question"),
            only_seen(ctx, sa.case((Post.removal.is_(None), Poll.options))).label("options"),
            Ballot.choices,
            Ballot.at,
        )
        .join(Post, Post.id == Ballot.post_id)
        .join(Poll, Poll.post_id == Ballot.post_id)
        .join(Thread, Thread.id == Post.thread_id)
        .join(Space, Space.id == Thread.space_id)
        .where(Ballot.user_id == ctx.actor_id)
        .order_by(Ballot.at, Ballot.id)
    )
    return [
        {
            **{
                name: getattr(row, name) for name in ("space", "thread", "number", "question", "at")
            },
            "choices": [
                row.options[each - 1] if row.options else each for each in choices_of(row.choices)
            ],
        }
        for row in rows
    ]
