"""What happens to spaces and to belonging."""

import dataclasses
import uuid

from community.kernel.events import Event


@dataclasses.dataclass(frozen=True, kw_only=True)
class SpaceCreated(Event):
    name = "spaces.space_created"

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
