"""What there is to find, read as it is now: one batch of a kind in a few statements."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from community.academy.models import Activity, CourseVersion, VersionState
from community.accounts.models import Profile, User
from community.accounts.queries import NAME_WORDS
from community.discussions.models import Attachment, Post, Tag, Thread, ThreadTag
from community.discussions.policy import ANSWERED
from community.kernel.db import execute
from community.live.models import LiveSession
from community.search.models import ENTRY, LONGEST_TITLE, EntryKind
from community.search.rules.words import FACT, plain
from community.spaces.models import Membership

PERSON_WORDS = sa.case(
    (
        sa.and_(User.deactivated_at.is_(None), Profile.words_for_spaces != ""),
        Profile.words_for_spaces,
    ),
    else_=NAME_WORDS,
)
"""What a person is found by: what they show to everybody in their spaces, and no more."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What the index holds of one thing; ``more`` is searched and not shown."""

    id: uuid.UUID
    at: dt.datetime
    title: str = ""
    text: str = ""
    more: str = ""
    facts: Sequence[str] = ()
    space_id: uuid.UUID | None = None
    spaces: Sequence[uuid.UUID] = ()  # somebody is in
    version_id: uuid.UUID | None = None
    part_id: uuid.UUID | None = None
    edition: int | None = None
    author_id: uuid.UUID | None = None


_KEYS = sa.bindparam("keys", type_=sa.Uuid(), expanding=True)
_WORDS = (Post.id.label("post_id"), Post.html, Post.edition, Post.has_poll)
_THREADS = (
    sa.select(
        Thread.id,
        Thread.space_id,
        Thread.kind,
        Thread.title,
        Thread.author_id,
        Thread.created_at,
        Thread.answer,
        *_WORDS,
    )
    .outerjoin(Post, sa.and_(Post.thread_id == Thread.id, Post.number == 1, Post.removal.is_(None)))
    .where(Thread.id.in_(_KEYS), Thread.merged_into_id.is_(None))
)
_POSTS = (
    sa.select(Post.author_id, Post.created_at, Thread.space_id, *_WORDS)
    .join(Thread, Thread.id == Post.thread_id)
    .where(Post.id.in_(_KEYS), Post.removal.is_(None), Post.number > 1)
)
_TAGS = (
    sa.select(ThreadTag.thread_id, Tag.name)
    .join(Tag, Tag.id == ThreadTag.tag_id)
    .where(ThreadTag.thread_id.in_(_KEYS))
    .order_by(Tag.name)
)
_FILES = (
    sa.select(Attachment.post_id, Attachment.name, Attachment.width)
    .where(Attachment.post_id.in_(_KEYS))
    .order_by(Attachment.id)
)
_PEOPLE = (
    sa.select(User.id, User.name, User.created_at, PERSON_WORDS.label("words"))
    .outerjoin(Profile, Profile.user_id == User.id)
    .where(User.id.in_(_KEYS), User.deleted_at.is_(None), ~User.from_archive)
)
_BELONGING = sa.select(Membership.user_id, Membership.space_id).where(
    Membership.user_id.in_(_KEYS), Membership.ended_at.is_(None)
)
_PAGES = (
    sa.select(
        Activity.id,
        Activity.module_id,
        Activity.version_id,
        Activity.title,
        Activity.html,
        CourseVersion.published_at,
    )
    .join(CourseVersion, CourseVersion.id == Activity.version_id)
    .where(
        Activity.id.in_(_KEYS),
        CourseVersion.state == VersionState.PUBLISHED,
        CourseVersion.published_at.is_not(None),
    )
)
_SESSIONS = sa.select(
    LiveSession.id,
    LiveSession.space_id,
    LiveSession.title,
    LiveSession.plan_html,
    LiveSession.starts_at,
    LiveSession.edition,
).where(LiveSession.id.in_(_KEYS))


def subjects(kind: EntryKind, keys: Sequence[uuid.UUID]) -> list[Subject]:
    """Return what is to be found of some things; what is gone, or hidden from all, is not there."""
    return _READ[kind](keys) if keys else []


