"""People, what they say about themselves, how they sign in, and their API tokens."""

from community.accounts.models.allowances import FileAllowance
from community.accounts.models.factors import (
    Asked,
    Challenge,
    CodeApp,
    Passkey,
    RecoveryCode,
    WaitingSignIn,
    WrongCodes,
)
from community.accounts.models.people import (
    AT_FIRST,
    ApiToken,
    Audience,
    EmailProof,
    Portrait,
    Profile,
    Purpose,
    Registration,
    RegistrationMode,
    SignIn,
    SiteSettings,
    User,
)

__all__ = [
    "AT_FIRST",
    "ApiToken",
    "Asked",
    "Audience",
    "Challenge",
    "CodeApp",
    "EmailProof",
    "FileAllowance",
    "Passkey",
    "Portrait",
    "Profile",
    "Purpose",
    "RecoveryCode",
    "Registration",
    "RegistrationMode",
    "SignIn",
    "SiteSettings",
    "User",
    "WaitingSignIn",
    "WrongCodes",
]
