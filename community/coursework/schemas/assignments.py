"""Assignments: work that goes in, versions that come out, what is said to them, more time."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import fields, validate

from community.academy.queries import ActivityLine
from community.academy.schemas.draft_files import DraftFileIn
from community.coursework.models import Marking, Stage
from community.coursework.operations.extending import LONGEST_REASON
from community.coursework.queries import SHOWS, WAITING, FileLine, HandInView, Version, WorkView
from community.coursework.rules import file_path
from community.kernel.paging import PageIn, PageOut
from community.kernel.schemas import HIGHEST, ClientId, FaceOut, In, Out, Text, Whole, between

LONGEST, LONGEST_COMMENT, MOST_LEVELS = 40_000, 10_000, 20
"""Characters of a text and of a comment; criteria of a rubric."""


def _whole(words: str) -> Whole:
    described = {"description": words}
    return Whole(required=True, validate=between(0, HIGHEST), metadata=described)


ANY_DAY = dt.datetime.fromisoformat("2000-01-01"), dt.datetime.fromisoformat("2200-01-01")
"""Far from where calendars end, in any zone."""


class WorkIn(In):
    """What is written so far."""

    text = Text(
        longest=LONGEST,
        shortest=0,
        multiline=True,
        required=True,
        metadata={"description": "Markdown."},
    )
    revision = _whole("That of the work as you read it, 0 for none; 409 where it is another now.")


class HandInIn(WorkIn):
    """Work to be handed in: this text, with the files that are there."""

    client_id = ClientId(required=True)


class WorkFileIn(DraftFileIn):
    """A file in JSON; larger ones come by the page."""


class MarkIn(In):
    """What is said to a version; without an outcome it is kept, and its learner sees nothing."""

    levels = fields.Dict(
        keys=fields.String(validate=validate.Length(max=20)),
        values=fields.String(validate=validate.Length(max=20)),
        required=True,
        validate=validate.Length(max=MOST_LEVELS),
        metadata={"description": "Criterion to level, by their ids."},
    )
    comment = Text(
        longest=LONGEST_COMMENT,
        shortest=0,
        multiline=True,
        required=True,
        metadata={"description": "Markdown."},
    )
    edition = _whole("That of the version as you read it; 409 where somebody marked it since.")
    outcome = fields.Enum(Marking, by_value=True, load_default=None, allow_none=True)


class ExtensionIn(In):
    """Until when a learner has, and why."""

    until = fields.NaiveDateTime(
        required=True,
        format="iso",
        validate=validate.Range(*ANY_DAY, error=_l("Give a day and a time.")),
        error_messages={"invalid": _l("Give a day and a time.")},
        metadata={"description": "On the run's clocks, without a zone: 2026-03-03T18:00."},
    )
    reason = Text(longest=LONGEST_REASON, multiline=True, required=True)


class HandInsIn(PageIn):
    """Which hand-ins are asked for."""

    show = fields.String(load_default=WAITING, validate=validate.OneOf(SHOWS))
    activity = fields.UUID(load_default=None, allow_none=True)


class WorkFileOut(Out):
    """A learner's file."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    size = fields.Integer(required=True, metadata={"description": "Bytes."})
    path = fields.String(required=True, metadata={"description": "Below the site's address."})


class WorkSavedOut(Out):
    """What is kept of a text."""

    text = fields.String(attribute="draft", required=True)
    revision = fields.Integer(required=True)
    saved_at = fields.AwareDateTime(required=True)


class LevelOut(Out):
    """A level of a criterion; ``text`` is Markdown."""

    id = fields.String(required=True)
    points = fields.Integer(required=True)
    title = fields.String(required=True)
    text = fields.String(required=True)


class RubricCriterionOut(Out):
    """A criterion of a rubric; ``text`` is Markdown."""

    id = fields.String(required=True)
    title = fields.String(required=True)
    text = fields.String(required=True)
    levels = fields.List(fields.Nested(LevelOut), required=True)


class VersionOut(Out):
    """A version that was handed in; what was said is null until it is answered."""

    id = fields.UUID(required=True)
    number = fields.Integer(required=True)
    text = fields.String(required=True, metadata={"description": "Markdown."})
    html = fields.String(required=True, metadata={"description": "Sanitised."})
    files = fields.List(fields.Nested(WorkFileOut), required=True)
    handed_in_at = fields.AwareDateTime(required=True)
    due_at = fields.AwareDateTime(required=True, allow_none=True)
    late = fields.Boolean(required=True)
    taken_back_at = fields.AwareDateTime(required=True, allow_none=True)
    outcome = fields.Enum(Marking, by_value=True, required=True, allow_none=True)
    comment = fields.String(required=True, allow_none=True)
    comment_html = fields.String(required=True, allow_none=True)
    levels = fields.Dict(
        keys=fields.String(), values=fields.String(), required=True, allow_none=True
    )
    points = fields.Integer(required=True, allow_none=True)
    most = fields.Integer(required=True, metadata={"description": "The points there are."})
    marked_by = fields.String(required=True, allow_none=True)
    marked_at = fields.AwareDateTime(required=True, allow_none=True)


