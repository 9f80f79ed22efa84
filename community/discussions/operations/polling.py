"""Polls in posts: asked, answered, closed; what the ballots come to is exact under the poll's lock.

Whoever votes, closes, or writes the options anew holds the row of the poll first, before any post.
A vote counts by when it was sent: one from before the closing time is not lost because it waited.
"""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import ngettext

from community.discussions.events import PollChanged, PostEdited
from community.discussions.models import Ballot, Poll, PollKind, PollShows, Post, Thread
from community.discussions.operations.limiting import refuse_beyond_limits
from community.discussions.operations.people import hold_people
from community.discussions.policy import (
    find_post,
    hold_post,
    may_edit_poll,
    may_keep_poll,
    may_vote,
)
from community.discussions.rules import (
    choices_of,
    choices_text,
    is_closed,
    stays_closed,
    tally_after,
    tally_of,
)
from community.kernel.context import Context
from community.kernel.db import db, execute
from community.kernel.errors import Conflict, Invalid, NotFound
from community.kernel.keys import new_key
from community.kernel.localtime import instant
from community.kernel.operation import operation, record, tell
from community.kernel.policy import require
from community.spaces.policy import belongs_to, refuse_archived


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class PollGiven:
    """A poll that is put into a new post. ``most`` is asked for where one chooses several."""

    question: str
    options: Sequence[str]
    kind: PollKind = PollKind.SINGLE
    most: int | None = None
    shows: PollShows = PollShows.ALWAYS
    named: bool = False
    local_at: dt.datetime | None = None
    zone: str | None = None


def add_poll(ctx: Context, post_id: uuid.UUID, given: PollGiven) -> None:
    """Put a poll into a post that was just added, inside its operation. Raises Invalid."""
    closes_at = _later(ctx, given.local_at, given.zone) if given.local_at and given.zone else None
    several = len(given.options)
    most = 1 if given.kind is PollKind.SINGLE else several
    if given.kind is PollKind.MULTIPLE and given.most is not None:
        most = min(given.most, several)
    row = Poll(
        id=new_key(),
        post_id=post_id,
        question=given.question,
        options=list(given.options),
        kind=given.kind,
        most=most,
        shows=given.shows,
        named=given.named,
        local_at=given.local_at if closes_at else None,
        zone=given.zone if closes_at else None,
        closes_at=closes_at,
        tally=tally_of({}, several, ranked=given.kind is PollKind.RANKED),
    )
    db.session.add(row)
    execute(sa.update(Post).where(Post.id == post_id).values(has_poll=True))


def said_by(given: PollGiven | None) -> tuple[str, Sequence[str]] | None:
    """Return the question and the options of a poll that is sent with a post, if one is."""
    return (given.question, given.options) if given is not None else None


def is_same_poll(post: Post, given: PollGiven | None) -> bool:
    """Whether a post carries the poll that is sent with it; one written anew may be the same."""
    poll = db.session.scalar(sa.select(Poll).where(Poll.post_id == post.id))
    if poll is None or given is None:
        return poll is None and given is None
    asked = given.question, list(given.options)
    return poll.edition > 1 or (poll.question, poll.options) == asked


@operation
def vote(
    ctx: Context, post_id: uuid.UUID, *, choices: Sequence[int], edition: int | None = None
) -> None:
    """Vote in the poll of a post, or otherwise than before; ``choices`` are numbers of options.

    In a ranked poll the first is the best. None takes the vote back. ``edition`` is that of the
    options the voter saw. Raises NotFound, Forbidden, Invalid, or Conflict where the options were
    written anew since, where the poll is closed, and in an archived space.
    """
    hold_people([ctx.person])
    thread, poll = _held(ctx, post_id, may_vote)
    _refuse_closed(ctx, poll)
    if edition is not None and edition != poll.edition:
        raise Conflict(_("The poll was written anew meanwhile. Look at it again, and vote then."))
    _check(poll, choices)
    mine = Ballot.post_id == post_id, Ballot.user_id == ctx.person
    before = choices_of(execute(sa.select(Ballot.choices).where(*mine)).scalar())
    if before == tuple(choices):
        return
    execute(sa.delete(Ballot).where(*mine))
    if choices:
        own = {"id": new_key(), "user_id": ctx.person, "at": ctx.now}
        ballot = {"post_id": post_id, "choices": choices_text(choices)}
        execute(sa.insert(Ballot).values(**own, **ballot))
    if poll.kind is PollKind.RANKED:
        _count(poll)
    else:  # one ballot is counted, however many there are
        poll.voters += bool(choices) - bool(before)
        poll.tally = tally_after(poll.tally, before, choices)
    _tell(thread, post_id)


