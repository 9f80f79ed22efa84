"""The tokens of one's programs."""

from flask_babel import lazy_gettext as _l
from marshmallow import fields, validate

from community.accounts.rules import LABEL_LONGEST, TOKEN_LONGEST_DAYS
from community.kernel.paging import PageOut
from community.kernel.schemas import In, Out, Text, Whole, between
from community.kernel.sign_in import SCOPES


class TokenIn(In):
    """What a token is for, what it may do, and how long it works."""

    label = Text(longest=LABEL_LONGEST, required=True)
    scopes = fields.List(
        fields.String(validate=validate.OneOf(SCOPES)),
        required=True,
        validate=validate.Length(
            min=1, max=len(SCOPES), error=str(_l("Choose what the token may do."))
        ),
    )
    days = Whole(required=True, validate=between(1, TOKEN_LONGEST_DAYS))


class TokenOut(Out):
    """An API token, without its secret."""

    id = fields.UUID(required=True)
    label = fields.String(required=True)
    created_at = fields.AwareDateTime(required=True)
    expires_at = fields.AwareDateTime(required=True)
    used_at = fields.AwareDateTime(
        required=True, allow_none=True, metadata={"description": "To the hour."}
    )
    scopes = fields.Function(
        lambda token: token.scopes.split(),
        required=True,
        metadata={"type": "array", "items": {"type": "string", "enum": list(SCOPES)}},
    )


class TokenPageOut(PageOut):
    """A page of one's API tokens."""

    items = fields.List(fields.Nested(TokenOut), required=True)
