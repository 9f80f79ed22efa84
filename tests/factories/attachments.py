"""Files of posts, sent as people do it."""

import io
import uuid

from flask import Flask

from community.discussions.operations import add_attachment
from community.discussions.schemas import as_attachment
from community.kernel.context import Context
from factories.files import PDF


def attach(
    app: Flask,
    space_id: uuid.UUID,
    who: uuid.UUID,
    name: str = "map.pdf",
    data: bytes = PDF,
) -> dict[str, object]:
    """Send a file for a post; returns what the API says of it."""
    with app.app_context():
        made = add_attachment(Context.begin(who), space_id, name=name, source=io.BytesIO(data))
        return as_attachment(made)
