"""Whom one blocks, as it is told."""

from marshmallow import fields

from community.kernel.schemas import Out


class BlockedOut(Out):
    """Somebody one blocks; ``name`` is null where one shares no space with them any more."""

    id = fields.UUID(required=True)
    name = fields.String(required=True, allow_none=True)


class BlockedPeopleOut(Out):
    """Whom one blocks, by name."""

    items = fields.List(fields.Nested(BlockedOut), required=True)
