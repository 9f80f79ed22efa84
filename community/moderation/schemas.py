"""What comes in and goes out about reports, cases and decisions."""

from typing import Any

from marshmallow import fields, validate

from community.kernel.paging import PageIn, PageOut
from community.kernel.schemas import HIGHEST, In, Out, PersonOut, Text, Whole
from community.moderation.queries import CaseSeen
from community.moderation.rules import (
    MEASURES,
    NOTE_LONGEST,
    OF_CASES,
    OF_WAITING,
    WORDS_LONGEST,
    Lasts,
    Outcome,
    Reason,
    Show,
)
from community.spaces.rules import (
    APPROVE_FIRST,
    MOST_WORDS,
    NEWCOMER_LINKS,
    SLOW_SECONDS,
    WORD_LONGEST,
)


class ReportIn(In):
    """What is wrong with a post; the note is plain text."""

    reason = fields.Enum(Reason, by_value=True, required=True)
    note = Text(longest=NOTE_LONGEST, shortest=0, multiline=True, load_default="")


class QueueIn(PageIn):
    """Which part of a queue, and from where."""

    show = fields.Enum(Show, by_value=True, load_default=Show.OPEN)


DECIDABLE = tuple(dict.fromkeys([*OF_CASES, *OF_WAITING]))


class CaseDecisionIn(In):
    """What is decided: ``words`` are for the author, ``note`` for those who lead the space."""

    outcome = fields.Enum(Outcome, by_value=True, required=True, validate=validate.OneOf(DECIDABLE))
    reason = fields.Enum(Reason, by_value=True, load_default=None, allow_none=True)
    words = Text(longest=WORDS_LONGEST, shortest=0, multiline=True, load_default="")
    note = Text(longest=WORDS_LONGEST, shortest=0, multiline=True, load_default="")
    edition = Whole(
        load_default=None,
        allow_none=True,
        validate=validate.Range(min=1, max=HIGHEST),
        metadata={"description": "Of the words that were read; needed to approve."},
    )


class MeasureEverywhereIn(In):
    """What is decided about a person: ``words`` are for them, ``note`` for those who lead.

    What lasts needs to be told how long; a suspension has an end.
    """

    outcome = fields.Enum(Outcome, by_value=True, required=True, validate=validate.OneOf(MEASURES))
    lasts = fields.Enum(Lasts, by_value=True, load_default=None, allow_none=True)
    reason = fields.Enum(Reason, by_value=True, required=True)
    words = Text(longest=WORDS_LONGEST, multiline=True, required=True)
    note = Text(longest=WORDS_LONGEST, shortest=0, multiline=True, load_default="")


class MeasureIn(MeasureEverywhereIn):
    """The same in one space; ``case_id`` is the case it is taken from."""

    case_id = fields.UUID(load_default=None, allow_none=True)


class AppealIn(In):
    """Why somebody asks for a second look."""

    text = Text(longest=WORDS_LONGEST, multiline=True, required=True)


class AnswerIn(In):
    """What came of a second look: ``overturn`` takes the decision back."""

    overturn = fields.Boolean(required=True, truthy={True}, falsy={False})
    words = Text(longest=WORDS_LONGEST, shortest=0, multiline=True, load_default="")


class AnswerFormIn(In):
    """The same from a form, whose buttons say ``stays`` or ``taken_back``."""

    how = fields.String(required=True, validate=validate.OneOf(["stays", "taken_back"]))
    words = Text(longest=WORDS_LONGEST, shortest=0, multiline=True, load_default="")


