"""Checklists: which items are ticked."""

from marshmallow import fields, validate

from community.academy.kinds.checklist.kind import MAX_ITEMS
from community.kernel.schemas import ClientId, In, Out


class TicksIn(In):
    """The items that are ticked now; what is not named is not ticked."""

    items = fields.List(
        fields.String(validate=validate.Length(max=8)),
        required=True,
        validate=validate.Length(max=MAX_ITEMS),
        metadata={"description": "Ids of items."},
    )
    client_id = ClientId(required=True)


class ItemOut(Out):
    """An item and whether one has ticked it."""

    id = fields.String(required=True)
    html = fields.String(required=True)
    ticked = fields.Boolean(required=True)


class ChecklistOut(Out):
    """One's list as it stands."""

    items = fields.List(fields.Nested(ItemOut), required=True)
