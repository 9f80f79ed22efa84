"""What comes in and goes out about spaces."""

from flask_babel import lazy_gettext as _l
from marshmallow import fields

from community.kernel.paging import PageOut
from community.kernel.schemas import In, Out, PersonOut, Text, Whole, between
from community.spaces.models import Role, SpaceKind
from community.spaces.rules import MAX_DAYS, MAX_USES, TOKEN_LONGEST

ROLE_NAMES = {
    Role.OWNER: _l("Owner"),
    Role.ORGANISER: _l("Organiser"),
    Role.FACILITATOR: _l("Facilitator"),
    Role.MEMBER: _l("Member"),
    Role.OBSERVER: _l("Observer"),
}
ROLE_GROUPS = {
    Role.OWNER: _l("Owners"),
    Role.ORGANISER: _l("Organisers"),
    Role.FACILITATOR: _l("Facilitators"),
    Role.MEMBER: _l("Members"),
    Role.OBSERVER: _l("Observers"),
}
ROLE_WORDS = {
    Role.OWNER: _l("looks after everything, and makes others owners"),
    Role.ORGANISER: _l("invites people and runs the cohort"),
    Role.FACILITATOR: _l("leads sessions and supports members"),
    Role.MEMBER: _l("takes part in everything"),
    Role.OBSERVER: _l("reads along without writing"),
}
DEFAULT_DAYS, DEFAULT_USES = 14, 30


class RoleIn(In):
    """The role a member is to have."""

    role = fields.Enum(Role, by_value=True, required=True)


class InvitationIn(In):
    """An invitation to be made: into which role, for how long, for how many."""

    role = fields.Enum(Role, by_value=True, load_default=Role.MEMBER)
    days = Whole(load_default=DEFAULT_DAYS, validate=between(1, MAX_DAYS))
    max_uses = Whole(load_default=DEFAULT_USES, validate=between(1, MAX_USES))


class AcceptIn(In):
    """The secret of an invitation link: what stands behind ``/join/``."""

    token = Text(longest=TOKEN_LONGEST, required=True)


class SpaceOut(Out):
    """A space one belongs to, with one's own role in it."""

    id = fields.UUID(required=True)
    slug = fields.String(required=True)
    name = fields.String(required=True)
    kind = fields.Enum(SpaceKind, by_value=True, required=True)
    summary = fields.String(required=True)
    role = fields.Enum(Role, by_value=True, required=True)
    created_at = fields.AwareDateTime(required=True)


class SpacePageOut(PageOut):
    """A page of one's spaces."""

    items = fields.List(fields.Nested(SpaceOut), required=True)


class MemberOut(Out):
    """Somebody in a space."""

    user = fields.Nested(PersonOut, required=True)
    role = fields.Enum(Role, by_value=True, required=True)
    joined_at = fields.AwareDateTime(required=True)


class MemberPageOut(PageOut):
    """A page of a space's members."""

    items = fields.List(fields.Nested(MemberOut), required=True)


class InvitationOut(Out):
    """An invitation, without its secret."""

    id = fields.UUID(required=True)
    space_id = fields.UUID(required=True)
    role = fields.Enum(Role, by_value=True, required=True)
    created_at = fields.AwareDateTime(required=True)
    expires_at = fields.AwareDateTime(required=True)
    max_uses = fields.Integer(required=True)
    uses = fields.Integer(required=True)
    revoked_at = fields.AwareDateTime(required=True, allow_none=True)


class InvitationMadeOut(InvitationOut):
    """A new invitation with its secret, which is told only now."""

    token = fields.String(required=True)
    link = fields.URL(required=True)


class InvitationPageOut(PageOut):
    """A page of a space's invitations."""

    items = fields.List(fields.Nested(InvitationOut), required=True)