def _threads(keys: Sequence[uuid.UUID]) -> list[Subject]:
    rows = execute(_THREADS, {"keys": list(keys)}).all()
    tags: dict[uuid.UUID, list[str]] = {}
    for tag in execute(_TAGS, {"keys": list(keys)}):
        tags.setdefault(tag.thread_id, []).append(tag.name)
    files = _files([row.post_id for row in rows if row.post_id])
    return [
        Subject(
            id=row.id,
            at=row.created_at,
            title=row.title[:LONGEST_TITLE],
            text=plain(row.html or ""),
            more="\n".join([*tags.get(row.id, ()), *_names(files, row)]),
            facts=[row.kind.value, *_solved(row), *_has(row, files)],
            space_id=row.space_id,
            part_id=row.post_id,
            edition=row.edition,
            author_id=row.author_id,
        )
        for row in rows
    ]


def _posts(keys: Sequence[uuid.UUID]) -> list[Subject]:
    rows = execute(_POSTS, {"keys": list(keys)}).all()
    files = _files([row.post_id for row in rows])
    return [
        Subject(
            id=row.post_id,
            at=row.created_at,
            text=plain(row.html),
            more="\n".join(_names(files, row)),
            facts=_has(row, files),
            space_id=row.space_id,
            part_id=row.post_id,
            edition=row.edition,
            author_id=row.author_id,
        )
        for row in rows
    ]


Files = Mapping[uuid.UUID, Sequence[Any]]


def _files(keys: Sequence[uuid.UUID]) -> Files:
    found: dict[uuid.UUID, list[Any]] = {}
    for row in execute(_FILES, {"keys": list(keys)}) if keys else ():
        found.setdefault(row.post_id, []).append(row)
    return found


def _names(files: Files, row: Any) -> list[str]:
    return [file.name for file in files.get(row.post_id, ())]


def _has(row: Any, files: Files) -> list[str]:
    attached = files.get(row.post_id, ())
    held = {
        "has_picture": any(file.width for file in attached),
        "has_file": any(not file.width for file in attached),
        "has_poll": bool(row.has_poll),
        "has_code": "<pre" in (row.html or ""),
    }
    return [name for name, holds in held.items() if holds]


def _solved(row: Any) -> list[str]:
    if row.kind not in ANSWERED:
        return []
    return ["unsolved"] if row.answer is None else ["solved", "has_answer"]


def _people(keys: Sequence[uuid.UUID]) -> list[Subject]:
    spaces: dict[uuid.UUID, list[uuid.UUID]] = {}
    for user_id, space_id in execute(_BELONGING, {"keys": list(keys)}):
        spaces.setdefault(user_id, []).append(space_id)
    return [
        Subject(
            id=row.id,
            at=row.created_at,
            title=row.name,
            text=row.words,
            spaces=spaces.get(row.id, ()),
            author_id=row.id,
        )
        for row in execute(_PEOPLE, {"keys": list(keys)})
    ]


def _pages(keys: Sequence[uuid.UUID]) -> list[Subject]:
    return [
        Subject(
            id=row.id,
            at=row.published_at,
            title=row.title,
            text=plain(row.html),
            part_id=row.module_id,
            version_id=row.version_id,
        )
        for row in execute(_PAGES, {"keys": list(keys)})
    ]


def _sessions(keys: Sequence[uuid.UUID]) -> list[Subject]:
    return [
        Subject(
            id=row.id,
            at=row.starts_at,
            title=row.title,
            text=plain(row.plan_html),
            space_id=row.space_id,
            edition=row.edition,
        )
        for row in execute(_SESSIONS, {"keys": list(keys)})
    ]


_READ: Mapping[EntryKind, Callable[[Sequence[uuid.UUID]], list[Subject]]] = {
    EntryKind.THREAD: _threads,
    EntryKind.POST: _posts,
    EntryKind.PERSON: _people,
    EntryKind.PAGE: _pages,
    EntryKind.SESSION: _sessions,
}

_TABLES: Mapping[EntryKind, Any] = {
    EntryKind.THREAD: Thread,
    EntryKind.POST: Post,
    EntryKind.PERSON: User,
    EntryKind.PAGE: Activity,
    EntryKind.SESSION: LiveSession,
}
_AFTER = sa.bindparam("after", type_=sa.Uuid())
_MOST = sa.bindparam("most", type_=sa.Integer())
_NEXT = {
    kind: sa.select(model.id).where(model.id > _AFTER).order_by(model.id).limit(_MOST)
    for kind, model in _TABLES.items()
}


