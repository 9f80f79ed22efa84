"""What comes in and goes out about spaces."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import fields, validate

from community.accounts.rules import SEARCH_LONGEST
from community.kernel.paging import PageIn, PageOut
from community.kernel.schemas import In, Out, PersonOut, Text, Whole, between
from community.spaces.models import NOTE_LONGEST, RESCUE_HOURS, Role, SpaceKind
from community.spaces.rules import (
    LIST_LONGEST,
    MAX_DAYS,
    MAX_USES,
    TOKEN_LONGEST,
    Fate,
    Judged,
    State,
)

DEFAULT_DAYS, DEFAULT_USES = 14, 30


class RoleIn(In):
    """The role a member is to have."""

    role = fields.Enum(Role, by_value=True, required=True)


class RescueIn(In):
    """How long a question of a space waits until those who lead it are asked to answer."""

    hours = Whole(
        required=True, validate=validate.OneOf(RESCUE_HOURS, error=_l("Choose one of these times."))
    )


class InvitationIn(In):
    """An invitation to be made: into which role, for how long, for how many."""

    role = fields.Enum(Role, by_value=True, load_default=Role.MEMBER)
    days = Whole(load_default=DEFAULT_DAYS, validate=between(1, MAX_DAYS))
    max_uses = Whole(load_default=DEFAULT_USES, validate=between(1, MAX_USES))


class ListIn(In):
    """People to be invited by letter: a list as it was pasted, see ``rules.read_list``.

    ``role`` is for who has none beside them; ``beyond``: also more than there are seats.
    """

    list = Text(longest=LIST_LONGEST, multiline=True, required=True)
    role = fields.Enum(Role, by_value=True, load_default=Role.MEMBER)
    note = Text(longest=NOTE_LONGEST, shortest=0, multiline=True, load_default="")
    beyond = fields.Boolean(load_default=False)


class AcceptIn(In):
    """The secret of an invitation link: what stands behind ``/join/``."""

    token = Text(longest=TOKEN_LONGEST, required=True)


class SpaceOut(Out):
    """A space one belongs to, with one's own role in it.

    ``rescue_hours``: so long a question waits until those who lead the space are asked to answer.
    """

    id = fields.UUID(required=True)
    slug = fields.String(required=True)
    name = fields.String(required=True)
    kind = fields.Enum(SpaceKind, by_value=True, required=True)
    summary = fields.String(required=True)
    role = fields.Enum(Role, by_value=True, required=True)
    created_at = fields.AwareDateTime(required=True)
    rescue_hours = fields.Integer(required=True)


class SpacePageOut(PageOut):
    """A page of one's spaces."""

    items = fields.List(fields.Nested(SpaceOut), required=True)


class MembersIn(PageIn):
    """Which of a space's members: those with all of some words, in a role."""

    search = Text(
        longest=SEARCH_LONGEST,
        shortest=0,
        load_default="",
        metadata={"description": "Words in a name, or in what is shown to you of a profile."},
    )
    role = fields.Enum(Role, by_value=True, load_default=None)


def _maybe(about: str = "") -> fields.String:
    words = f"{about} Null where it is not shown to you.".strip()
    return fields.String(required=True, allow_none=True, metadata={"description": words})


class CardOut(PersonOut):
    """Somebody, with what a list shows of them."""

    pronouns = _maybe()
    organisation = _maybe()
    place = _maybe()
    picture = _maybe("The path of a small picture, below the site's address.")


class SharedOut(Out):
    """A space one shares with somebody, with their role in it."""

    id = fields.UUID(required=True)
    slug = fields.String(required=True)
    name = fields.String(required=True)
    role = fields.Enum(Role, by_value=True, required=True)


class ProfileOut(CardOut):
    """What somebody shows of themselves, and the spaces one shares with them."""

    zone = _maybe()
    languages = _maybe("Those they speak.")
    about = _maybe("Markdown.")
    about_html = _maybe("Sanitised.")
    spaces = fields.List(fields.Nested(SharedOut), required=True)


class MemberOut(Out):
    """Somebody in a space."""

    user = fields.Nested(CardOut, required=True)
    role = fields.Enum(Role, by_value=True, required=True)
    joined_at = fields.AwareDateTime(required=True)


class MemberPageOut(PageOut):
    """A page of a space's members."""

    items = fields.List(fields.Nested(MemberOut), required=True)


class InvitationOut(Out):
    """An invitation, without its secret; one with an ``email`` is a letter, else it is a link."""

    id = fields.UUID(required=True)
    space_id = fields.UUID(required=True)
    role = fields.Enum(Role, by_value=True, required=True)
    created_at = fields.AwareDateTime(required=True)
    expires_at = fields.AwareDateTime(required=True)
    max_uses = fields.Integer(required=True)
    uses = fields.Integer(required=True)
    revoked_at = fields.AwareDateTime(required=True, allow_none=True)
    email = fields.String(required=True, allow_none=True)
    name = fields.String(required=True)
    sent_count = fields.Integer(required=True)
    last_sent_at = fields.AwareDateTime(required=True, allow_none=True)
    refused_at = fields.AwareDateTime(required=True, allow_none=True)
    answered_at = fields.AwareDateTime(required=True, allow_none=True)
    answered_by = fields.UUID(required=True, allow_none=True)
    declined_at = fields.AwareDateTime(required=True, allow_none=True)
    state = fields.Enum(State, by_value=True, required=True)


class InvitationMadeOut(InvitationOut):
    """A new invitation with its secret, which is told only now."""

    token = fields.String(required=True)
    link = fields.URL(required=True)


class FateOut(Out):
    """A line of a list and what becomes of it; ``since``: invited or declined since when."""

    line = fields.Integer(required=True)
    written = fields.String(required=True)
    email = fields.String(required=True)
    name = fields.String(required=True)
    role = fields.String(required=True)
    fate = fields.Enum(Fate, by_value=True, required=True)
    since = fields.AwareDateTime(required=True, allow_none=True)


class FatesOut(Out):
    """What becomes of a list: how many are invited, and each line."""

    invited = fields.Integer(required=True)
    lines = fields.List(fields.Nested(FateOut), required=True)


class ResentOut(Out):
    """How many letters are sent again."""

    sent = fields.Integer(required=True)


class InvitationPageOut(PageOut):
    """A page of a space's invitations."""

    items = fields.List(fields.Nested(InvitationOut), required=True)


def as_fates(judged: Sequence[Judged]) -> dict[str, Any]:
    """Return what becomes of a list in the shape ``FatesOut`` dumps."""
    return {
        "invited": sum(one.fate is Fate.INVITE for one in judged),
        "lines": [
            {
                "line": one.entry.line,
                "written": one.entry.written,
                "email": one.entry.email,
                "name": one.entry.name,
                "role": one.role,
                "fate": one.fate,
                "since": one.since,
            }
            for one in judged
        ],
    }
