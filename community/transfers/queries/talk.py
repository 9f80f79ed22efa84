"""The talk of a space as an archive holds it: what the actor sees, by numbers."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from community.accounts.models import User
from community.discussions.models import (
    Attachment,
    Poll,
    Post,
    Reaction,
    ReactionKind,
    Removal,
    Thread,
)
from community.discussions.policy import visible_threads
from community.discussions.queries import tags_in
from community.discussions.queries.tags import TAGS
from community.discussions.rules import attachment_path, is_closed
from community.kernel.context import Context
from community.kernel.db import execute
from community.kernel.errors import NotFound
from community.kernel.files.models import StoredFile
from community.spaces.models import Space
from community.transfers.models import TalkExport
from community.transfers.policy import visible_talk_exports
from community.transfers.rules.talk import Place, file_address, portable

_KINDS = {kind: at for at, kind in enumerate(ReactionKind)}


@dataclasses.dataclass(frozen=True, slots=True)
class Talk:
    """The head of an archive: threads with their numbers, where each post stands, who is named."""

    threads: Sequence[Any]
    numbers: Mapping[uuid.UUID, int]
    places: Mapping[uuid.UUID, Place]
    people: dict[uuid.UUID, int] = dataclasses.field(default_factory=dict)

    def person(self, key: uuid.UUID) -> int:
        """Return the number of somebody; who is named first has the first."""
        return self.people.setdefault(key, len(self.people) + 1)


def talk_of(ctx: Context, space_id: uuid.UUID, *, most: int) -> Talk | None:
    """Return the head of a space's talk as the actor sees it; None: more posts than ``most``."""
    threads = execute(
        visible_threads(ctx)
        .where(Thread.space_id == space_id)
        .order_by(Thread.created_at, Thread.last_posted_at, Thread.title, Thread.id)
        .with_only_columns(
            Thread.id,
            Thread.kind,
            Thread.title,
            Thread.author_id,
            Thread.created_at,
            Thread.last_number,
            Thread.pinned_at,
            Thread.locked_at,
            Thread.answer,
            Thread.merged_into_id,
            TAGS,
        )
    ).all()
    if sum(thread.last_number for thread in threads) > most:
        return None
    numbers = {thread.id: at for at, thread in enumerate(threads, start=1)}
    rows = execute(
        sa.select(Post.id, Post.thread_id, Post.number)
        .join(Thread, Thread.id == Post.thread_id)
        .where(Thread.space_id == space_id, Post.number > 0)
    )
    places = {row.id: (numbers[row.thread_id], row.number) for row in rows}
    return Talk(threads, numbers, places)


def thread_line(talk: Talk, thread: Any) -> dict[str, Any]:
    """Return a thread as its line."""
    return {
        "thread": talk.numbers[thread.id],
        "kind": thread.kind.value,
        "title": thread.title,
        "author": talk.person(thread.author_id),
        "created_at": _at(thread.created_at),
        "posts": thread.last_number,
        "tags": sorted(tags_in(thread.tags)),
        "pinned_at": _at(thread.pinned_at),
        "locked_at": _at(thread.locked_at),
        "answer": thread.answer,
        "merged_into": talk.numbers.get(thread.merged_into_id),
    }


def post_lines(ctx: Context, talk: Talk, thread: Any) -> Iterator[dict[str, Any]]:
    """Yield the posts of a thread as their lines.

    Of a removed post there is its place alone, as on its page.
    """
    of_thread = Post.thread_id == thread.id
    rows = execute(
        sa.select(
            Post.id,
            Post.number,
            Post.author_id,
            Post.created_at,
            Post.edited_at,
            Post.body,
            Post.answers_id,
            Post.removal,
            Post.moved_to_id,
            Post.has_poll,
        )
        .where(of_thread, Post.number > 0)  # what waits for approval has no place yet
        .order_by(Post.number)
    ).all()
    reactions = _grouped(
        execute(
            sa.select(Reaction.post_id, Reaction.kind, Reaction.user_id)
            .join(Post, Post.id == Reaction.post_id)
            .where(of_thread, Post.removal.is_(None))
            .order_by(Reaction.at, Reaction.id)
        )
    )
    files = _grouped(
        execute(
            sa.select(
                Attachment.post_id,
                Attachment.id,
                Attachment.name,
                Attachment.width,
                Attachment.height,
                StoredFile.digest,
            )
            .join(Post, Post.id == Attachment.post_id)
            .join(StoredFile, StoredFile.id == Attachment.stored_id)
            .where(of_thread, Post.removal.is_(None))
            .order_by(Attachment.name, StoredFile.digest, Attachment.id)
        )
    )
    polls = _grouped(
        execute(
            sa.select(
                Poll.post_id,
                Poll.question,
                Poll.options,
                Poll.kind,
                Poll.most,
                Poll.shows,
                Poll.named,
                Poll.closed_at,
                Poll.closes_at,
            )
            .join(Post, Post.id == Poll.post_id)
            .where(of_thread, Post.removal.is_(None))
        )
    )
    for row in rows:
        parts = _Parts(reactions.get(row.id, []), files.get(row.id, []), polls.get(row.id, []))
        yield _post_line(ctx, talk, row, parts)


