"""An address and a password, as they come in."""

from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import ValidationError, fields, validate

from community.accounts.rules import EMAIL_LONGEST, PASSWORD_LONGEST, check_email
from community.kernel.errors import Invalid
from community.kernel.schemas import Text


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
