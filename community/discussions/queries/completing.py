"""Whom the box to write in offers after an "@"."""

import dataclasses
import uuid
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from community.accounts.models import User
from community.accounts.rules import folded
from community.discussions.models import Post, Thread
from community.discussions.policy import may_mention_everyone
from community.discussions.rules import MentionedGroup, form_of
from community.kernel.context import Context
from community.kernel.db import execute
from community.kernel.frame import Person
from community.kernel.policy import ANYBODY
from community.spaces.models import Membership
from community.spaces.policy import find_space, visible_memberships

MOST_OFFERED = 8
_LATEST = 200  # posts of a thread whose authors come first

_said = (
    sa.select(Post.author_id, Post.number)
    .join(Thread, Thread.id == Post.thread_id)
    .where(
        Post.thread_id == sa.bindparam("thread", type_=sa.Uuid()),
        Thread.space_id == sa.bindparam("space", type_=sa.Uuid()),
        Post.removal.is_(None),
    )
    .order_by(Post.number.desc())
    .limit(_LATEST)
    .subquery("said")
)
_here = (
    sa.select(_said.c.author_id, sa.func.max(_said.c.number).label("number"))
    .group_by(_said.c.author_id)
    .subquery("here")
)
_other, _place = aliased(User), aliased(Membership, name="place")
_SHARED = sa.exists().where(
    _other.name_folded == User.name_folded,
    _other.id != User.id,
    _place.user_id == _other.id,
    _place.space_id == Membership.space_id,
    _place.ended_at.is_(None),
)
_MEMBERS = (
    visible_memberships(ANYBODY)
    .join(User, User.id == Membership.user_id)
    .where(
        Membership.space_id == sa.bindparam("space", type_=sa.Uuid()),
        User.deactivated_at.is_(None),
        User.id != sa.bindparam("me", type_=sa.Uuid()),
    )
    .limit(MOST_OFFERED)
    .with_only_columns(User.id, User.name, User.face, _SHARED.label("shared"))
)
# Without a word yet: who has said something here. Then those, and the rest of the space.
_OF_THREAD = _MEMBERS.join(_here, _here.c.author_id == User.id).order_by(_here.c.number.desc())
_NAMED = (
    _MEMBERS.outerjoin(_here, _here.c.author_id == User.id)
    .where(
        sa.or_(
            User.name_folded.like(sa.bindparam("first", type_=sa.String()), escape="/"),
            User.name_folded.like(sa.bindparam("later", type_=sa.String()), escape="/"),
        )
    )
    .order_by(_here.c.number.is_(None), _here.c.number.desc(), User.name_folded, User.id)
)


@dataclasses.dataclass(frozen=True, slots=True)
class Offered:
    """Somebody one may mention; ``text`` is what the box writes."""

    user: Person
    text: str


def people_offered(
    ctx: Context, space_id: uuid.UUID, *, search: str, thread_id: uuid.UUID | None
) -> Sequence[Offered]:
    """Return members of a space, a word of whose name begins with ``search``, at most eight.

    Those who said something in the thread come first; without a word nobody else does. Raises
    NotFound for a space the actor does not belong to.
    """
    find_space(ctx, space_id)
    word = folded(search)
    given: dict[str, Any] = {"me": ctx.person, "space": space_id, "thread": thread_id}
    if word:
        for sign in "/%_":
            word = word.replace(sign, f"/{sign}")
        given |= {"first": f"{word}%", "later": f"% {word}%"}
    rows = execute(_NAMED if word else _OF_THREAD, given).all()
    return [
        Offered(
            Person(row.id, row.name, row.face),
            form_of(row.name, row.id, shared=row.shared),
        )
        for row in rows
    ]


def groups_offered(ctx: Context, space_id: uuid.UUID, search: str) -> Sequence[MentionedGroup]:
    """Return the groups of a space that the actor may mention, whose name begins so."""
    everyone = may_mention_everyone(ctx, find_space(ctx, space_id))
    return [
        group
        for group in MentionedGroup
        if group.startswith(folded(search)) and (everyone or group is not MentionedGroup.EVERYONE)
    ]
