"""The tags of threads are set, and those of a space renamed and removed.

Each act that makes or ends a tag holds the row of the space first, then that of a thread.
"""

import uuid
from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import ngettext

from community.accounts.rules import folded
from community.discussions.events import TagRemoved, TagRenamed
from community.discussions.models import Tag, Thread, ThreadTag
from community.discussions.policy import find_tag, find_thread, may_keep_tag
from community.discussions.rules import MOST_TAGS_OF_SPACE
from community.kernel.context import Context
from community.kernel.db import db, execute
from community.kernel.errors import Conflict
from community.kernel.keys import new_key
from community.kernel.operation import operation, record
from community.kernel.policy import Finder, require
from community.spaces.policy import refuse_archived, visible_spaces

hold_space = Finder(visible_spaces, named=True)  # else it waits in a ring with who replies
_TAG: Any = Tag.__table__
_LINKS: Any = ThreadTag.__table__


def set_tags(thread: Thread, names: Sequence[str]) -> bool:
    """Give a thread these tags and no others, inside an operation that holds both rows.

    ``names`` are those of ``rules.tag_named``. What its space has no tag of that name for becomes
    one; a tag that no thread has any more is gone. Returns whether anything changed. Raises
    Conflict where the space has as many as may be.
    """
    wanted = {folded(name): name for name in names}
    has = set(
        db.session.scalars(sa.select(ThreadTag.tag_id).where(ThreadTag.thread_id == thread.id))
    )
    there = {
        tag.folded: tag.id
        for tag in db.session.scalars(
            sa.select(Tag).where(Tag.space_id == thread.space_id, Tag.folded.in_(wanted))
        )
    }
    made = {fold: name for fold, name in wanted.items() if fold not in there}
    gone = has - set(there.values())
    if gone:
        _untie(thread.id, gone)
    if made:
        _refuse_more(thread.space_id, len(made))
        for fold, name in made.items():
            tag = Tag(id=new_key(), space_id=thread.space_id, name=name, folded=fold)
            db.session.add(tag)
            there[fold] = tag.id
        db.session.flush()
    new = set(there.values()) - has
    if new:
        execute(sa.insert(_LINKS), [{"thread_id": thread.id, "tag_id": key} for key in new])
    return bool(gone or new)


def _untie(thread_id: uuid.UUID, tags: Collection[uuid.UUID]) -> None:
    """Take tags off a thread; those that no thread has any more are gone."""
    execute(sa.delete(_LINKS).where(_LINKS.c.thread_id == thread_id, _LINKS.c.tag_id.in_(tags)))
    used = sa.exists().where(_LINKS.c.tag_id == Tag.id)
    execute(sa.delete(_TAG).where(Tag.id.in_(tags), ~used))


def _refuse_more(space_id: uuid.UUID, new: int) -> None:
    there = db.session.scalars(sa.select(sa.func.count()).where(Tag.space_id == space_id)).one()
    if there + new > MOST_TAGS_OF_SPACE:
        raise Conflict(
            ngettext(
                "A space has at most %(num)d tag. Take one that is there.",
                "A space has at most %(num)d tags. Take one that is there.",
                MOST_TAGS_OF_SPACE,
            )
        )


@operation
def rename_tag(ctx: Context, tag_id: uuid.UUID, *, name: str) -> Tag:
    """Call a tag otherwise; where another one is called so, both are that one. Returns it.

    Raises NotFound, Forbidden, or Conflict in an archived space.
    """
    tag = _held(ctx, tag_id)
    fold = folded(name)
    other = db.session.scalars(
        sa.select(Tag).where(Tag.space_id == tag.space_id, Tag.folded == fold, Tag.id != tag.id)
    ).one_or_none()
    if other is None:
        if tag.name == name:
            return tag
        tag.name, tag.folded = name, fold
    else:
        has = sa.select(_LINKS.c.thread_id).where(_LINKS.c.tag_id == other.id)
        execute(
            sa.update(_LINKS)
            .where(_LINKS.c.tag_id == tag.id, _LINKS.c.thread_id.not_in(has))
            .values(tag_id=other.id)
        )
        _end(tag)
    into = other.id if other else None
    record(TagRenamed(tag_id=tag.id, space_id=tag.space_id, into_id=into))
    return other or tag


@operation
def remove_tag(ctx: Context, tag_id: uuid.UUID) -> Tag:
    """Take a tag off all threads. Raises NotFound, Forbidden, or Conflict in an archived space."""
    tag = _held(ctx, tag_id)
    _end(tag)
    record(TagRemoved(tag_id=tag.id, space_id=tag.space_id))
    return tag


def _held(ctx: Context, tag_id: uuid.UUID) -> Tag:
    """Return a tag of a space whose row is held, so that nobody takes or ends it meanwhile."""
    space = hold_space(ctx, find_tag(ctx, tag_id).space_id, lock=True)
    tag = find_tag(ctx, tag_id, lock=True)
    require(may_keep_tag, ctx, tag)
    refuse_archived(space)
    return tag


def _end(tag: Tag) -> None:
    execute(sa.delete(_LINKS).where(_LINKS.c.tag_id == tag.id))
    db.session.delete(tag)
    db.session.flush()


def hold_with_space(ctx: Context, thread_id: uuid.UUID, *others: uuid.UUID) -> Thread:
    """Return a thread that is held after its space, and after ``others`` that it may come to.

    Raises NotFound, and Conflict for one that went to another space while it was waited for.
    """
    space_id = find_thread(ctx, thread_id).space_id
    for key in sorted({space_id, *others}):
        hold_space(ctx, key, lock=True)
    thread = find_thread(ctx, thread_id, lock=True)
    if thread.space_id != space_id:
        raise Conflict(_("This thread was moved to another space. Look there, and try once more."))
    return thread
