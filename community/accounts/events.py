"""What happens to accounts."""

import dataclasses
import uuid

from community.kernel.events import Event


@dataclasses.dataclass(frozen=True, kw_only=True)
class UserRegistered(Event):
    name = "accounts.user_registered"

    user_id: uuid.UUID


@dataclasses.dataclass(frozen=True, kw_only=True)
class SignInOpened(Event):
    name = "accounts.sign_in_opened"

    user_id: uuid.UUID
    sign_in_id: uuid.UUID


@dataclasses.dataclass(frozen=True, kw_only=True)
class SignInEnded(Event):
    name = "accounts.sign_in_ended"

    user_id: uuid.UUID
    sign_in_id: uuid.UUID


@dataclasses.dataclass(frozen=True, kw_only=True)
class TokenCreated(Event):
    name = "accounts.token_created"

    user_id: uuid.UUID
    token_id: uuid.UUID


@dataclasses.dataclass(frozen=True, kw_only=True)
class TokenRevoked(Event):
    name = "accounts.token_revoked"

    user_id: uuid.UUID
    token_id: uuid.UUID


@dataclasses.dataclass(frozen=True, kw_only=True)
class ProfileChanged(Event):
    name = "accounts.profile_changed"

    user_id: uuid.UUID
