"""What was found, with all that is shown of it: one statement for a page of results."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from community.accounts.models import Profile, User
from community.discussions.models import Block, Post, Thread, ThreadKind
from community.kernel.context import Context
from community.kernel.db import execute
from community.kernel.frame import Person
from community.kernel.policy import ANYBODY, ME
from community.live.models import LiveSession
from community.progress.policy import plan
from community.search.models import ENTRY, EntryKind
from community.search.rules.asking import Term
from community.search.rules.passages import Piece, passage, whole
from community.search.rules.ranking import Candidate
from community.search.rules.words import plain
from community.spaces.models import Space
from community.spaces.policy import shows
from community.spaces.queries import face_in
from community.spaces.queries.people import CARD


class Place(NamedTuple):
    """A run in which somebody reads a course page: its space, and its course version."""

    slug: str
    space_name: str
    version_id: uuid.UUID


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Something that was found, in pieces of text that are marked or not.

    ``number`` is a post's in its thread; ``module`` and ``activity`` the places of a course page.
    """

    kind: EntryKind
    id: uuid.UUID
    at: dt.datetime | None
    title: Sequence[Piece]
    passage: Sequence[Piece]
    space_slug: str | None = None
    space_name: str | None = None
    author: Person | None = None
    thread_id: uuid.UUID | None = None
    thread_kind: ThreadKind | None = None
    number: int | None = None
    solved: bool = False
    module: int | None = None
    module_title: str = ""
    activity: int | None = None
    called_off: bool = False

    @property
    def name(self) -> str:
        """Its title as plain text."""
        return "".join(piece.text for piece in self.title)


_E = ENTRY.c
_IN_THREAD = _E.kind.in_([EntryKind.THREAD, EntryKind.POST])
_about = sa.case((shows(ANYBODY, Profile.about_for), Profile.about_html), else_="")
_SHOWN = (
    sa.select(
        *(_E.number.label("entry"), _E.kind, _E.subject_id, _E.title, _E.text, _E.at, _E.part_id),
        Thread.id.label("thread_id"),
        Thread.title.label("thread_title"),
        Thread.kind.label("thread_kind"),
        Thread.answer,
        Post.number.label("post_number"),
        Space.slug.label("space_slug"),
        Space.name.label("space_name"),
        User.id.label("author_id"),
        User.name.label("author_name"),
        face_in(sa.func.coalesce(Thread.space_id, LiveSession.space_id)),
        LiveSession.title.label("session_title"),
        LiveSession.starts_at,
        LiveSession.called_off_at,
        *CARD,
        _about.label("about"),
        sa.exists().where(Block.user_id == ME, Block.blocked_id == _E.author_id).label("blocked"),
    )
    .select_from(ENTRY)
    .outerjoin(Post, sa.and_(_IN_THREAD, Post.id == _E.part_id))
    .outerjoin(
        Thread,
        Thread.id == sa.case((_E.kind == EntryKind.THREAD, _E.subject_id), else_=Post.thread_id),
    )
    .outerjoin(LiveSession, sa.and_(_E.kind == EntryKind.SESSION, LiveSession.id == _E.subject_id))
    .outerjoin(Space, Space.id == sa.func.coalesce(Thread.space_id, LiveSession.space_id))
    .outerjoin(User, User.id == _E.author_id)
    .outerjoin(Profile, sa.and_(_E.kind == EntryKind.PERSON, Profile.user_id == User.id))
    .where(_E.number.in_(sa.bindparam("numbers", type_=sa.BigInteger(), expanding=True)))
)


def shown(
    ctx: Context,
    chosen: Sequence[Candidate],
    terms: Sequence[Term],
    pages: Mapping[uuid.UUID, Place],
) -> list[Found]:
    """Return what is shown of what was found, in its order; ``pages`` by the module's id."""
    if not chosen:
        return []
    numbers = [each.number for each in chosen]
    rows = {row.entry: row for row in execute(_SHOWN, {"numbers": numbers, "me": ctx.actor_id})}
    return [
        _DRAW[row.kind](row, terms, pages)
        for number in numbers
        if (row := rows.get(number)) is not None
    ]


def _post(row: Any, terms: Sequence[Term], _pages: Mapping[uuid.UUID, Place]) -> Found:
    return Found(
        kind=row.kind,
        id=row.subject_id,
        at=row.at,
        title=whole(row.thread_title, terms),
        passage=() if row.blocked else passage(row.text, terms),
        space_slug=row.space_slug,
        space_name=row.space_name,
        author=Person(row.author_id, row.author_name, row.face),
        thread_id=row.thread_id,
        thread_kind=row.thread_kind,
        number=row.post_number,
        solved=row.answer is not None,
    )


def _person(row: Any, terms: Sequence[Term], _pages: Mapping[uuid.UUID, Place]) -> Found:
    told = ", ".join(filter(None, (row.organisation, row.place)))
    return Found(
        kind=row.kind,
        id=row.subject_id,
        at=None,
        title=whole(row.author_name, terms),
        passage=passage("\n".join(filter(None, (told, plain(row.about or "")))), terms),
        author=Person(row.author_id, row.author_name, row.picture),
    )


def _page(row: Any, terms: Sequence[Term], pages: Mapping[uuid.UUID, Place]) -> Found:
    place = pages[row.part_id]
    course = plan(place.version_id)
    module = course.modules[row.part_id]
    return Found(
        kind=row.kind,
        id=row.subject_id,
        at=None,
        title=whole(row.title, terms),
        passage=passage(row.text, terms),
        space_slug=place.slug,
        space_name=place.space_name,
        module=module.position,
        module_title=module.title,
        activity=course.lines[row.subject_id].position,
    )


def _session(row: Any, terms: Sequence[Term], _pages: Mapping[uuid.UUID, Place]) -> Found:
    return Found(
        kind=row.kind,
        id=row.subject_id,
        at=row.starts_at,
        title=whole(row.session_title, terms),
        passage=passage(row.text, terms),
        space_slug=row.space_slug,
        space_name=row.space_name,
        called_off=row.called_off_at is not None,
    )


_DRAW = {
    EntryKind.THREAD: _post,
    EntryKind.POST: _post,
    EntryKind.PERSON: _person,
    EntryKind.PAGE: _page,
    EntryKind.SESSION: _session,
}
