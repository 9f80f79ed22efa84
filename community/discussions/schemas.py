"""What goes in and out of threads: one set for pages, JSON and sockets."""

import functools
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from marshmallow import fields, validate

from community.discussions.models import Removal, ThreadKind
from community.discussions.queries import Shown, posts_of_events, threads_seen
from community.discussions.rules import POSTS_A_PAGE
from community.kernel.context import Context
from community.kernel.frame import Person
from community.kernel.json import dumps
from community.kernel.log import Logged
from community.kernel.paging import MAX_LIMIT, PageIn, PageOut
from community.kernel.schemas import HIGHEST, ClientId, FaceOut, In, Out, Text
from community.spaces.models import Role

TITLE_LENGTH = 200  # code points
BODY_LENGTH = 20_000
KEPT = 8192  # posts whose JSON or markup a process remembers
LONGEST_KEPT = 2_000  # characters of HTML: of longer posts a few would fill the memory

R = TypeVar("R")


def _number(**more: Any) -> fields.Integer:
    return fields.Integer(strict=True, validate=validate.Range(min=1, max=HIGHEST), **more)


def _since() -> fields.Integer:
    return fields.Integer(required=True, strict=True, validate=validate.Range(min=0, max=HIGHEST))


class ThreadIn(In):
    """A thread to begin; ``body`` is Markdown and becomes its first post."""

    kind = fields.Enum(ThreadKind, by_value=True, required=True)
    title = Text(longest=TITLE_LENGTH, required=True)
    body = Text(longest=BODY_LENGTH, multiline=True, required=True)
    client_id = ClientId(load_default=None, allow_none=True)


class ReplyIn(In):
    """A reply; ``reply_to`` is the number of the post it answers."""

    body = Text(longest=BODY_LENGTH, multiline=True, required=True)
    reply_to = _number(load_default=None, allow_none=True)
    client_id = ClientId(load_default=None, allow_none=True)


class PostEditIn(In):
    """New words for a post; ``edition`` is the one they were written over."""

    body = Text(longest=BODY_LENGTH, multiline=True, required=True)
    edition = _number(required=True)


class ReadIn(In):
    """How far one has read: the number of a post."""

    number = _number(required=True)


class ThreadChangeIn(In):
    """What a thread is called from now on, and of what kind it is."""

    kind = fields.Enum(ThreadKind, by_value=True, required=True)
    title = Text(longest=TITLE_LENGTH, required=True)


class ThreadsIn(PageIn):
    """Which of a space's threads."""

    show = fields.Enum(Shown, by_value=True, load_default=Shown.LATEST)
    kind = fields.Enum(ThreadKind, by_value=True, load_default=None)


class PostsIn(In):
    """Which posts of a thread: those after a number."""

    after = fields.Integer(load_default=0, validate=validate.Range(min=0, max=HIGHEST))
    limit = fields.Integer(load_default=POSTS_A_PAGE, validate=validate.Range(min=1, max=MAX_LIMIT))


class WatchIn(In):
    """A thread to follow live, from the number of the last event one knows."""

    thread_id = fields.UUID(required=True)
    since = _since()


class LeaveIn(In):
    """A thread to follow no more."""

    thread_id = fields.UUID(required=True)


class SocketReplyIn(ReplyIn):
    """A reply that is retried until it is acknowledged."""

    thread_id = fields.UUID(required=True)
    client_id = ClientId(required=True)


class AnsweredOut(Out):
    """The post that another one answers; ``name`` is null where it was removed."""

    number = fields.Integer(required=True)
    name = fields.String(required=True, allow_none=True)


class PostOut(Out):
    """A post as it is shown; ``role`` is the author's in the space, null for who has left.

    Of a removed post only its place is told, and by ``removal`` who removed it.
    """

    id = fields.UUID(required=True)
    thread_id = fields.UUID(required=True)
    number = fields.Integer(required=True)
    author = fields.Nested(FaceOut, required=True, allow_none=True)
    role = fields.Enum(Role, by_value=True, required=True, allow_none=True)
    html = fields.String(required=True, metadata={"description": "Sanitised."})
    reply_to = fields.Nested(AnsweredOut, required=True, allow_none=True)
    created_at = fields.AwareDateTime(required=True)
    edition = fields.Integer(required=True)
    edited_at = fields.AwareDateTime(required=True, allow_none=True)
    removal = fields.Enum(Removal, by_value=True, required=True, allow_none=True)


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
    """What a post has said, as it is first; the first edition and the last hundred are kept."""

    items = fields.List(fields.Nested(EditionOut), required=True)


class PostsOut(Out):
    """Posts of a thread, oldest first; ``next`` is the next page's ``after``, null at the end."""

    items = fields.List(fields.Nested(PostOut), required=True)
    next = fields.Integer(required=True, allow_none=True)


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
        "html": row.html,
        "reply_to": row.reply_to and {"number": row.reply_to, "name": row.reply_to_name},
        "created_at": row.created_at,
        "edition": row.edition,
        "edited_at": row.edited_at,
        "removal": row.removal,
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
    found = [rows.get(getattr(logged.event, "post_id", None)) for logged in events]  # type: ignore[arg-type]
    return [dump_post(row) if row is not None else None for row in found]


_THREAD = ThreadOut()


def render_threads(ctx: Context, events: Sequence[Logged]) -> list[dict[str, Any] | None]:
    """Return, for each event, its thread as it is now, or None if the actor may not see it."""
    keys = {logged.event.stream_id for logged in events}
    rows = {row.id: row for row in threads_seen(ctx, [key for key in keys if key])}
    found = [rows.get(logged.event.stream_id) for logged in events]  # type: ignore[arg-type]
    return [_THREAD.dump(row) if row is not None else None for row in found]
