"""What happens to accounts."""

import dataclasses
import datetime as dt
import uuid

from community.kernel.events import Event


@dataclasses.dataclass(frozen=True, kw_only=True)
class UserRegistered(Event):
    name = "accounts.user_registered"

    user_id: uuid.UUID
    invitation_id: uuid.UUID | None = None  # for the feature whose invitation it is


@dataclasses.dataclass(frozen=True, kw_only=True)
class AccountDeleted(Event):
    """Somebody deleted their account; what they wrote stays without their name."""

    name = "accounts.account_deleted"

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
class SignedOutEverywhere(Event):
    name = "accounts.signed_out_everywhere"

    user_id: uuid.UUID


@dataclasses.dataclass(frozen=True, kw_only=True)
class TokenCreated(Event):
    name = "accounts.token_created"

    user_id: uuid.UUID
    token_id: uuid.UUID
    at: dt.datetime | None = None  # None in rows from before it was told


@dataclasses.dataclass(frozen=True, kw_only=True)
class TokenRevoked(Event):
    name = "accounts.token_revoked"

    user_id: uuid.UUID
    token_id: uuid.UUID


@dataclasses.dataclass(frozen=True, kw_only=True)
class ResetLinkMade(Event):
    """An operator made a link with which whoever holds it chooses another password."""

    name = "accounts.reset_link_made"

    user_id: uuid.UUID


@dataclasses.dataclass(frozen=True, kw_only=True)
class ProfileChanged(Event):
    name = "accounts.profile_changed"

    user_id: uuid.UUID


@dataclasses.dataclass(frozen=True, kw_only=True)
class SecondFactorAsked(Event):
    name = "accounts.second_factor_asked"

    user_id: uuid.UUID


@dataclasses.dataclass(frozen=True, kw_only=True)
class RecoveryCodeUsed(Event):
    name = "accounts.recovery_code_used"

    user_id: uuid.UUID
    code_id: uuid.UUID
    at: dt.datetime | None = None  # None in rows from before it was told


@dataclasses.dataclass(frozen=True, kw_only=True)
class CodesHeld(Event):
    name = "accounts.codes_held"

    user_id: uuid.UUID
    until: dt.datetime
    at: dt.datetime | None = None  # None in rows from before it was told


@dataclasses.dataclass(frozen=True, kw_only=True)
class NewDeviceUsed(Event):
    """Somebody signed in with a kind of device they were not known to use."""

    name = "accounts.new_device_used"

    user_id: uuid.UUID
    sign_in_id: uuid.UUID


@dataclasses.dataclass(frozen=True, kw_only=True)
class IdentityProved(Event):
    """Whoever sits at a browser proved anew to be the person signed in there."""

    name = "accounts.identity_proved"

    user_id: uuid.UUID
    sign_in_id: uuid.UUID


@dataclasses.dataclass(frozen=True, kw_only=True)
class PasswordChanged(Event):
    name = "accounts.password_changed"

    user_id: uuid.UUID


@dataclasses.dataclass(frozen=True, kw_only=True)
class AddressVerified(Event):
    name = "accounts.address_verified"

    user_id: uuid.UUID


@dataclasses.dataclass(frozen=True, kw_only=True)
class AddressChanged(Event):
    name = "accounts.address_changed"

    user_id: uuid.UUID


@dataclasses.dataclass(frozen=True, kw_only=True)
class SiteChanged(Event):
    """An administrator changed settings of the site; ``settings`` are the new words by name."""

    name = "accounts.site_changed"

    settings: dict[str, str]


@dataclasses.dataclass(frozen=True, kw_only=True)
class RecoveryCodesMade(Event):
    name = "accounts.recovery_codes_made"

    user_id: uuid.UUID
    batch_id: uuid.UUID
    anew: bool
    at: dt.datetime | None = None  # None in rows from before it was told


@dataclasses.dataclass(frozen=True, kw_only=True)
class CodeAppAdded(Event):
    name = "accounts.code_app_added"

    user_id: uuid.UUID
    app_id: uuid.UUID
    at: dt.datetime | None = None  # None in rows from before it was told


@dataclasses.dataclass(frozen=True, kw_only=True)
class CodeAppRemoved(Event):
    name = "accounts.code_app_removed"

    user_id: uuid.UUID
    app_id: uuid.UUID
    at: dt.datetime | None = None  # None in rows from before it was told


@dataclasses.dataclass(frozen=True, kw_only=True)
class PasskeyAdded(Event):
    name = "accounts.passkey_added"

    user_id: uuid.UUID
    passkey_id: uuid.UUID
    at: dt.datetime | None = None  # None in rows from before it was told


@dataclasses.dataclass(frozen=True, kw_only=True)
class PasskeyRemoved(Event):
    name = "accounts.passkey_removed"

    user_id: uuid.UUID
    passkey_id: uuid.UUID
    at: dt.datetime | None = None  # None in rows from before it was told


@dataclasses.dataclass(frozen=True, kw_only=True)
class PasskeyDoubted(Event):
    name = "accounts.passkey_doubted"

    user_id: uuid.UUID
    passkey_id: uuid.UUID
    at: dt.datetime | None = None  # None in rows from before it was told


@dataclasses.dataclass(frozen=True, kw_only=True)
class AccountSwitchedOff(Event):
    """An administrator shut somebody out; nothing of theirs is deleted."""

    name = "accounts.account_switched_off"

    user_id: uuid.UUID


@dataclasses.dataclass(frozen=True, kw_only=True)
class AccountSwitchedOn(Event):
    name = "accounts.account_switched_on"

    user_id: uuid.UUID


@dataclasses.dataclass(frozen=True, kw_only=True)
class AdministratorAppointed(Event):
    name = "accounts.administrator_appointed"

    user_id: uuid.UUID


@dataclasses.dataclass(frozen=True, kw_only=True)
class AdministratorDismissed(Event):
    name = "accounts.administrator_dismissed"

    user_id: uuid.UUID
