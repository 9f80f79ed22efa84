"""Entries written and taken out, on either database."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from community.kernel.db import WRITE, db, execute
from community.search.models import ENTRY, STATE, VECTORED, WORDS, EntryKind
from community.search.queries.subjects import Subject, with_sign
from community.search.rules.words import (
    MOST_WORDS,
    VERSION,
    author_fact,
    course_fact,
    day_facts,
    place_fact,
    vector,
    words,
)

_INSERT: Mapping[str, Callable[..., Any]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}
_KEY = ("kind", "subject_id")
_STATE = sa.select(STATE.c.version, STATE.c.kind, STATE.c.after, STATE.c.filled_at)


def is_sqlite() -> bool:
    """Whether the index is FTS5's."""
    return db.engines[WRITE].dialect.name == "sqlite"


def hold() -> Any:
    """Hold the index till the commit, and return how far filling is.

    Whoever writes an entry holds it and then reads what the entry is about: of two who meet, the
    second reads what is true then. So an entry never says less than was known when it was written.
    """
    insert = _INSERT[db.engines[WRITE].dialect.name](STATE)
    first = {"one": 1, "version": VERSION, "kind": EntryKind.THREAD, "after": uuid.UUID(int=0)}
    execute(insert.values(first).on_conflict_do_nothing(index_elements=["one"]))
    return execute(_STATE.with_for_update()).one()


def state() -> Any:
    """Return how far filling is; None: it has not begun."""
    return execute(_STATE).one_or_none()


def put(kind: EntryKind, found: Sequence[Subject]) -> None:
    """Write entries, new or in the place of those that are there; the index is held."""
    if not found:
        return
    rows = [_row(kind, subject) for subject in found]
    texts = {subject.id: _texts(kind, subject) for subject in found}
    sqlite = is_sqlite()
    if not sqlite:
        for row in rows:
            row["words"] = vector(*texts[row["subject_id"]])
    table = ENTRY if sqlite else VECTORED
    insert = _INSERT[db.engines[WRITE].dialect.name](table).values(rows)
    changed = {name: insert.excluded[name] for name in rows[0] if name not in _KEY}
    told = insert.on_conflict_do_update(index_elements=_KEY, set_=changed)
    numbers = execute(told.returning(table.c.subject_id, table.c.number)).all()
    if sqlite:
        _take_words([row.number for row in numbers])
        execute(
            sa.insert(WORDS),
            [
                {"rowid": row.number, "title": " ".join(title), "body": " ".join(body)}
                | {"facts": " ".join(facts)}
                for row in numbers
                for title, body, facts in [texts[row.subject_id]]
            ],
        )


def take(kind: EntryKind, keys: Sequence[uuid.UUID]) -> int:
    """Take entries out; the index is held. Returns how many there were."""
    if not keys:
        return 0
    gone = sa.delete(ENTRY).where(ENTRY.c.kind == kind, ENTRY.c.subject_id.in_(list(keys)))
    numbers = execute(gone.returning(ENTRY.c.number)).scalars().all()
    if is_sqlite():
        _take_words(numbers)
    return len(numbers)


def _take_words(numbers: Sequence[int]) -> None:
    if numbers:
        execute(sa.delete(WORDS).where(WORDS.c.rowid.in_(list(numbers))))


def _row(kind: EntryKind, subject: Subject) -> dict[str, Any]:
    return {
        "kind": kind,
        "subject_id": subject.id,
        "space_id": subject.space_id,
        "part_id": subject.part_id,
        "edition": subject.edition,
        "author_id": subject.author_id,
        "at": subject.at,
        "title": subject.title,
        "text": subject.text,
    }


def _texts(kind: EntryKind, subject: Subject) -> tuple[list[str], list[str], list[str]]:
    body = (words(subject.text) + words(subject.more))[:MOST_WORDS]
    return (
        words(subject.title),
        body,
        [*with_sign([kind.value, *subject.facts]), *_where(kind, subject)],
    )


def _where(kind: EntryKind, subject: Subject) -> list[str]:
    """Return the words by which the index leaves out what cannot be found: where, who and when."""
    if kind is EntryKind.PAGE:
        return [course_fact(key) for key in (subject.part_id, subject.version_id) if key]
    if kind is EntryKind.PERSON:
        return [place_fact(key) for key in subject.spaces]
    spaces = [place_fact(subject.space_id)] if subject.space_id else []
    authors = [author_fact(subject.author_id)] if subject.author_id else []
    return [*spaces, *authors, *day_facts(subject.at)]
