"""Coming in: by a password, or as somebody new."""

from marshmallow import fields

from community.accounts.rules import (
    EMAIL_LONGEST,
    NAME_LONGEST,
    NEXT_LONGEST,
    PASSWORD_SHORTEST,
    say_device,
)
from community.accounts.schemas.fields import Email, Password
from community.kernel.localtime import Zone
from community.kernel.paging import PageOut
from community.kernel.schemas import In, Out, Text


class SignInIn(In):
    """The sign-in form."""

    email = Text(longest=EMAIL_LONGEST, required=True)
    password = Password(required=True)
    next = Text(longest=NEXT_LONGEST, shortest=0, load_default="")


class PasswordIn(In):
    """A password that somebody knows."""

    password = Password(required=True)


class ProveIn(PasswordIn):
    """Proving anew who one is, and what that is wanted for."""

    next = Text(longest=NEXT_LONGEST, shortest=0, load_default="")
    to = Text(longest=NEXT_LONGEST, shortest=0, load_default="")


class LostIn(In):
    """Where a letter is to go."""

    email = Email(required=True)


class NewPasswordIn(In):
    """Choosing a password by a link."""

    password = Password(shortest=PASSWORD_SHORTEST, required=True)


class ChangePasswordIn(In):
    """Changing a password: the former one, where there is one, and the next."""

    password = Password(load_default="")
    new_password = Password(shortest=PASSWORD_SHORTEST, required=True)


class RegisterIn(In):
    """The form of somebody new; an invitation may stand behind it."""

    name = Text(longest=NAME_LONGEST, required=True)
    email = Email(required=True)
    password = Password(shortest=PASSWORD_SHORTEST, required=True)
    zone = Zone(required=True)


class SignInOut(Out):
    """One of one's own sign-ins."""

    id = fields.UUID(required=True)
    device = fields.Function(lambda row: say_device(row.device), metadata={"type": "string"})
    created_at = fields.AwareDateTime(required=True)
    seen_at = fields.AwareDateTime(metadata={"description": "To the hour."})
    expires_at = fields.AwareDateTime(required=True)


class SignInPageOut(PageOut):
    """A page of one's own sign-ins."""

    items = fields.List(fields.Nested(SignInOut), required=True)
