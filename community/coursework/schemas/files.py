"""What there is to open."""

from marshmallow import fields

from community.kernel.schemas import Out


class OpensOut(Out):
    """A file of the course, or an address elsewhere, and whether one has opened it."""

    name = fields.String(
        required=True, metadata={"description": "The file's, or the host of the address."}
    )
    address = fields.String(
        required=True, metadata={"description": "A path on this site, or a whole address."}
    )
    is_file = fields.Boolean(required=True)
    media_type = fields.String(required=True, allow_none=True)
    size = fields.Integer(
        required=True, allow_none=True, metadata={"description": "Bytes; null for a link."}
    )
