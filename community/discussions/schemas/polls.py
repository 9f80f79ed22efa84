"""Polls in posts: what one asks, how one votes, and what everybody reads of them."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import ValidationError, fields, validate, validates_schema

from community.accounts.rules import folded
from community.discussions.models import PollKind, PollShows
from community.discussions.queries import PollSeen
from community.discussions.queries.polls import polls_of_events
from community.discussions.rules import (
    LEAST_OPTIONS,
    MOST_OPTIONS,
    OPTION_LENGTH,
    QUESTION_LENGTH,
)
from community.kernel.context import Context
from community.kernel.localtime import Zone
from community.kernel.log import Logged
from community.kernel.paging import PageOut
from community.kernel.schemas import HIGHEST, FaceOut, In, Out, Text, Whole, between

EARLIEST, LATEST = (dt.datetime.fromisoformat(f"{year}-01-01T00:00") for year in (2000, 2100))


class Options(fields.List[Any]):
    """What one chooses from; no two say the same."""

    def __init__(self, **more: Any) -> None:
        several = validate.Length(
            LEAST_OPTIONS, MOST_OPTIONS, error=_l("Give from {min} to {max} options.")
        )
        super().__init__(Text(longest=OPTION_LENGTH), validate=several, **more)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[Any]:
        if isinstance(value, list) and len(value) > MOST_OPTIONS:  # before any work is done on it
            raise ValidationError([_l("Give at most 20 options.")])
        options: list[Any] = super()._deserialize(value, attr, data, **kwargs) or []
        if len({folded(option) for option in options}) < len(options):
            raise ValidationError([_l("Two options say the same.")])
        return options


class ClosingIn(In):
    """Until when a poll takes votes: a wall-clock time, and the zone whose clock it is."""

    local_at = fields.NaiveDateTime(
        load_default=None,
        allow_none=True,
        validate=validate.Range(EARLIEST, LATEST, error=_l("Give a year we live in.")),
        metadata={"description": "The wall-clock time in `zone`: 2026-03-03T14:00"},
        error_messages={
            "invalid": _l("Give a date and a time."),
            "invalid_awareness": _l("Give the wall-clock time, without an offset."),
        },
    )
    zone = Zone(load_default=None, allow_none=True)

    @validates_schema
    def _together(self, data: Mapping[str, Any], **_kwargs: Any) -> None:
        if (data.get("local_at") is None) != (data.get("zone") is None):
            raise ValidationError(_l("A closing time takes a time and a zone."), "local_at")


class PollWordsIn(In):
    """A question and its options, written anew while nobody has voted."""

    question = Text(longest=QUESTION_LENGTH, required=True)
    options = Options(required=True)


class PollIn(PollWordsIn, ClosingIn):
    """A poll to put into a post. ``most``: how many options one chooses, where several.

    ``shows`` and ``named`` (members read who voted what) stay as they are chosen here.
    """

    kind = fields.Enum(PollKind, by_value=True, load_default=PollKind.SINGLE)
    most = Whole(validate=between(1, MOST_OPTIONS), load_default=None, allow_none=True)
    shows = fields.Enum(PollShows, by_value=True, load_default=PollShows.ALWAYS)
    named = fields.Boolean(load_default=False, truthy={True}, falsy={False})


class VoteIn(In):
    """A vote: numbers of options, from 1; in a ranked poll the best first.

    ``edition`` is that of the poll whose options were chosen from.
    """

    choices = fields.List(
        fields.Integer(strict=True, validate=validate.Range(1, MOST_OPTIONS)),
        required=True,
        validate=validate.Length(1, MOST_OPTIONS, error=_l("Choose an option.")),
    )
    edition = Whole(
        validate=between(1, HIGHEST),
        load_default=None,
        allow_none=False,
        metadata={"description": "Refuses the vote where the poll was written anew since."},
    )


class RoundOut(Out):
    """A round of a runoff: what each option has, null for one that is out; which go after it."""

    counts = fields.List(fields.Integer(allow_none=True), required=True)
    out = fields.List(fields.Integer(), required=True)
    resting = fields.Integer(
        required=True, metadata={"description": "Votes that name no option that is still in."}
    )


class PollResultsOut(Out):
    """What the votes come to, by the order of the options; several winners are a tie."""

    counts = fields.List(fields.Integer(), required=True)
    winners = fields.List(fields.Integer(), required=True)
    rounds = fields.List(fields.Nested(RoundOut), required=True)


class PollOut(Out):
    """A poll; ``results`` are null where one may not see them yet, ``mine`` is one's own vote."""

    post_id = fields.UUID(required=True)
    question = fields.String(required=True)
    options = fields.List(fields.String(), required=True)
    edition = fields.Integer(required=True)
    kind = fields.Enum(PollKind, by_value=True, required=True)
    most = fields.Integer(required=True)
    shows = fields.Enum(PollShows, by_value=True, required=True)
    named = fields.Boolean(required=True)
    closes_at = fields.AwareDateTime(required=True, allow_none=True)
    zone = fields.String(required=True, allow_none=True)
    closed = fields.Boolean(required=True)
    voters = fields.Integer(required=True)
    mine = fields.List(fields.Integer(), required=True)
    results = fields.Nested(PollResultsOut, required=True, allow_none=True)


class PollToldOut(Out):
    """How a poll stands now, for all who look; ``results`` where everybody may see them."""

    thread_id = fields.UUID(required=True)
    post_id = fields.UUID(required=True)
    number = fields.Integer(required=True)
    edition = fields.Integer(required=True)
    closes_at = fields.AwareDateTime(required=True, allow_none=True)
    closed = fields.Boolean(required=True)
    voters = fields.Integer(required=True)
    results = fields.Nested(PollResultsOut, required=True, allow_none=True)


class PollVoteOut(Out):
    """Who chose what, in a poll that names its voters."""

    person = fields.Nested(FaceOut, required=True)
    choices = fields.List(fields.Integer(), required=True)


class PollVotesOut(PageOut):
    """Votes of a poll that names its voters, the latest first."""

    items = fields.List(fields.Nested(PollVoteOut), required=True)


_TOLD = PollToldOut()


def render_polls(ctx: Context, events: Sequence[Logged]) -> list[dict[str, Any] | None]:
    """Return, for each event, how its poll stands now, or None if it is hidden."""
    rows: Mapping[Any, PollSeen] = polls_of_events(ctx, events)
    found = [rows.get(logged.event.post_id) for logged in events]  # type: ignore[attr-defined]
    return [_TOLD.dump(poll) if poll else None for poll in found]
