"""Acts that waited on a device and are told together, each with what became of it."""

from marshmallow import fields, validate

from community.kernel.schemas import ClientId, In, Out
from community.progress.schemas import OutcomeOut

MOST_ACTS = 100
KINDS = ("read", "watched", "ticked", "kept", "handed_in", "written", "worked")
COUNTED, KNOWN, REFUSED, LATER = "counted", "known", "refused", "later"


class ActIn(In):
    """Something that was done in an activity; ``told`` is what the route of its own takes.

    It is told without ``client_id``, which stands beside it.
    """

    client_id = ClientId(required=True)
    kind = fields.String(
        required=True,
        validate=validate.OneOf(KINDS),
        metadata={
            "description": "How far one has read; what one has watched; which items are ticked;"
            " answers kept in the open attempt of a quiz; a quiz handed in; the draft of a"
            " reflection, or of work to be handed in."
        },
    )
    run_id = fields.UUID(required=True)
    activity_id = fields.UUID(required=True)
    at = fields.AwareDateTime(
        required=True, metadata={"description": "When it was done, by the clock of the device."}
    )
    told = fields.Dict(keys=fields.String(validate=validate.Length(max=40)), required=True)


class ActsIn(In):
    """Acts in the order in which they were done."""

    told_at = fields.AwareDateTime(
        required=True,
        metadata={"description": "Now, by the same clock: a wrong one does no harm."},
    )
    acts = fields.List(
        fields.Nested(ActIn), required=True, validate=validate.Length(min=1, max=MOST_ACTS)
    )


class TakenOut(Out):
    """What became of an act; ``status`` and ``title`` are those of the route of its own."""

    client_id = fields.String(required=True)
    result = fields.String(
        required=True,
        metadata={
            "description": f"{COUNTED}, {KNOWN} from before, {REFUSED}, or {LATER}: it could not be"
            " taken just now, tell it again."
        },
    )
    status = fields.Integer(required=True)
    title = fields.String(
        required=True, metadata={"description": "Why it was not taken; empty otherwise."}
    )
    outcome = fields.Nested(
        OutcomeOut,
        required=True,
        allow_none=True,
        metadata={"description": "Where one stands, where the act says so."},
    )


class ActsOut(Out):
    """What became of each act, in the order in which they came."""

    acts = fields.List(fields.Nested(TakenOut), required=True)
