"""What comes in and goes out about certificates."""

from flask_babel import lazy_gettext as _l
from marshmallow import fields, validate

from community.certificates.models import NAME_LONGEST, NOTE_LONGEST
from community.certificates.rules import GIVEN, Reason
from community.kernel.paging import PageIn, PageOut
from community.kernel.schemas import In, Out, PersonOut, Text


class NameIn(In):
    """How you are named on a certificate."""

    name = Text(longest=NAME_LONGEST, required=True)


class WantedNameIn(In):
    """How you want to be named on certificates to come; empty: as your account is called then."""

    name = Text(longest=NAME_LONGEST, shortest=0, required=True)


class RevokeIn(In):
    """Why a certificate is revoked: a reason for everybody, and words for the learner."""

    reason = fields.Enum(
        Reason,
        by_value=True,
        required=True,
        validate=validate.OneOf(GIVEN, error=_l("Choose one of these reasons.")),
        error_messages={"unknown": _l("Choose one of these reasons.")},
        metadata={"description": "Whoever has the code reads it.", "enum": [*GIVEN]},
    )
    note = Text(
        longest=NOTE_LONGEST,
        multiline=True,
        required=True,
        metadata={"description": "For the learner, who is told, and the organisers."},
    )


class CertificatesIn(PageIn):
    """Which certificates of a run."""

    revoked = fields.Boolean(
        load_default=None, allow_none=True, metadata={"description": "Left out: both sorts."}
    )


class VerifiedOut(Out):
    """What a certificate says to whoever has its code, and whether it is valid."""

    code = fields.String(attribute="shown_code", required=True)
    valid = fields.Boolean(required=True)
    name = fields.String(required=True)
    course = fields.String(required=True)
    run = fields.String(required=True)
    network = fields.String(required=True)
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(required=True)
    minutes = fields.Integer(
        required=True, metadata={"description": "Of the activities the course requires."}
    )
    edition = fields.Integer(required=True)
    issued_on = fields.Date(required=True)
    revoked_on = fields.Date(required=True, allow_none=True)
    reason = fields.Enum(Reason, by_value=True, required=True, allow_none=True)


class CertificateOut(VerifiedOut):
    """A certificate, as its learner has it."""

    id = fields.UUID(required=True)
    language = fields.String(required=True)
    policy = fields.Integer(
        required=True, metadata={"description": "The number of the run's rules that were met."}
    )
    verify_url = fields.String(required=True)
    issued_at = fields.AwareDateTime(required=True)
    edition_at = fields.AwareDateTime(required=True)
    revoked_at = fields.AwareDateTime(required=True, allow_none=True)
    note = fields.String(required=True, metadata={"description": "Why it was revoked, in words."})


class WholeCertificateOut(CertificateOut):
    """A certificate with whose it is and who led the run."""

    run_id = fields.UUID(required=True)
    learner = fields.Nested(PersonOut, required=True)
    leads = fields.List(fields.String(), required=True)


class MineOut(Out):
    """Your certificates, the newest first, at most a hundred; and how the next names you."""

    items = fields.List(fields.Nested(CertificateOut), required=True)
    name = fields.String(required=True)


class LineOut(Out):
    """A certificate in the list of its run."""

    id = fields.UUID(required=True)
    name = fields.String(required=True, metadata={"description": "As it stands on it."})
    user_id = fields.UUID(required=True)
    account_name = fields.String(required=True)
    former = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "The names that stood on it before, the last first."},
    )
    edition = fields.Integer(required=True)
    issued_at = fields.AwareDateTime(required=True)
    revoked_at = fields.AwareDateTime(required=True, allow_none=True)
    reason = fields.Enum(Reason, by_value=True, required=True, allow_none=True)


class LinesOut(PageOut):
    """A page of the certificates of a run, by name."""

    items = fields.List(fields.Nested(LineOut), required=True)