@operation
def edit_poll(ctx: Context, post_id: uuid.UUID, *, question: str, options: Sequence[str]) -> None:
    """Write question and options of one's poll anew, as long as nobody has voted.

    Raises NotFound, Forbidden, Invalid for what the limits of the space do not let one say, or
    Conflict once somebody voted and in an archived space.
    """
    thread, poll = _held(ctx, post_id, may_edit_poll)
    _refuse_voted(poll)
    if (poll.question, poll.options) == (question, list(options)):
        return
    refuse_beyond_limits(ctx, thread.space_id, poll=(question, options))
    if poll.kind is not PollKind.SINGLE:
        chose_all = poll.kind is PollKind.RANKED or poll.most == len(poll.options)
        poll.most = len(options) if chose_all else min(poll.most, len(options))
    poll.question, poll.options = question, list(options)
    poll.edition += 1
    _count(poll)
    _tell(thread, post_id)


@operation
def remove_poll(ctx: Context, post_id: uuid.UUID) -> None:
    """Take one's poll out of a post, as long as nobody has voted.

    Raises NotFound, Forbidden, or Conflict once somebody voted and in an archived space.
    """
    poll = _held(ctx, post_id, may_edit_poll)[1]
    _refuse_voted(poll)
    thread, post = hold_post(ctx, post_id)  # the post says that it has one
    post.has_poll = False
    db.session.delete(poll)
    record(
        PostEdited(
            thread_id=thread.id,
            space_id=thread.space_id,
            post_id=post_id,
            number=post.number,
            edition=post.edition,
        )
    )


@operation
def close_poll(ctx: Context, post_id: uuid.UUID) -> None:
    """Take no more votes; closed already, nothing changes.

    Raises NotFound, Forbidden, or Conflict in an archived space.
    """
    thread, poll = _held(ctx, post_id, may_keep_poll)
    if not is_closed(poll.closed_at, poll.closes_at, ctx.now):
        poll.closed_at = ctx.now
        _tell(thread, post_id)


@operation
def reopen_poll(
    ctx: Context,
    post_id: uuid.UUID,
    *,
    local_at: dt.datetime | None = None,
    zone: str | None = None,
) -> None:
    """Take votes again, or, while it is open, till another time than before.

    Open already and without a time, nothing changes. Votes of accounts that went while it was
    closed go now. Raises NotFound, Forbidden, Invalid for a time that has passed or that is
    missing, or Conflict in an archived space and where ``stays_closed`` says so.
    """
    thread, poll = _held(ctx, post_id, may_keep_poll)
    closed = is_closed(poll.closed_at, poll.closes_at, ctx.now)
    if not closed and not (local_at and zone):
        return
    if closed and stays_closed(hidden=poll.shows is PollShows.CLOSED, voters=poll.voters):
        raise Conflict(_("Its results were shown, so it stays closed."))
    if local_at and zone:
        poll.closes_at = _later(ctx, local_at, zone)
        poll.local_at, poll.zone = local_at, zone
    elif poll.closes_at is not None and poll.closes_at <= ctx.now:
        words = _("Its time has passed. Say until when it takes votes again.")
        raise Invalid(words, fields={"local_at": [words]})
    poll.closed_at = None
    nobodys = Ballot.post_id == post_id, Ballot.user_id.is_(None)
    if execute(sa.delete(Ballot).where(*nobodys)).rowcount:
        _count(poll)
    _tell(thread, post_id)


