"""Reactions to posts, as they come and go."""

from collections.abc import Sequence
from typing import Any

from marshmallow import fields, validate

from community.discussions.models import ReactionKind
from community.discussions.queries.reactions import tallies_of_events
from community.discussions.rules import POSTS_A_PAGE, counts_of
from community.kernel.context import Context
from community.kernel.log import Logged
from community.kernel.paging import MAX_LIMIT, PageIn, PageOut
from community.kernel.schemas import HIGHEST, FaceOut, In, Out


class Counts(fields.Dict):
    """How many reactions of each kind there are; a kind that nobody chose is not named."""

    def __init__(self, **more: Any) -> None:
        kinds = fields.String(validate=validate.OneOf([kind.value for kind in ReactionKind]))
        super().__init__(keys=kinds, values=fields.Integer(), **more)


class ReactionIn(In):
    """A reaction to give (``on``), or to take back."""

    kind = fields.Enum(ReactionKind, by_value=True, required=True)
    on = fields.Boolean(required=True, truthy={True}, falsy={False})


class ReactionsIn(PageIn):
    """Which of a post's reactions."""

    kind = fields.Enum(ReactionKind, by_value=True, load_default=None)


class ReactionOut(Out):
    """A reaction, and whose it is."""

    kind = fields.Enum(ReactionKind, by_value=True, required=True)
    person = fields.Nested(FaceOut, required=True)
    at = fields.AwareDateTime(required=True)


class ReactionPageOut(PageOut):
    """Reactions to a post, the newest first."""

    items = fields.List(fields.Nested(ReactionOut), required=True)


class PostReactionsOut(Out):
    """How many reactions a post has, and which of them are one's own."""

    reactions = Counts(required=True)
    mine = fields.List(fields.Enum(ReactionKind, by_value=True), required=True)


class MyReactionsOut(Out):
    """One's own reactions to a post of a thread."""

    number = fields.Integer(required=True)
    kinds = fields.List(fields.Enum(ReactionKind, by_value=True), required=True)


class TalliesIn(In):
    """Posts of a thread, a page of them after a number."""

    thread_id = fields.UUID(required=True)
    after = fields.Integer(required=True, strict=True, validate=validate.Range(0, HIGHEST))
    limit = fields.Integer(load_default=POSTS_A_PAGE, validate=validate.Range(1, MAX_LIMIT))


class TallyOut(Out):
    """How many reactions a post has now."""

    thread_id = fields.UUID(required=True)
    number = fields.Integer(required=True)
    reactions = Counts(required=True)


class MyTallyOut(TallyOut):
    """How many reactions a post has now, with one's own."""

    mine = fields.List(fields.Enum(ReactionKind, by_value=True), required=True)


class TalliesOut(Out):
    """The reactions of posts that have any."""

    items = fields.List(fields.Nested(MyTallyOut), required=True)


_TALLY = TallyOut()


def own_kinds(text: str | None) -> list[ReactionKind]:
    """Return one's own reactions to a post (a row's ``mine``) in the order they are shown."""
    chosen = (text or "").split()
    return [kind for kind in ReactionKind if kind in chosen]


def my_reactions(rows: Sequence[Any]) -> list[dict[str, Any]]:
    """Return one's own reactions to posts of ``posts_after``, as ``PostsOut`` says them."""
    return [{"number": row.number, "kinds": own_kinds(row.mine)} for row in rows if row.mine]


def as_tally(row: Any) -> dict[str, Any]:
    """Return a row of ``tallies_of`` as ``TalliesOut`` dumps it."""
    return {
        "thread_id": row.thread_id,
        "number": row.number,
        "reactions": counts_of(row.reactions),
        "mine": own_kinds(row.mine),
    }


def render_tallies(ctx: Context, events: Sequence[Logged]) -> list[dict[str, Any] | None]:
    """Return, for each event, how many reactions its post has now, or None if it is hidden."""
    rows = tallies_of_events(ctx, events)
    found: list[Any] = []
    for logged in events:
        event: Any = logged.event
        row = rows.get(event.post_id)
        # One that has moved since is told to who looks at its new thread alone.
        found.append(row if row and row.thread_id == event.thread_id else None)
    return [
        _TALLY.dump(
            {
                "thread_id": row.thread_id,
                "number": row.number,
                "reactions": counts_of(row.reactions),
            }
        )
        if row
        else None
        for row in found
    ]
