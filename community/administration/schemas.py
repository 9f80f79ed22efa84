"""What comes in about the looking after of an installation."""

from marshmallow import fields

from community.accounts.models import RegistrationMode
from community.kernel.schemas import In


class SiteIn(In):
    """What holds for the whole site."""

    registration = fields.Enum(RegistrationMode, by_value=True, required=True)