def forget_ballots(ctx: Context) -> None:
    """Take the actor out of all polls, inside an operation.

    Open ones lose the vote; in closed ones it stays counted, and nobody's.
    """
    mine = Ballot.user_id == ctx.person
    of_mine = sa.select(Ballot.post_id).where(mine)
    held = sa.select(Poll).where(Poll.post_id.in_(of_mine)).order_by(Poll.post_id)
    fell: list[uuid.UUID] = []
    for poll in db.session.scalars(held.with_for_update(of=Poll)).all():
        own = Ballot.post_id == poll.post_id, mine
        if is_closed(poll.closed_at, poll.closes_at, ctx.now):
            execute(sa.update(Ballot).where(*own).values(user_id=None))
        else:
            execute(sa.delete(Ballot).where(*own))
            _count(poll)
            fell.append(poll.post_id)
    threads = sa.select(Post.id, Post.thread_id, Thread.space_id).join(Thread)
    told = execute(threads.where(Post.id.in_(fell), Post.removal.is_(None))) if fell else ()
    for post_id, thread_id, space_id in told:
        tell(PollChanged(thread_id=thread_id, space_id=space_id, post_id=post_id))


def _held(ctx: Context, post_id: uuid.UUID, may: Any) -> tuple[Thread, Poll]:
    """Return the poll of a post, held till the commit, and the post's thread."""
    before = find_post(ctx, post_id)
    held = sa.select(Poll).where(Poll.post_id == post_id).with_for_update(of=Poll)
    poll = db.session.scalar(held.execution_options(populate_existing=True))
    if poll is None:
        raise NotFound
    db.session.expire(before)
    post = find_post(ctx, post_id)  # it may have been removed or moved while one waited
    require(may, ctx, post)
    thread = db.session.get_one(Thread, post.thread_id)
    refuse_archived(belongs_to(ctx, thread.space_id))
    return thread, poll


def _refuse_closed(ctx: Context, poll: Poll) -> None:
    if is_closed(poll.closed_at, poll.closes_at, ctx.now):
        raise Conflict(_("This poll is closed: it takes no more votes."))


def _refuse_voted(poll: Poll) -> None:
    if poll.voters:
        raise Conflict(_("Somebody has voted already, so the poll stays as it is."))


def _check(poll: Poll, choices: Sequence[int]) -> None:
    """Raise Invalid for what is no ballot of this poll."""
    words = None
    if len(set(choices)) != len(choices):
        words = _("Choose each option once.")
    elif not set(choices) <= set(range(1, len(poll.options) + 1)):
        words = _("There is no such option in this poll.")
    elif len(choices) > poll.most:
        most = poll.most
        words = ngettext("Choose one option.", "Choose at most %(num)d options.", most)
    if words is not None:
        raise Invalid(words, fields={"choices": [words]})


def _later(ctx: Context, local_at: dt.datetime, zone: str) -> dt.datetime:
    """Return the instant of a closing time. Raises Invalid for one that has passed."""
    closes_at = instant(local_at, zone)
    if closes_at <= ctx.now:
        words = _("This time has passed.")
        raise Invalid(words, fields={"local_at": [words]})
    return closes_at


def _count(poll: Poll) -> None:
    """Count the ballots of a poll that is held."""
    rows = execute(
        sa.select(Ballot.choices, sa.func.count())
        .where(Ballot.post_id == poll.post_id)
        .group_by(Ballot.choices)
    )
    ballots = {choices_of(text): many for text, many in rows}
    poll.voters = sum(ballots.values())
    poll.tally = tally_of(ballots, len(poll.options), ranked=poll.kind is PollKind.RANKED)


def _tell(thread: Thread, post_id: uuid.UUID) -> None:
    tell(PollChanged(thread_id=thread.id, space_id=thread.space_id, post_id=post_id))
