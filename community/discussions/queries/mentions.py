"""Who may be mentioned in a space, and who is in a post."""

import uuid
from collections import Counter
from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa

from community.accounts.models import User
from community.discussions.models import Mention
from community.discussions.policy import may_mention_everyone
from community.discussions.rules import MentionedGroup, Named, Roll, called_in
from community.kernel.context import Context
from community.kernel.db import db, execute
from community.kernel.policy import ANYBODY
from community.spaces.models import Membership
from community.spaces.policy import belongs_to, visible_memberships

_NAMED = (
    visible_memberships(ANYBODY)
    .join(User, User.id == Membership.user_id)
    .where(
        Membership.space_id == sa.bindparam("space", type_=sa.Uuid()),
        User.deactivated_at.is_(None),
        sa.or_(
            User.name_folded.in_(sa.bindparam("names", type_=sa.Text(), expanding=True)),
            User.id.in_(sa.bindparam("chosen", type_=sa.Uuid(), expanding=True)),
        ),
    )
    .with_only_columns(User.id, User.name, User.name_folded, sa.null().label("called"))
)
_MENTIONED = (
    sa.select(User.id, User.name, User.name_folded, Mention.called)
    .join(Mention, Mention.user_id == User.id)
    .where(Mention.post_id == sa.bindparam("post", type_=sa.Uuid()))
)
_OF_POSTS = sa.select(Mention.post_id, Mention.whole, Mention.called, User.id, User.name).outerjoin(
    User, User.id == Mention.user_id
)


def roll_of(ctx: Context, text: str, space_id: uuid.UUID, post_id: uuid.UUID | None) -> Roll:
    """Return who may be called in a text that the actor writes in a space.

    Its members now, but a name that several of them bear; and whom the post mentions already, by
    the name it does so. One statement, none for a text that calls nobody.
    """
    names, chosen = called_in(text)

    def may_call(group: MentionedGroup) -> bool:
        if group is not MentionedGroup.EVERYONE:
            return True
        return may_mention_everyone(ctx, belongs_to(ctx, space_id))

    if not names and not chosen:
        return Roll({}, {}, may_call)
    given: dict[str, Any] = {"me": ctx.actor_id, "space": space_id}
    given |= {"names": sorted(names), "chosen": sorted(chosen)}
    statement: Any = _NAMED
    if post_id is not None:
        statement, given["post"] = _NAMED.union_all(_MENTIONED), post_id
    rows = execute(statement, given).all()
    return _roll(rows, may_call)


def _roll(rows: Collection[Any], may_call: Any) -> Roll:
    members = {row.id: row for row in rows if row.called is None}
    bearers = Counter(row.name_folded for row in members.values())
    names = {
        row.name_folded: Named(row.id, row.name, row.name_folded)
        for row in members.values()
        if bearers[row.name_folded] == 1
    }
    names |= {row.called: Named(row.id, row.name, row.called) for row in rows if row.called}
    return Roll(names, {row.id: Named(row.id, row.name) for row in rows}, may_call)


def rolls_of_posts(keys: Collection[uuid.UUID]) -> Mapping[uuid.UUID, Roll]:
    """Return for each of some posts those whom it mentions, and nobody else; one statement."""
    rows = execute(_OF_POSTS.where(Mention.post_id.in_(keys))).all()
    return {key: _as_mentioned([row for row in rows if row.post_id == key]) for key in keys}


def _as_mentioned(rows: Collection[Any]) -> Roll:
    groups = {row.whole for row in rows if row.whole is not None}
    people = [Named(row.id, row.name, row.called) for row in rows if row.whole is None]
    return Roll(
        {who.called: who for who in people if who.called},
        {who.id: who for who in people},
        groups.__contains__,
    )


def mentions_in(post_id: uuid.UUID) -> list[Mention]:
    """Return the rows of whom a post mentions."""
    return list(db.session.scalars(sa.select(Mention).where(Mention.post_id == post_id)))
