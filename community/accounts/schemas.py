"""What comes in and goes out about accounts."""

from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import ValidationError, fields, validate

from community.accounts.rules import (
    EMAIL_LONGEST,
    NAME_LONGEST,
    NEXT_LONGEST,
    PASSWORD_LONGEST,
    PASSWORD_SHORTEST,
    check_email,
)
from community.kernel.errors import Invalid
from community.kernel.localtime import LANGUAGES, Zone
from community.kernel.paging import PageOut
from community.kernel.schemas import In, Out, Text


class Email(Text):
    """An e-mail address in its folded form."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(longest=EMAIL_LONGEST, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        try:
            return check_email(text)
        except Invalid as error:
            raise ValidationError(error.fields["email"]) from error


class Password(fields.String):
    """A password exactly as it was typed; ``shortest`` is asked of new ones only."""

    def __init__(self, *, shortest: int = 1, **kwargs: Any) -> None:
        super().__init__(
            validate=validate.Length(
                min=shortest,
                max=PASSWORD_LONGEST,
                error=str(_l("Use {min} to {max} characters; a few words are best.")),
            ),
            **kwargs,
        )

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        password = super()._deserialize(value, attr, data, **kwargs)
        try:
            password.encode()
        except UnicodeEncodeError as error:
            raise ValidationError([_l("This holds a character that cannot be used.")]) from error
        return password


class SignInIn(In):
    """The sign-in form."""

    email = Text(longest=EMAIL_LONGEST, required=True)
    password = Password(required=True)
    next = Text(longest=NEXT_LONGEST, shortest=0, load_default="")


class RegisterIn(In):
    """The form of somebody new; an invitation stands behind it."""

    name = Text(longest=NAME_LONGEST, required=True)
    email = Email(required=True)
    password = Password(shortest=PASSWORD_SHORTEST, required=True)
    zone = Zone(required=True)


class ProfileIn(In):
    """What one may change about oneself; what is left out stays."""

    name = Text(longest=NAME_LONGEST)
    zone = Zone()
    language = fields.String(validate=validate.OneOf(list(LANGUAGES)))


class MeOut(Out):
    """One's own account."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    email = fields.String(required=True)
    zone = fields.String(required=True)
    language = fields.String(required=True)
    created_at = fields.AwareDateTime(required=True)


class TokenOut(Out):
    """An API token, without its secret."""

    id = fields.UUID(required=True)
    label = fields.String(required=True)
    created_at = fields.AwareDateTime(required=True)
    expires_at = fields.AwareDateTime(required=True)


class TokenPageOut(PageOut):
    """A page of one's API tokens."""

    items = fields.List(fields.Nested(TokenOut), required=True)
