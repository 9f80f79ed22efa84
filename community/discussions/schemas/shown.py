"""What comes out of threads: posts and threads as pages, JSON and sockets say them."""

import functools
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from marshmallow import fields

from community.discussions.models import Removal, ThreadKind
from community.discussions.queries import place_of, posts_of_events, tags_in, threads_seen
from community.discussions.rules import counts_of
from community.discussions.schemas.reactions import Counts, MyReactionsOut
from community.kernel.context import Context
from community.kernel.frame import Person
from community.kernel.json import dumps
from community.kernel.log import Logged
from community.kernel.paging import PageOut
from community.kernel.schemas import FaceOut, Out
from community.spaces.models import Role

KEPT = 8192  # posts whose JSON or markup a process remembers
LONGEST_KEPT = 2_000  # characters of HTML: of longer posts a few would fill the memory

R = TypeVar("R")


class _OtherOut(Out):
    """A post another one leads to; ``title`` is its thread's, null where both stand in one."""

    id = fields.UUID(required=True)
    thread_id = fields.UUID(required=True)
    number = fields.Integer(required=True)
    title = fields.String(required=True, allow_none=True)


class AnsweredOut(_OtherOut):
    """The post that another one answers, where it is now; ``name`` is null where it was removed."""

    name = fields.String(required=True, allow_none=True)


class MovedToOut(_OtherOut):
    """Where a post is that was moved."""


class PostOut(Out):
    """A post as it is shown; ``role`` is the author's in the space, null for who has left.

    Of a removed post only its place is told, and by ``removal`` who removed it. Of one that was
    moved, a line like it stays in its old place: ``moved_to`` is where it is now, null where one
    does not see that.
    """

    id = fields.UUID(required=True)
    thread_id = fields.UUID(required=True)
    number = fields.Integer(required=True)
    author = fields.Nested(FaceOut, required=True, allow_none=True)
    role = fields.Enum(Role, by_value=True, required=True, allow_none=True)
    from_archive = fields.Boolean(
        required=True, metadata={"description": "Its author wrote elsewhere and has no account."}
    )
    html = fields.String(required=True, metadata={"description": "Sanitised."})
    reply_to = fields.Nested(AnsweredOut, required=True, allow_none=True)
    created_at = fields.AwareDateTime(required=True)
    edition = fields.Integer(required=True, allow_none=True)
    edited_at = fields.AwareDateTime(required=True, allow_none=True)
    has_editions = fields.Boolean(required=True)
    removal = fields.Enum(Removal, by_value=True, required=True, allow_none=True)
    reactions = Counts(required=True)
    has_poll = fields.Boolean(required=True)
    moved_to = fields.Nested(MovedToOut, required=True, allow_none=True)


class PostWordsOut(Out):
    """A post as its author writes on."""

    id = fields.UUID(required=True)
    thread_id = fields.UUID(required=True)
    number = fields.Integer(required=True)
    body = fields.String(required=True, metadata={"description": "Markdown."})
    edition = fields.Integer(required=True)


class EditionOut(Out):
    """What a post said for a while."""

    number = fields.Integer(required=True)
    body = fields.String(required=True)
    written_at = fields.AwareDateTime(required=True)


class EditionsOut(Out):
    """What a post has said, the newest first; the first edition and the last hundred are kept."""

    items = fields.List(fields.Nested(EditionOut), required=True)


class PostsOut(Out):
    """Posts of a thread, oldest first; ``next`` is the next page's ``after``, null at the end.

    ``mine`` are one's own reactions to them.
    """

    items = fields.List(fields.Nested(PostOut), required=True)
    mine = fields.List(fields.Nested(MyReactionsOut), required=True)
    next = fields.Integer(required=True, allow_none=True)


class TagsOut(fields.List[Any]):
    """The tags of a row as ``queries.TAGS`` reads them, as a list."""

    def __init__(self, **more: Any) -> None:
        super().__init__(fields.String(), **more)

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return super()._serialize(tags_in(value), attr, obj, **kwargs)