class LimitsIn(In):
    """What limits posts of those who do not lead a space: time between, links, words."""

    slow_seconds = Whole(
        required=True,
        validate=validate.OneOf(SLOW_SECONDS),
        metadata={"description": "Between two posts of somebody in a thread; 0 is off."},
    )
    newcomer_links = Whole(
        required=True,
        allow_none=True,
        validate=validate.OneOf(NEWCOMER_LINKS),
        metadata={"description": "Links in a post of who is new; null is any number."},
    )
    approve_first = Whole(
        required=True,
        validate=validate.OneOf(APPROVE_FIRST),
        metadata={
            "description": "Posts of who is new wait for approval until so many stand; 0: off."
        },
    )
    blocked_words = fields.List(
        Text(longest=WORD_LONGEST),
        required=True,
        validate=validate.Length(max=MOST_WORDS),
        metadata={"description": "Compared whole, without case and accents."},
    )


class LimitsOut(Out):
    """What limits posts of those who do not lead a space."""

    slow_seconds = fields.Integer(required=True)
    newcomer_links = fields.Integer(required=True, allow_none=True)
    approve_first = fields.Integer(required=True)
    blocked_words = fields.Function(
        lambda space: space.blocked_words.split("\n") if space.blocked_words else [],
        required=True,
        metadata={"type": "array", "items": {"type": "string"}},
    )


class CaseLineOut(Out):
    """A case of a queue: how many reported the post, who looks at it, what was decided."""

    id = fields.UUID(required=True)
    space_id = fields.UUID(required=True)
    thread_id = fields.UUID(required=True)
    thread_title = fields.String(required=True)
    number = fields.Integer(
        required=True,
        metadata={"description": "The post's in its thread; below 0 while it has none yet."},
    )
    waits = fields.Boolean(
        required=True, metadata={"description": "Whether the post waits for approval."}
    )
    begun = fields.Boolean(
        required=True, metadata={"description": "Whether its thread is there to be read."}
    )
    author = fields.Nested(PersonOut, required=True)
    reports = fields.Integer(required=True)
    opened_at = fields.AwareDateTime(required=True)
    claimed_by = fields.Nested(PersonOut, required=True, allow_none=True)
    closed_at = fields.AwareDateTime(required=True, allow_none=True)
    outcome = fields.Enum(Outcome, by_value=True, required=True, allow_none=True)
    appealed = fields.Boolean(
        required=True, metadata={"description": "Whether a second look is waited for."}
    )


class QueueOut(PageOut):
    """A page of a queue, what waits longest first."""

    items = fields.List(fields.Nested(CaseLineOut), required=True)


class ReportOut(Out):
    """What somebody said of a post; null for who has deleted their account."""

    by = fields.Nested(PersonOut, required=True, allow_none=True)
    reason = fields.Enum(Reason, by_value=True, required=True)
    note = fields.String(required=True)
    at = fields.AwareDateTime(required=True)


class DecidedOut(Out):
    """A decision, for those who lead the space."""

    id = fields.UUID(required=True)
    by = fields.Nested(PersonOut, required=True)
    outcome = fields.Enum(Outcome, by_value=True, required=True)
    reason = fields.Enum(Reason, by_value=True, required=True, allow_none=True)
    words = fields.String(required=True)
    note = fields.String(required=True)
    at = fields.AwareDateTime(required=True)
    overturned_at = fields.AwareDateTime(required=True, allow_none=True)


class AppealOut(Out):
    """A second look that was asked for, and what came of it."""

    text = fields.String(required=True)
    at = fields.AwareDateTime(required=True)
    answered_by = fields.Nested(PersonOut, required=True, allow_none=True)
    answered_at = fields.AwareDateTime(required=True, allow_none=True)
    words = fields.String(required=True)


