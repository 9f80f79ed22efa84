"""The whole index, filled a batch at a time while people write; it can be left and taken up."""

import dataclasses
import uuid

import sqlalchemy as sa

from community.kernel.context import Context
from community.kernel.db import execute
from community.kernel.operation import operation
from community.search.models import ENTRY, STATE, EntryKind
from community.search.operations.writing import hold, put, state, take
from community.search.queries.subjects import keys_after, subjects
from community.search.rules.words import VERSION

AT_ONCE = 200  # things in one transaction
BATCHES = 5  # in one go of the worker, which has other things to do
NONE = uuid.UUID(int=0)
_ORDER = tuple(EntryKind)


@dataclasses.dataclass(frozen=True, slots=True)
class Filled:
    """What a batch did; ``done``: there is no more."""

    read: int
    done: bool


def fill(ctx: Context) -> int:
    """Go on filling the index, a little; returns how many things were looked at.

    Where all was looked at that is one look at one row. So an installation that is new to search,
    one that was restored from a backup, and one whose words are read otherwise since fill
    themselves.
    """
    found = 0
    for _batch in range(BATCHES):
        at = state()
        if at is not None and at.kind is None and at.version == VERSION:
            break
        found += _fill_batch(ctx).read
    return found


def rebuild(ctx: Context) -> int:
    """Look at everything anew; returns how many things there were. People may write meanwhile."""
    restart(ctx)
    found, done = 0, False
    while not done:
        batch = _fill_batch(ctx)
        found, done = found + batch.read, batch.done
    return found


@operation
def restart(ctx: Context) -> None:
    """Have the index filled from its beginning; what is there is found meanwhile."""
    hold()
    _note(kind=_ORDER[0], after=NONE, version=VERSION)


@operation
def _fill_batch(ctx: Context) -> Filled:
    """Look at the next things of a kind, and then at the next kind."""
    at = hold()
    if at.version != VERSION:
        _note(kind=_ORDER[0], after=NONE, version=VERSION)
        return Filled(0, done=False)
    if at.kind is None:
        return Filled(0, done=True)
    keys = keys_after(at.kind, at.after or NONE, AT_ONCE)
    found = subjects(at.kind, keys)
    put(at.kind, found)
    there = {subject.id for subject in found}
    take(at.kind, [key for key in keys if key not in there])
    if keys:
        _take_strays(at.kind, at.after or NONE, keys[-1], there)
        _note(after=keys[-1])
        return Filled(len(keys), done=False)
    _take_strays(at.kind, at.after or NONE, None, there)
    following = _ORDER[_ORDER.index(at.kind) + 1 :]
    if following:
        _note(kind=following[0], after=NONE)
    else:
        _note(kind=None, after=None, filled_at=ctx.now)
    return Filled(0, done=not following)


def _take_strays(
    kind: EntryKind, after: uuid.UUID, to: uuid.UUID | None, there: set[uuid.UUID]
) -> None:
    """Take entries out of which there is no such thing any more, between two keys."""
    asked = sa.select(ENTRY.c.subject_id).where(ENTRY.c.kind == kind, ENTRY.c.subject_id > after)
    if to is not None:
        asked = asked.where(ENTRY.c.subject_id <= to)
    take(kind, [key for key in execute(asked).scalars() if key not in there])


def _note(**values: object) -> None:
    execute(sa.update(STATE).values(**values))


def lag() -> bool:
    """Whether the index has not been filled since it was begun anew."""
    at = state()
    return at is None or at.kind is not None or at.version != VERSION
