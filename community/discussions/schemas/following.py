"""What goes in and out of following: levels."""

from marshmallow import fields

from community.discussions.rules import Because, Level
from community.kernel.paging import PageOut
from community.kernel.schemas import In, Out


class FollowingIn(In):
    """How closely to follow a thread or a space."""

    level = fields.Enum(Level, by_value=True, required=True)


class FollowingOut(Out):
    """How closely one follows a thread or a space, and why."""

    level = fields.Enum(Level, by_value=True, required=True)
    because = fields.Enum(Because, by_value=True, required=True)


class FollowedThreadOut(Out):
    """A thread for which one chose a level."""

    thread_id = fields.UUID(required=True)
    title = fields.String(required=True)
    space_name = fields.String(required=True)
    level = fields.Enum(Level, by_value=True, required=True)
    at = fields.AwareDateTime(required=True)


class FollowedThreadsOut(PageOut):
    """Threads for which one chose a level, the last chosen first."""

    items = fields.List(fields.Nested(FollowedThreadOut), required=True)


class FollowedSpaceOut(Out):
    """A space for which one chose a level."""

    space_id = fields.UUID(required=True)
    name = fields.String(required=True)
    level = fields.Enum(Level, by_value=True, required=True)


class FollowedSpacesOut(Out):
    """Spaces for which one chose a level, by name."""

    items = fields.List(fields.Nested(FollowedSpaceOut), required=True)
