"""What happens to spaces and to belonging."""

import dataclasses
import uuid

from community.kernel.events import Event


@dataclasses.dataclass(frozen=True, kw_only=True)
class SpaceCreated(Event):
    name = "spaces.space_created"

    space_id: uuid.UUID


@dataclasses.dataclass(frozen=True, kw_only=True)
class SpaceRenamed(Event):
    name = "spaces.space_renamed"

    space_id: uuid.UUID


@dataclasses.dataclass(frozen=True, kw_only=True)
class RescueTimeSet(Event):
    """Questions of a space are due for rescue sooner or later than before; in hours."""

    name = "spaces.rescue_time_set"

    space_id: uuid.UUID
    hours: int
    former_hours: int


@dataclasses.dataclass(frozen=True, kw_only=True)
class SpaceDissolved(Event):
    """Nobody belongs to it any more, and nobody can come."""

    name = "spaces.space_dissolved"

    space_id: uuid.UUID


@dataclasses.dataclass(frozen=True, kw_only=True)
class MemberJoined(Event):
    """Somebody new, or somebody back; ``role`` is a ``Role`` value."""

    name = "spaces.member_joined"

    space_id: uuid.UUID
    user_id: uuid.UUID
    role: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class RoleChanged(Event):
    name = "spaces.role_changed"

    space_id: uuid.UUID
    user_id: uuid.UUID
    role: str
    former_role: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class MemberRemoved(Event):
    """A membership ended, by the member or by an organiser (the actor tells which)."""

    name = "spaces.member_removed"

    space_id: uuid.UUID
    user_id: uuid.UUID
    role: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class InvitationCreated(Event):
    name = "spaces.invitation_created"

    space_id: uuid.UUID
    invitation_id: uuid.UUID


@dataclasses.dataclass(frozen=True, kw_only=True)
class InvitationRevoked(Event):
    name = "spaces.invitation_revoked"

    space_id: uuid.UUID
    invitation_id: uuid.UUID


@dataclasses.dataclass(frozen=True, kw_only=True)
class InvitationsRevoked(Event):
    """Doors were shut in one go: those of somebody who may not invite any more, or all."""

    name = "spaces.invitations_revoked"

    space_id: uuid.UUID
    number: int


@dataclasses.dataclass(frozen=True, kw_only=True)
class InvitationResent(Event):
    name = "spaces.invitation_resent"

    space_id: uuid.UUID
    invitation_id: uuid.UUID


@dataclasses.dataclass(frozen=True, kw_only=True)
class InvitationDeclined(Event):
    """Whoever got a letter said no; nobody is signed in for that."""

    name = "spaces.invitation_declined"

    space_id: uuid.UUID
    invitation_id: uuid.UUID


@dataclasses.dataclass(frozen=True, kw_only=True)
class SpaceArchived(Event):
    """From here on it is read, not written."""

    name = "spaces.space_archived"

    space_id: uuid.UUID


@dataclasses.dataclass(frozen=True, kw_only=True)
class SpaceReopened(Event):
    name = "spaces.space_reopened"

    space_id: uuid.UUID