class TagOut(Out):
    """A tag of a space, and how many threads have it."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    threads = fields.Integer(required=True)


class WaitsOut(Out):
    """What somebody wrote was taken and waits for approval: a post, or a thread with its first.

    ``edition`` is that of its words: to write them anew, or take them away, ask by ``post_id``.
    """

    waits = fields.Boolean(required=True)
    thread_id = fields.UUID(required=True)
    post_id = fields.UUID(required=True)
    edition = fields.Integer(required=True)


class UsualAnswerOut(Out):
    """Within which time questions are usually answered, null where it cannot be said.

    It held for three of four questions of the last ninety days; 1, 24, 72 or 168 hours.
    """

    within_hours = fields.Integer(required=True, allow_none=True)


class TagsOfSpaceOut(Out):
    """The tags of a space, in the order of the alphabet; not paged, there are 500 at most."""

    items = fields.List(fields.Nested(TagOut), required=True)


class ThreadOut(Out):
    """A thread; ``last_number`` is its newest post's number, ``answer`` the accepted one's."""

    id = fields.UUID(required=True)
    space_id = fields.UUID(required=True)
    kind = fields.Enum(ThreadKind, by_value=True, required=True)
    title = fields.String(required=True)
    author_id = fields.UUID(required=True)
    created_at = fields.AwareDateTime(required=True)
    last_number = fields.Integer(required=True)
    last_posted_at = fields.AwareDateTime(required=True)
    pinned_at = fields.AwareDateTime(required=True, allow_none=True)
    locked_at = fields.AwareDateTime(required=True, allow_none=True)
    answer = fields.Integer(required=True, allow_none=True)
    tags = TagsOut(required=True)
    merged_into = fields.UUID(
        required=True,
        allow_none=True,
        metadata={"description": "The thread where its posts went to, if one sees that."},
    )


class ThreadRowOut(ThreadOut):
    """A thread in a list, with how many of its posts one has not read."""

    author_name = fields.String(required=True)
    last_author_id = fields.UUID(required=True)
    last_author_name = fields.String(required=True)
    unread = fields.Integer(required=True)


class ThreadPageOut(PageOut):
    """Threads of a space, the last word first."""

    items = fields.List(fields.Nested(ThreadRowOut), required=True)


_POST = PostOut()


def as_post(row: Any) -> dict[str, Any]:
    """Return a row of ``POST_COLUMNS`` in the shape ``PostOut`` dumps and templates read."""
    return {
        "id": row.id,
        "thread_id": row.thread_id,
        "number": row.number,
        "author": Person(row.author_id, row.author_name, row.author_face)
        if row.removal is None
        else None,
        "role": row.author_role,
        "from_archive": bool(row.from_archive),
        "html": row.html,
        "reply_to": row.reply_to and {**_other(row, row.reply_to), "name": row.reply_to_name},
        "created_at": row.created_at,
        "edition": row.edition,
        "edited_at": row.edited_at,
        "has_editions": row.has_editions,
        "removal": row.removal,
        "reactions": counts_of(row.reactions),
        "has_poll": row.has_poll,
        "moved_to": row.moved_to and _other(row, row.moved_to),
    }


def as_just_written(post: Any, author: Person, role: Role | None) -> dict[str, Any]:
    """Return a post that its author has just written in the shape of ``as_post``, without a read.

    It answers no other post, and holds no poll.
    """
    return {
        "id": post.id,
        "thread_id": post.thread_id,
        "number": post.number,
        "author": author,
        "role": role,
        "from_archive": False,
        "html": post.html,
        "reply_to": None,
        "created_at": post.created_at,
        "edition": 1,
        "edited_at": None,
        "has_editions": False,
        "removal": None,
        "reactions": counts_of(""),
        "has_poll": False,
        "moved_to": None,
    }


def _other(row: Any, number: int) -> dict[str, Any]:
    """Return the post that a row of ``POST_COLUMNS`` leads to."""
    return {
        "id": row.other_id,
        "thread_id": row.other_thread_id,
        "number": number,
        "title": row.other_title,
    }


def dump_post(row: Any) -> dict[str, Any]:
    """Return a row of ``POST_COLUMNS`` as JSON says it."""
    dumped: dict[str, Any] = _POST.dump(as_post(row))
    return dumped


def kept(make: Callable[..., R]) -> Callable[..., R]:
    """Remember what ``make(row, ...)`` makes of a post, if the post is not long."""
    remembered: Any = functools.lru_cache(maxsize=KEPT)(make)

    @functools.wraps(make)
    def call(row: Any, *terms: Any) -> R:
        made: R = (remembered if len(row.html) <= LONGEST_KEPT else make)(row, *terms)
        return made

    return call


@kept
def post_json(row: Any) -> str:
    """Return a row of ``POST_COLUMNS`` as JSON text, kept under all that it says."""
    return dumps(dump_post(row))


def render_posts(ctx: Context, events: Sequence[Logged]) -> list[dict[str, Any] | None]:
    """Return, for each event, the post it tells of as it is now, or None if the actor may not see.

    For the live push and for catching up alike; two statements at most, however many events.
    """
    rows = posts_of_events(ctx, events)
    found = [rows.get(place_of(logged.event)) for logged in events]
    return [dump_post(row) if row is not None else None for row in found]


_THREAD = ThreadOut()


def render_threads(ctx: Context, events: Sequence[Logged]) -> list[dict[str, Any] | None]:
    """Return, for each event, its thread as it is now, or None if the actor may not see it."""
    keys = {logged.event.stream_id for logged in events}
    rows = {row.id: row for row in threads_seen(ctx, [key for key in keys if key])}
    found = [rows.get(logged.event.stream_id) for logged in events]
    return [_THREAD.dump(row) if row is not None else None for row in found]
