"""Whether a notice or a letter reaches somebody, as terms of statements about posts."""

import enum
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from community.correspondence.models import Preference
from community.correspondence.queries import is_wanted
from community.correspondence.rules import Channel, Topic
from community.discussions.models import Mention, Post
from community.discussions.rules import Level, MentionedGroup
from community.notifications.rules import Reason, Why, reaches
from community.spaces.models import Membership, Role
from community.spaces.policy import ORGANISING

ROLES = {
    MentionedGroup.ORGANISERS: ORGANISING,
    MentionedGroup.FACILITATORS: {Role.FACILITATOR},
    MentionedGroup.EVERYONE: set(Role),
}
"""Who is of a group that a post mentions."""

_MENTIONS = sa.exists().where(Mention.post_id == Post.id)


def is_one_of(column: Any, values: Iterable[enum.Enum]) -> sa.ColumnElement[bool]:
    """Return whether a column, as of a reason or a role, is one of some.

    Not ``in_``, whose list is written into the statement anew each time it runs: on every page.
    """
    return sa.or_(*(column == each for each in values))


_OF_A_GROUP = sa.or_(
    *(
        sa.and_(
            Mention.whole == group,
            is_one_of(Membership.role, [role for role in Role if role in roles]),
        )
        for group, roles in ROLES.items()
    )
)


def holds(why: Any, user_id: Any, channel: Channel) -> sa.ColumnElement[bool]:
    """Return whether the reason for telling somebody holds still, and is one they want to hear.

    An edit may have ended it. ``why`` and ``user_id`` are columns of what tells of the ``Post`` of
    a row, whose reader's is its ``Membership``.
    """
    stands = sa.case(
        (why == Why.MENTION, _MENTIONS.where(Mention.user_id == user_id)),
        (why == Why.GROUP, _MENTIONS.where(_OF_A_GROUP).correlate(Post, Membership)),
        else_=sa.true(),
    )
    return sa.and_(is_wanted(why, user_id, channel), stands)


def still_told(
    why: Any, user_id: Any, follows: Any, reasons: Iterable[Why | Reason], channel: Channel
) -> sa.ColumnElement[bool]:
    """Return whether somebody who ``follows`` a thread at some level is told of a post still.

    It is ``rules.reaches`` in SQL, for some reasons, while they hold; who watches, and wants to
    hear of what they watch, is told whatever there was to say. Whether a reason holds is written
    once and not at each level: every page's frame asks this, and pays for each value in it. The
    level stands in both branches, and is worked out in one of them.
    """
    some = tuple(reasons)
    watching = sa.literal(Topic.WATCHING, Preference.topic.type)
    levels = {
        each: is_one_of(why, [one for one in some if reaches(one, each)])
        for each in Level
        if each is not Level.WATCHING
    }
    return sa.case(
        (
            holds(why, user_id, channel),
            sa.case({Level.WATCHING: sa.true(), **levels}, value=follows, else_=sa.false()),
        ),
        else_=sa.and_(follows == Level.WATCHING, is_wanted(watching, user_id, channel)),
    )
