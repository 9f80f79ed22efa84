"""One's inbox over JSON."""

import datetime as dt
import uuid
from typing import Any

from community.kernel.api import ApiBlueprint
from community.kernel.doors import current_context, signed_in
from community.notifications.operations import mark_all, mark_entry, unmark_all
from community.notifications.queries import entries_of, told_in_entries
from community.notifications.schemas import (
    InboxAtIn,
    InboxCountOut,
    InboxIn,
    InboxMarkedOut,
    InboxOut,
    InboxUntilIn,
    as_count,
)

api = ApiBlueprint("notifications", "Your inbox")


@api.route("/me/inbox")
@signed_in
@api.arguments(InboxIn, location="query")
@api.response(200, InboxOut)
def inbox(given: dict[str, Any]) -> dict[str, Any]:
    """List what you were told, by thread or subject, the newest first."""
    ctx = current_context()
    page = entries_of(ctx, **given)
    return {
        "items": told_in_entries(ctx, page.items),
        "next": page.next,
        "previous": page.previous,
    }


@api.route("/me/inbox/count")
@signed_in
@api.response(200, InboxCountOut)
def count() -> dict[str, Any]:
    """Count what is unread."""
    return as_count(current_context())


@api.route("/me/inbox/<uuid:key>/read", methods=["PUT"])
@signed_in
@api.response(204)
def mark(key: uuid.UUID) -> None:
    """Mark an entry as read. The thread it may tell of stays as far read as it was."""
    mark_entry(current_context(), key, read=True)


@api.route("/me/inbox/<uuid:key>/read", methods=["DELETE"])
@signed_in
@api.response(204)
def unmark(key: uuid.UUID) -> None:
    """Mark an entry as unread; what was read of it in its thread is to be read there again."""
    mark_entry(current_context(), key, read=False)


@api.route("/me/inbox/read", methods=["PUT"])
@signed_in
@api.arguments(InboxUntilIn)
@api.response(200, InboxMarkedOut)
def mark_everything(given: dict[str, dt.datetime]) -> dict[str, Any]:
    """Mark as read all that came in up to an instant."""
    ctx = current_context()
    return {"marked": mark_all(ctx, **given), "at": ctx.now}


@api.route("/me/inbox/unread", methods=["PUT"])
@signed_in
@api.arguments(InboxAtIn)
@api.response(200, InboxMarkedOut)
def unmark_everything(given: dict[str, dt.datetime]) -> dict[str, Any]:
    """Take back that all was marked as read at an instant."""
    return {"marked": unmark_all(current_context(), **given), "at": given["at"]}