def keys_after(kind: EntryKind, after: uuid.UUID, most: int) -> Sequence[uuid.UUID]:
    """Return the ids of the next things of a kind, in order."""
    return execute(_NEXT[kind], {"after": after, "most": most}).scalars().all()


_POSTS_OF_THREAD = (
    sa.select(Post.id, Post.number)
    .where(Post.thread_id == sa.bindparam("thread"), Post.number > sa.bindparam("number"))
    .order_by(Post.number)
    .limit(_MOST)
)


def posts_of_thread(thread_id: uuid.UUID, number: int, most: int) -> Sequence[Any]:
    """Return id and number of the next posts of a thread."""
    given = {"thread": thread_id, "number": number, "most": most}
    return execute(_POSTS_OF_THREAD, given).all()


_POSTS_OF_THREADS = (
    sa.select(Post.id, Post.thread_id, Post.number)
    .where(
        Post.thread_id.in_(sa.bindparam("threads", type_=sa.Uuid(), expanding=True)),
        sa.tuple_(Post.thread_id, Post.number)
        > sa.tuple_(_AFTER, sa.bindparam("number", type_=sa.Integer())),
    )
    .order_by(Post.thread_id, Post.number)
    .limit(_MOST)
)


def posts_of_threads(
    threads: Sequence[uuid.UUID], after: tuple[uuid.UUID, int], most: int
) -> Sequence[Any]:
    """Return id, thread_id and number of the next posts of some threads, after one of them."""
    given = {"threads": list(threads), "after": after[0], "number": after[1], "most": most}
    return execute(_POSTS_OF_THREADS, given).all()


_THREADS_OF_SPACE = (
    sa.select(Thread.id)
    .where(Thread.space_id == sa.bindparam("space"), Thread.id > _AFTER)
    .order_by(Thread.id)
    .limit(_MOST)
)


def threads_of_space(space_id: uuid.UUID, after: uuid.UUID, most: int) -> Sequence[uuid.UUID]:
    """Return the ids of the next threads of a space, in order."""
    given = {"space": space_id, "after": after, "most": most}
    return execute(_THREADS_OF_SPACE, given).scalars().all()


_HELD_OF_SPACE = (
    sa.select(ENTRY.c.number, ENTRY.c.subject_id)
    .where(
        ENTRY.c.space_id == sa.bindparam("space", type_=sa.Uuid()),
        ENTRY.c.kind == sa.bindparam("kind"),
        ENTRY.c.number > sa.bindparam("after"),
    )
    .order_by(ENTRY.c.number)
    .limit(_MOST)
)


def held_of_space(space_id: uuid.UUID, kind: EntryKind, after: int, most: int) -> Sequence[Any]:
    """Return number and subject_id of the next entries of a space and a kind, in order."""
    given = {"space": space_id, "kind": kind, "after": after, "most": most}
    return execute(_HELD_OF_SPACE, given).all()


_THREADS_WITH_TAG = (
    sa.select(ThreadTag.thread_id)
    .where(ThreadTag.tag_id == sa.bindparam("tag"), ThreadTag.thread_id > _AFTER)
    .order_by(ThreadTag.thread_id)
    .limit(_MOST)
)


def threads_with_tag(tag_id: uuid.UUID, after: uuid.UUID, most: int) -> Sequence[uuid.UUID]:
    """Return the ids of the next threads that have a tag, in order."""
    given = {"tag": tag_id, "after": after, "most": most}
    return execute(_THREADS_WITH_TAG, given).scalars().all()


_PAGES_OF_VERSION = (
    sa.select(Activity.id)
    .where(Activity.version_id == sa.bindparam("version"), Activity.id > _AFTER)
    .order_by(Activity.id)
    .limit(_MOST)
)


def pages_of_version(version_id: uuid.UUID, after: uuid.UUID, most: int) -> Sequence[uuid.UUID]:
    """Return the ids of the next activities of a version, in order."""
    given = {"version": version_id, "after": after, "most": most}
    return execute(_PAGES_OF_VERSION, given).scalars().all()


def with_sign(facts: Sequence[str]) -> list[str]:
    """Return facts as they stand among words."""
    return [f"{FACT}{fact}" for fact in facts]