class ExtensionOut(Out):
    """More time for a learner."""

    until = fields.AwareDateTime(required=True)
    reason = fields.String(required=True)


class AssignmentOut(Out):
    """One's own work, what is asked for, and the versions, the newest first."""

    takes_text = fields.Boolean(required=True)
    words = fields.Integer(required=True, metadata={"description": "At least."})
    most_words = fields.Integer(required=True)
    files_needed = fields.Integer(required=True, metadata={"description": "At least."})
    most_files = fields.Integer(required=True)
    endings = fields.List(fields.String(), required=True)
    done = fields.String(required=True, metadata={"description": "accepted or handed_in."})
    due_at = fields.AwareDateTime(required=True, allow_none=True)
    grace = fields.Integer(required=True, metadata={"description": "Hours."})
    extension = fields.Nested(ExtensionOut, required=True, allow_none=True)
    rubric = fields.List(fields.Nested(RubricCriterionOut), required=True)
    stage = fields.Enum(Stage, by_value=True, required=True)
    text = fields.String(required=True)
    revision = fields.Integer(required=True)
    files = fields.List(fields.Nested(WorkFileOut), required=True)
    versions = fields.List(fields.Nested(VersionOut), required=True)


class HandInLineOut(Out):
    """A version of work, or an attempt with essays, in the queue."""

    sort = fields.String(required=True, metadata={"description": "work or quiz."})
    id = fields.UUID(required=True)
    author = fields.Nested(FaceOut, required=True)
    activity_id = fields.UUID(required=True)
    title = fields.String(required=True, metadata={"description": "Of the activity."})
    number = fields.Integer(required=True)
    handed_in_at = fields.AwareDateTime(required=True)
    late = fields.Boolean(required=True)
    began = fields.Boolean(
        required=True, metadata={"description": "Somebody has kept something for it."}
    )
    outcome = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "returned or accepted; of an attempt marked."},
    )
    marked_at = fields.AwareDateTime(required=True, allow_none=True)
    reader = fields.String(required=True, allow_none=True)


class HandInsOut(PageOut):
    """A page of what was handed in."""

    items = fields.List(fields.Nested(HandInLineOut), required=True)


class HandInOut(VersionOut):
    """A version with whose it is, and what it is marked by."""

    author = fields.Nested(FaceOut, required=True)
    enrolment_id = fields.UUID(required=True)
    activity_id = fields.UUID(required=True)
    stage = fields.Enum(Stage, by_value=True, required=True)
    newest = fields.Boolean(required=True)
    edition = fields.Integer(required=True)
    rubric = fields.List(fields.Nested(RubricCriterionOut), required=True)


class MarkedOut(Out):
    """What became of a version."""

    id = fields.UUID(required=True)
    edition = fields.Integer(required=True)
    outcome = fields.Enum(Marking, by_value=True, required=True, allow_none=True)


def as_file(file: FileLine) -> dict[str, Any]:
    """Return a file in the shape of ``WorkFileOut``."""
    return {"id": file.id, "name": file.name, "size": file.size, "path": file_path(file.id)}


def as_version(version: Version, *, told: bool) -> dict[str, Any]:
    """Return a version in the shape of ``VersionOut``; ``told``: with what was said to it."""
    told = told or version.outcome is not None
    return {
        "id": version.id,
        "number": version.number,
        "text": version.text,
        "html": version.html,
        "files": [as_file(file) for file in version.files],
        "handed_in_at": version.handed_in_at,
        "due_at": version.due_at,
        "late": version.late,
        "taken_back_at": version.taken_back_at,
        "outcome": version.outcome,
        "comment": version.comment if told else None,
        "comment_html": version.comment_html if told else None,
        "levels": version.levels if told else None,
        "points": version.points if told else None,
        "most": version.most,
        "marked_by": version.marker if told else None,
        "marked_at": version.marked_at,
    }


def as_assignment(
    line: ActivityLine, view: WorkView, due_at: object, endings: Sequence[str]
) -> dict[str, Any]:
    """Return one's own work in the shape of ``AssignmentOut``."""
    settings = line.settings
    return {
        "takes_text": settings["text"],
        "words": settings["words"],
        "most_words": settings["most"],
        "files_needed": settings["needed"],
        "most_files": settings["files"],
        "endings": list(endings),
        "done": settings["done"],
        "due_at": due_at,
        "grace": settings["grace"],
        "extension": view.extension,
        "rubric": settings["rubric"],
        "stage": view.stage,
        "text": view.draft,
        "revision": view.revision,
        "files": [as_file(file) for file in view.files],
        "versions": [as_version(each, told=False) for each in view.versions],
    }


def as_hand_in(view: HandInView, *, told: bool) -> dict[str, Any]:
    """Return a version in the shape of ``HandInOut``; ``told``: to whoever marks."""
    return {
        **as_version(view.version, told=told),
        "author": view.author,
        "enrolment_id": view.enrolment_id,
        "activity_id": view.activity_id,
        "stage": view.stage,
        "newest": view.newest,
        "edition": view.version.edition,
        "rubric": view.version.rubric,
    }
