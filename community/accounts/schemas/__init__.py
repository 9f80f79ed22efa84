"""What comes in and goes out about accounts."""

from community.accounts.schemas.factors import CodeIn, PasskeyIn
from community.accounts.schemas.fields import Email, Password
from community.accounts.schemas.profile import AUDIENCES, MeOut, ProfileIn
from community.accounts.schemas.sign_ins import (
    ChangePasswordIn,
    LostIn,
    NewPasswordIn,
    PasswordIn,
    ProveIn,
    RegisterIn,
    SignInIn,
    SignInPageOut,
)
from community.accounts.schemas.tokens import TokenIn, TokenOut, TokenPageOut

__all__ = [
    "AUDIENCES",
    "ChangePasswordIn",
    "CodeIn",
    "Email",
    "LostIn",
    "MeOut",
    "NewPasswordIn",
    "PasskeyIn",
    "Password",
    "PasswordIn",
    "ProfileIn",
    "ProveIn",
    "RegisterIn",
    "SignInIn",
    "SignInPageOut",
    "TokenIn",
    "TokenOut",
    "TokenPageOut",
]