@dataclasses.dataclass(frozen=True, slots=True)
class _Parts:
    """What belongs to one post: rows."""

    reactions: Sequence[Any]
    files: Sequence[Any]
    polls: Sequence[Any]


def _post_line(ctx: Context, talk: Talk, row: Any, parts: _Parts) -> dict[str, Any]:
    stands = row.removal is None
    moved_to = talk.places.get(row.moved_to_id)
    removed = row.removal and row.removal.value
    if row.removal is Removal.MOVED and moved_to is None:
        removed = Removal.STAFF.value  # it left this talk: no word of where to
    carried = {}  # by what stands in the body: the line of the file
    addresses = {}
    for file in parts.files:
        path = f"files/{file.digest}{file.name[file.name.rindex('.') :].lower()}"
        own = file_address(path, file.name)
        addresses[attachment_path(file.id, file.name)] = own
        carried[own] = {
            "name": file.name,
            "path": path,
            "width": file.width,
            "height": file.height,
        }
    given: dict[str, list[int]] = {}
    for each in sorted(parts.reactions, key=lambda one: _KINDS[one.kind]):
        given.setdefault(each.kind.value, []).append(talk.person(each.user_id))
    return {
        "thread": talk.places[row.id][0],
        "post": row.number,
        "author": talk.person(row.author_id) if stands else None,
        "created_at": _at(row.created_at),
        "edited_at": _at(row.edited_at) if stands else None,
        "body": portable(row.body, talk.places, addresses) if stands else "",
        "answers": _place(talk.places.get(row.answers_id)) if stands else None,
        "removed": removed,
        "moved_to": _place(moved_to) if row.removal is Removal.MOVED else None,
        "reactions": given,
        "files": list(carried.values()),
        "poll": _poll(parts.polls[0], ctx.now) if parts.polls else None,
    }


def _poll(row: Any, now: dt.datetime) -> dict[str, Any]:
    """Return what a poll asks. What was voted is no part of an archive, nor is its clock."""
    closed = is_closed(row.closed_at, row.closes_at, now)
    at = (row.closed_at or row.closes_at) if closed else None
    return {
        "question": row.question,
        "options": row.options,
        "kind": row.kind.value,
        "most": row.most,
        "shows": row.shows.value,
        "named": row.named,
        "closed_at": _at(at),
    }


def person_lines(talk: Talk) -> Iterator[dict[str, Any]]:
    """Yield who is named in what was read so far, by their numbers."""
    keys = list(talk.people)
    names: dict[uuid.UUID, str] = {}
    for start in range(0, len(keys), 500):
        some = keys[start : start + 500]
        rows = execute(sa.select(User.id, User.name).where(User.id.in_(some)))
        names.update({row.id: row.name for row in rows})
    for key, number in talk.people.items():
        yield {"person": number, "name": names[key]}


def page_of(title: str, lines: Sequence[Mapping[str, Any]], names: Mapping[int, str]) -> str:
    """Return a thread as a page of Markdown, for people."""
    parts = [f"# {title}"]
    for line in lines:
        who = names.get(line["author"], "") if line["author"] else ""
        when = line["created_at"][:16].replace("T", " ")
        head = f"## {line['post']}. {who}, {when} UTC" if who else f"## {line['post']}. {when} UTC"
        parts += [head, line["body"] if line["removed"] is None else f"({line['removed']})"]
    return "\n\n".join(parts) + "\n"


def _place(place: Place | None) -> dict[str, int] | None:
    return {"thread": place[0], "post": place[1]} if place else None


def _at(at: dt.datetime | None) -> str | None:
    return at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ") if at else None


def _grouped(rows: Any) -> dict[uuid.UUID, list[Any]]:
    found: dict[uuid.UUID, list[Any]] = {}
    for row in rows:
        found.setdefault(row.post_id, []).append(row)
    return found


def exports_of(ctx: Context, space_id: uuid.UUID) -> Sequence[Any]:
    """Return the actor's own archives of a space, the last first: rows of ``TalkExport``."""
    return execute(
        visible_talk_exports(ctx)
        .where(TalkExport.space_id == space_id)
        .with_only_columns(
            TalkExport.id,
            TalkExport.state,
            TalkExport.size,
            TalkExport.threads,
            TalkExport.posts,
            TalkExport.asked_at,
        )
        .order_by(TalkExport.asked_at.desc())
    ).all()


def export_file(ctx: Context, export_id: uuid.UUID) -> tuple[str, str]:
    """Return the digest of one of the actor's archives, and what it is called. Raises NotFound.

    There is none before it is written.
    """
    row = execute(
        visible_talk_exports(ctx)
        .join(StoredFile, StoredFile.id == TalkExport.stored_id)
        .join(Space, Space.id == TalkExport.space_id)
        .where(TalkExport.id == export_id)
        .with_only_columns(StoredFile.digest, Space.slug)
    ).one_or_none()
    if row is None:
        raise NotFound
    return row.digest, f"{row.slug}.zip"