class MeasureOut(Out):
    """What was decided about a person, for those who may decide such; no space: it holds in all."""

    id = fields.UUID(required=True)
    space_id = fields.UUID(required=True, allow_none=True)
    about = fields.Nested(PersonOut, required=True)
    by = fields.Nested(PersonOut, required=True)
    outcome = fields.Enum(Outcome, by_value=True, required=True)
    reason = fields.Enum(Reason, by_value=True, required=True)
    words = fields.String(required=True)
    note = fields.String(required=True)
    at = fields.AwareDateTime(required=True)
    until = fields.AwareDateTime(required=True, allow_none=True)
    holds = fields.Boolean(required=True)
    lifted_at = fields.AwareDateTime(required=True, allow_none=True)
    lifted_by = fields.Nested(PersonOut, required=True, allow_none=True)
    overturned_at = fields.AwareDateTime(required=True, allow_none=True)
    appeal = fields.String(required=True, allow_none=True)
    appealed_at = fields.AwareDateTime(required=True, allow_none=True)
    answered_at = fields.AwareDateTime(required=True, allow_none=True)
    answered_by = fields.Nested(PersonOut, required=True, allow_none=True)
    answer = fields.String(required=True)


class MeasuresOut(Out):
    """What was decided about somebody, the newest first; at most a hundred."""

    items = fields.List(fields.Nested(MeasureOut), required=True)


class CaseOut(CaseLineOut):
    """A case whole; ``html`` is empty where the words may not be read any more."""

    post_id = fields.UUID(required=True)
    html = fields.String(required=True)
    edition = fields.Integer(
        required=True, metadata={"description": "How often its words were written."}
    )
    question = fields.String(
        required=True, metadata={"description": "That of its poll; empty without one."}
    )
    options = fields.List(fields.String(), required=True)
    tags = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "Of the thread it begins, while that waits for approval."},
    )
    said = fields.List(fields.Nested(ReportOut), required=True)
    decision = fields.Nested(DecidedOut, required=True, allow_none=True)
    appeal = fields.Nested(AppealOut, required=True, allow_none=True)


class OwnDecisionOut(Out):
    """A decision as whom it concerns reads it; no reason where none was given."""

    id = fields.UUID(required=True)
    space_name = fields.String(required=True, allow_none=True)
    everywhere = fields.Boolean(required=True)
    thread_id = fields.UUID(required=True, allow_none=True)
    thread_title = fields.String(required=True, allow_none=True)
    number = fields.Integer(
        required=True,
        allow_none=True,
        metadata={"description": "The post's in its thread; below 0 where nobody approved it."},
    )
    outcome = fields.Enum(Outcome, by_value=True, required=True)
    reason = fields.Enum(Reason, by_value=True, required=True, allow_none=True)
    words = fields.String(required=True)
    at = fields.AwareDateTime(required=True)
    until = fields.AwareDateTime(required=True, allow_none=True)
    lifted_at = fields.AwareDateTime(required=True, allow_none=True)
    overturned_at = fields.AwareDateTime(required=True, allow_none=True)
    appealed_at = fields.AwareDateTime(required=True, allow_none=True)
    appeal = fields.String(required=True, allow_none=True)
    answered_at = fields.AwareDateTime(required=True, allow_none=True)
    answer = fields.String(required=True, allow_none=True)
    may_appeal = fields.Boolean(required=True)


class OwnDecisionsOut(Out):
    """What was decided about the actor, the newest first."""

    items = fields.List(fields.Nested(OwnDecisionOut), required=True)


def as_case(seen: CaseSeen) -> dict[str, Any]:
    """Return a case in the shape ``CaseOut`` dumps."""
    line = {name: getattr(seen.line, name) for name in CaseLineOut().fields}
    decision, appeal = seen.decision, seen.appeal
    made = decision and {
        name: getattr(decision, name) for name in DecidedOut().fields if name != "by"
    }
    asked = appeal and {
        name: getattr(appeal, name) for name in AppealOut().fields if name != "answered_by"
    }
    return {
        **line,
        "post_id": seen.post_id,
        "html": seen.html,
        "edition": seen.edition,
        "question": seen.question,
        "options": seen.options,
        "tags": seen.tags,
        "said": seen.reports,
        "decision": {**made, "by": seen.decided_by} if made else None,
        "appeal": {**asked, "answered_by": seen.answered_by} if asked else None,
    }
