"""What comes in and goes out about inboxes."""

from collections.abc import Sequence
from typing import Any

from marshmallow import fields

from community.kernel.context import Context
from community.kernel.log import Logged
from community.kernel.paging import PageIn, PageOut
from community.kernel.schemas import In, Out
from community.notifications.queries import unread_entries
from community.notifications.rules import COUNTED, Reason


class InboxIn(PageIn):
    """Which part of one's inbox."""

    unread = fields.Boolean(load_default=False, metadata={"description": "Unread entries only."})


class InboxUntilIn(In):
    """Up to when what came in is marked."""

    until = fields.AwareDateTime(required=True)


class InboxAtIn(In):
    """When all was marked as read, as it was answered then."""

    at = fields.AwareDateTime(required=True)


class NothingIn(In):
    """Nothing has to be said."""


class InboxEntryOut(Out):
    """An entry of one's inbox: a thread with what tells of its posts, or one notice.

    ``key`` names it; of a thread it is the thread's id. ``told`` counts what it holds, ``unread``
    what of it was not read. ``people`` are names, ``others`` how many there are beside them.
    """

    key = fields.UUID(required=True)
    why = fields.Enum(Reason, by_value=True, required=True)
    at = fields.AwareDateTime(required=True)
    title = fields.String(required=True)
    space = fields.String(required=True)
    told = fields.Integer(required=True)
    unread = fields.Integer(required=True)
    people = fields.List(fields.String(), required=True)
    others = fields.Integer(required=True)
    post_id = fields.UUID(
        required=True,
        allow_none=True,
        metadata={"description": "The first unread post of a thread, or the one reacted to."},
    )


class InboxOut(PageOut):
    """One's inbox, the newest first."""

    items = fields.List(fields.Nested(InboxEntryOut), required=True)


class InboxCountOut(Out):
    """How many entries are unread; where ``more``, there are more than that."""

    unread = fields.Integer(required=True)
    more = fields.Boolean(required=True)


class InboxMarkedOut(Out):
    """How much was marked, and when: to take it back by."""

    marked = fields.Integer(required=True)
    at = fields.AwareDateTime(required=True)


_COUNT = InboxCountOut()


def as_count(ctx: Context) -> dict[str, Any]:
    """Return how many entries of the actor's inbox are unread, as ``InboxCountOut`` dumps it."""
    unread = unread_entries(ctx)
    answer: dict[str, Any] = _COUNT.dump({"unread": min(unread, COUNTED), "more": unread > COUNTED})
    return answer


def render_changes(_ctx: Context, events: Sequence[Logged]) -> list[dict[str, Any] | None]:
    """Return nothing but that inboxes changed: whose it is asks for the count, under its rule."""
    return [{} for _event in events]
