"""Tags of threads: as a column of statements about threads, and those of a space."""

import uuid
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from community.discussions.models import Tag, Thread, ThreadTag
from community.discussions.policy import BEGUN
from community.kernel.db import execute, joined

BETWEEN = ","  # no tag holds one

TAGS = (
    sa.select(joined(Tag.name, BETWEEN))
    .join(ThreadTag, ThreadTag.tag_id == Tag.id)
    .where(ThreadTag.thread_id == Thread.id)
    .correlate(Thread)
    .scalar_subquery()
    .label("tags")
)
"""The tags of a thread in one text, null for none; ``tags_in`` makes a list of it."""

TAGGED = Thread.id.in_(
    sa.select(ThreadTag.thread_id)
    .join(Tag, Tag.id == ThreadTag.tag_id)
    .where(
        Tag.space_id == sa.bindparam("space", type_=sa.Uuid()),
        Tag.folded == sa.bindparam("tag", type_=sa.Text()),
    )
)
"""Whether a thread has a tag of its space, named by its folded form."""


def tags_in(text: str | None) -> list[str]:
    """Return the tags of a row with ``TAGS``, in the order of the alphabet."""
    return sorted(text.split(BETWEEN)) if text else []


_OF_SPACE = (
    sa.select(Tag.id, Tag.name, sa.func.count(Thread.id).label("threads"))
    .join(ThreadTag, ThreadTag.tag_id == Tag.id)
    .join(
        Thread,
        sa.and_(
            Thread.id == ThreadTag.thread_id,
            Thread.merged_into_id.is_(None),
            BEGUN,  # those that wait for approval are not listed
        ),
    )
    .where(Tag.space_id == sa.bindparam("space", type_=sa.Uuid()))
    .group_by(Tag.id, Tag.name)
    .order_by(Tag.name)
)


def tags_of_space(space_id: uuid.UUID) -> Sequence[Any]:
    """Return the tags that listed threads of a space have: id, name, threads (how many).

    For who has found the space. As many as a space may have; those of merged threads, and of
    those that wait for approval, alone do not show.
    """
    return execute(_OF_SPACE, {"space": space_id}).all()


def tags_of(thread_id: uuid.UUID) -> list[str]:
    """Return the tags of one thread, by its id."""
    found = sa.select(Tag.name).join(ThreadTag, ThreadTag.tag_id == Tag.id)
    return sorted(row.name for row in execute(found.where(ThreadTag.thread_id == thread_id)))
