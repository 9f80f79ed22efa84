"""Posts that wait for approval, as their authors and those who lead the space see them."""

import uuid
from collections.abc import Sequence
from typing import Any

from flask import flash
from flask_babel import gettext as _

from community.kernel.addresses import url_for


def waiting_shown(
    rows: Sequence[Any], me: uuid.UUID | None, *, writes: bool, leads: bool
) -> list[dict[str, Any]]:
    """Return rows of ``waiting_in_thread`` as pages draw them, with what the reader may do."""
    return [
        {
            "id": str(row.id),
            "title": row.title,
            "name": row.author_name,
            "html": row.html,
            "at": row.created_at,
            "question": row.question or "",
            "options": list(row.options or ()),
            "mine": row.author_id == me,
            "decides": leads and row.author_id != me,
            "edit_url": url_for("discussions.edit", post_id=row.id)
            if writes and row.author_id == me
            else "",
            "remove_url": url_for("discussions.remove", post_id=row.id)
            if writes and row.author_id == me
            else "",
        }
        for row in rows
    ]


def tell_waiting() -> None:
    """Say on the next page that what was just written waits for approval."""
    flash(
        _("Your post waits for approval: only you and those who lead this space see it for now."),
        "success",
    )
