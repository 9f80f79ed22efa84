"""What publishing a draft would change: for people to read before they do it.

Callers have found the draft under a read rule.
"""

import dataclasses
import functools
import uuid
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

import sqlalchemy as sa
from marshmallow import missing

from community.academy.formats.drafts import Sort, TypedActivity
from community.academy.kinds.builtin import KINDS
from community.academy.kinds.protocol import SourceRefused
from community.academy.kinds.text import canonical_text
from community.academy.models import (
    Activity,
    Asset,
    CourseDraft,
    CourseFile,
    CourseVersion,
    DraftModule,
    Module,
)
from community.academy.queries.drafts import Rows, rows_of, typed_activity
from community.academy.rules import FILES
from community.academy.rules.releases import NoRule, canonical
from community.kernel.db import db, snapshot
from community.kernel.differences import Span, digest_of_difference, moved, word_changes
from community.kernel.files.models import StoredFile

What = Literal["added", "removed", "moved", "renamed", "changed"]


@dataclasses.dataclass(frozen=True, slots=True)
class Fact:
    """A setting that changed; ``name`` is its key, None is what is not said."""

    name: str
    before: Any
    after: Any


@dataclasses.dataclass(frozen=True, slots=True)
class Change:
    """What became of one thing; ``id`` is the draft's, None for what is gone and for files.

    ``title`` is its name now, ``former_title`` what it was called before, if that changed;
    ``module`` the module of an activity, ``former_module`` the one it comes from, if it moved
    there. ``text`` tells the change of its text; for what is new or gone it is empty.
    """

    sort: Sort
    id: uuid.UUID | None
    title: str
    what: tuple[What, ...]
    former_title: str | None = None
    module: str | None = None
    former_module: str | None = None
    facts: tuple[Fact, ...] = ()
    text: tuple[Span, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class Difference:
    """What publishing would change, in the order of the course, what is gone last.

    ``number`` is the newest version, None before the first; with ``is_behind`` it is not the one
    that the draft was made from, so that publishing takes back what it brought. ``digest`` is what
    ``publish_draft`` wants to hear.
    """

    number: int | None
    is_behind: bool
    digest: str
    changes: tuple[Change, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class _Thing:
    """A module or an activity of one side, as it can be compared; ``parent`` is a lineage."""

    id: uuid.UUID
    lineage: uuid.UUID
    parent: uuid.UUID | None
    title: str
    facts: Mapping[str, Any]
    text: str


@dataclasses.dataclass(frozen=True, slots=True)
class _Side:
    """One of the two that are compared: the course's own, its modules and activities in order."""

    own: _Thing | None
    modules: Sequence[_Thing]
    activities: Sequence[_Thing]
    files: Mapping[str, str]
    """Pictures and files: what they hold, by their paths."""


def difference(draft_id: uuid.UUID) -> Difference:
    """Return what publishing a draft would change; nine statements at most. Raises NotFound."""
    with snapshot():
        rows = rows_of(draft_id)
        newest = newest_of(rows.draft.course_id)
        before = _published(newest)
    after = _drafted(rows)
    return Difference(
        number=newest.number if newest else None,
        is_behind=newest is not None and newest.id != rows.draft.based_on,
        digest=digest_of(rows.draft, newest),
        changes=tuple(_changes(before, after)),
    )


def newest_of(course_id: uuid.UUID) -> CourseVersion | None:
    """Return the newest version of a course, if there is one."""
    return db.session.scalar(
        sa.select(CourseVersion)
        .where(CourseVersion.course_id == course_id)
        .order_by(CourseVersion.number.desc())
        .limit(1)
    )


def digest_of(draft: CourseDraft, newest: CourseVersion | None) -> str:
    """Return the digest of the difference between a draft and the newest version."""
    return digest_of_difference(draft.id, draft.edits, newest.id if newest else None)


def _published(version: CourseVersion | None) -> _Side:
    if version is None:
        return _Side(None, (), (), {})
    facts = {
        "language": version.language,
        "licence": version.licence or "",
        "summary": version.summary,
    }
    nobody = version.id
    modules = db.session.scalars(
        sa.select(Module).where(Module.version_id == version.id).order_by(Module.position)
    ).all()
    activities = db.session.execute(
        sa.select(Activity, Module.lineage)
        .join(Module, Module.id == Activity.module_id)
        .where(Activity.version_id == version.id)
        .order_by(Module.position, Activity.position)
    )
    files = db.session.execute(
        sa.union_all(
            sa.select(Asset.path, Asset.digest).where(Asset.version_id == version.id),
            sa.select(CourseFile.path, StoredFile.digest)
            .join(StoredFile, StoredFile.id == CourseFile.stored_id)
            .where(CourseFile.version_id == version.id),
        )
    )
    return _Side(
        _Thing(nobody, nobody, None, version.title, facts, version.description),
        [
            _Thing(
                m.id,
                m.lineage,
                None,
                m.title,
                _module_facts(m),
                m.intro,
            )
            for m in modules
        ],
        [_published_activity(row, parent) for row, parent in activities],
        {row.path: row.digest for row in files},
    )


def _published_activity(row: Activity, parent: uuid.UUID) -> _Thing:
    front, body = KINDS[row.kind].write(row.settings, row.body)
    facts = _facts(row.kind, row.minutes, row.required, row.phase and row.phase.value, front)
    return _Thing(row.id, row.lineage, parent, row.title, facts, body)


def _module_facts(module: Module | DraftModule) -> dict[str, Any]:
    return {
        "summary": module.summary,
        "opens_later": module.opens_later,
        "release": _as_written(module.release),
    }


def _as_written(release: str) -> str:
    """Return a release rule as it will be published, where it can be; else as it was typed."""
    try:
        return canonical(release)
    except NoRule:
        return release


def _facts(
    kind: str, minutes: int | None, required: bool, phase: str | None, front: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what is set; what ``front`` leaves out is what its kind takes it to be."""
    said = {key: value for key, value in front.items() if value != ""}
    own = {**_usual(kind), **said}
    return {"kind": kind, "minutes": minutes, "required": required, "phase": phase, **own}


@functools.cache
def _usual(kind: str) -> Mapping[str, Any]:
    found = KINDS[kind].front_schema().fields.items()
    return {
        field.data_key or name: field.load_default
        for name, field in found
        if field.load_default is not missing
    }


def _drafted(rows: Rows) -> _Side:
    draft = rows.draft
    facts = {"language": draft.language, "licence": draft.licence, "summary": draft.summary}
    activities = [
        _drafted_activity(typed_activity(row), row.lineage, module.lineage)
        for module in rows.modules
        for row in rows.activities.get(module.id, ())
    ]
    return _Side(
        _Thing(draft.id, draft.id, None, draft.title, facts, canonical_text(draft.body)),
        [
            _Thing(
                m.id,
                m.lineage,
                None,
                m.title,
                _module_facts(m),
                canonical_text(m.body),
            )
            for m in rows.modules
        ],
        activities,
        {each.path: each.digest for line in (rows.pictures, rows.files) for each in line},
    )


def _drafted_activity(typed: TypedActivity, lineage: uuid.UUID, parent: uuid.UUID) -> _Thing:
    """Return an activity as it will be published, where it can be; else as it was typed."""
    front, body = typed.front, canonical_text(typed.body)
    try:
        parsed = KINDS[typed.kind].read(front, typed.body, 1)
        front, body = KINDS[typed.kind].write(parsed.settings, parsed.body)
    except SourceRefused:
        pass
    facts = _facts(typed.kind, typed.minutes, typed.required, typed.phase, front)
    return _Thing(typed.id, lineage, parent, typed.title, facts, body)


def _changes(before: _Side, after: _Side) -> Iterator[Change]:
    if after.own is not None:
        own = _compared("course", before.own, after.own, "")
        yield from [own] if own else []
    was = {thing.lineage: thing for thing in (*before.modules, *before.activities)}
    now = {thing.lineage: thing for thing in (*after.modules, *after.activities)}
    shifted = moved([m.lineage for m in before.modules], [m.lineage for m in after.modules])
    for module in after.modules:
        change = _compared(
            "module", was.get(module.lineage), module, "", moved_here=module.lineage in shifted
        )
        yield from [change] if change else []
        yield from _activities(module, before, after, was)
    for thing in before.modules:
        if thing.lineage not in now:
            yield Change("module", None, thing.title, ("removed",))
    for thing in before.activities:
        if thing.lineage not in now:
            was_in = was[thing.parent].title if thing.parent else None
            yield Change("activity", None, thing.title, ("removed",), module=was_in)
    yield from _files(before.files, after.files)


def _activities(
    module: _Thing, before: _Side, after: _Side, was: Mapping[uuid.UUID, _Thing]
) -> Iterator[Change]:
    mine = [thing for thing in after.activities if thing.parent == module.lineage]
    theirs = [thing.lineage for thing in before.activities if thing.parent == module.lineage]
    shifted = moved(theirs, [thing.lineage for thing in mine])
    for thing in mine:
        former = was.get(thing.lineage)
        came_from = None
        if former and former.parent and former.parent != module.lineage:
            came_from = was[former.parent].title
        change = _compared(
            "activity",
            former,
            thing,
            module.title,
            moved_here=thing.lineage in shifted or came_from is not None,
            came_from=came_from,
        )
        yield from [change] if change else []


def _compared(
    sort: Sort,
    before: _Thing | None,
    after: _Thing,
    module: str,
    *,
    moved_here: bool = False,
    came_from: str | None = None,
) -> Change | None:
    """Return what became of a thing, None where it is as it was."""
    if before is None:
        return Change(sort, after.id, after.title, ("added",), module=module or None)
    names = [*after.facts, *(name for name in before.facts if name not in after.facts)]
    facts = tuple(
        Fact(name, before.facts.get(name), after.facts.get(name))
        for name in names
        if before.facts.get(name) != after.facts.get(name)
    )
    text = word_changes(before.text, after.text)
    renamed = before.title != after.title
    told: dict[What, bool] = {
        "moved": moved_here,
        "renamed": renamed,
        "changed": bool(facts or text),
    }
    what = tuple(name for name, holds in told.items() if holds)
    if not what:
        return None
    return Change(
        sort,
        after.id,
        after.title,
        what,
        former_title=before.title if renamed else None,
        module=module or None,
        former_module=came_from,
        facts=facts,
        text=text,
    )


def _files(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Change]:
    for path in sorted({*before, *after}):
        sort: Sort = "file" if path.startswith(FILES) else "picture"
        if path not in before:
            yield Change(sort, None, path, ("added",))
        elif path not in after:
            yield Change(sort, None, path, ("removed",))
        elif before[path] != after[path]:
            yield Change(sort, None, path, ("changed",))
