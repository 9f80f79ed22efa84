"""Who one says one is, and to whom."""

from flask_babel import lazy_gettext as _l
from marshmallow import fields, validate

from community.accounts.models import Audience
from community.accounts.rules import (
    ABOUT_LONGEST,
    LANGUAGES_LONGEST,
    NAME_LONGEST,
    ORGANISATION_LONGEST,
    PLACE_LONGEST,
    PRONOUNS_LONGEST,
)
from community.kernel.localtime import LANGUAGES, Zone
from community.kernel.schemas import In, Out, Text

AUDIENCES = {
    Audience.SPACES: _l("Everyone in my spaces"),
    Audience.LEADS: _l("Those who lead my spaces"),
    Audience.SELF: _l("Only me"),
}


def _audience(*, required: bool = False) -> fields.Enum[Audience]:
    return fields.Enum(Audience, by_value=True, required=required)


class VisibleIn(In):
    """Who sees which field; what is left out stays."""

    pronouns = _audience()
    organisation = _audience()
    place = _audience()
    zone = _audience()
    languages = _audience()
    about = _audience()
    picture = _audience()


class ProfileIn(In):
    """What one may change about oneself; what is left out stays, an empty text takes away."""

    name = Text(longest=NAME_LONGEST)
    zone = Zone()
    language = fields.String(validate=validate.OneOf(list(LANGUAGES)))
    pronouns = Text(longest=PRONOUNS_LONGEST, shortest=0)
    organisation = Text(longest=ORGANISATION_LONGEST, shortest=0)
    place = Text(longest=PLACE_LONGEST, shortest=0)
    languages = Text(longest=LANGUAGES_LONGEST, shortest=0)
    about = Text(
        longest=ABOUT_LONGEST,
        shortest=0,
        multiline=True,
        metadata={"description": "Markdown."},
    )
    visible = fields.Nested(VisibleIn)


class VisibleOut(Out):
    """Who sees which field: only oneself, those who lead one's spaces, or everyone in them."""

    pronouns = _audience(required=True)
    organisation = _audience(required=True)
    place = _audience(required=True)
    zone = _audience(required=True)
    languages = _audience(required=True)
    about = _audience(required=True)
    picture = _audience(required=True)


class MeOut(Out):
    """One's own account, and all one says about oneself."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    email = fields.String(required=True)
    zone = fields.String(required=True)
    language = fields.String(required=True)
    created_at = fields.AwareDateTime(required=True)
    pronouns = fields.String(required=True)
    organisation = fields.String(required=True)
    place = fields.String(required=True)
    languages = fields.String(required=True)
    about = fields.String(required=True)
    about_html = fields.String(required=True, metadata={"description": "Sanitised."})
    picture = fields.String(
        required=True, allow_none=True, metadata={"description": "Below the site's address."}
    )
    visible = fields.Nested(VisibleOut, required=True)
