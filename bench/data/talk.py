"""Threads, posts, their events, and how far each member has read."""

import dataclasses
import datetime as dt
import itertools
import random
import uuid
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from bench.data import words
from bench.data.bulk import insert
from bench.data.people import People
from bench.sizes import POSTS_A_PAGE, Size
from community.discussions.events import ReplyPosted, ThreadStarted
from community.discussions.models import Post, ReadPointer, Thread, ThreadKind, ThreadLevel
from community.discussions.rules import Level
from community.kernel import markdown
from community.kernel.keys import new_key
from community.kernel.log import EventRow, Stream

FULL = 0.2  # of all threads have exactly a page of posts; they are what is measured
OTHERS = (3, 5, 7, 8, 10, 12)  # posts of the others, 7.5 on average
OF_MANY, IN_MANY = 25, 5  # threads of each of one member's many spaces, and posts of each
POINTERS = 30  # threads a member has read in, besides those they wrote in
KINDS = (ThreadKind.QUESTION, ThreadKind.DISCUSSION, ThreadKind.SHOW_AND_TELL, ThreadKind.ASK)
Row = dict[str, Any]


def load(
    connection: sa.Connection, size: Size, people: People, runs: list[uuid.UUID], now: dt.datetime
) -> list[uuid.UUID]:
    """Load the talk of all spaces; returns the threads of exactly a page, half in the network.

    ``runs`` are the spaces of the size's runs, in which the other half is.
    """
    rng = random.Random(2)
    writer = _Writer(rng, words.bodies(rng), people, now)
    full = int(size.threads * FULL)
    spaces = [people.network if n % 2 else runs[n // 2 % len(runs)] for n in range(full)]
    others = [*people.peers, people.rooms]
    spaces += [others[n % len(others)] for n in range(size.threads - full)]
    lengths = [POSTS_A_PAGE] * full
    lengths += [OTHERS[n % len(OTHERS)] for n in range(size.threads - full)]
    keys = [new_key() for _ in spaces]
    for start in range(0, len(keys), 500):
        batch = slice(start, start + 500)
        made = [
            _thread(writer, *plan)
            for plan in zip(keys[batch], spaces[batch], lengths[batch], strict=True)
        ]
        insert(connection, Stream, (row for thread in made for row in thread[0]))
        for place, model in enumerate((Thread, Post, EventRow, ReadPointer), start=1):
            insert(connection, model, itertools.chain.from_iterable(t[place] for t in made))
    return keys[:full]


def load_long(
    connection: sa.Connection, people: People, space_id: uuid.UUID, length: int, now: dt.datetime
) -> uuid.UUID:
    """Load one thread of ``length`` posts, of which the space's first member has read half."""
    rng = random.Random(3)
    writer, key = _Writer(rng, words.bodies(rng), people, now), new_key()
    streams, threads, posts, events, pointers = _thread(writer, key, space_id, length)
    reader = people.of_space[space_id][0]
    pointers = [row for row in pointers if row["user_id"] != reader]
    pointers += _pointers({reader: length // 2}, key, now)
    for model, rows in (
        (Stream, streams),
        (Thread, threads),
        (Post, posts),
        (EventRow, events),
        (ReadPointer, pointers),
    ):
        insert(connection, model, iter(rows))
    return key


def load_many(connection: sa.Connection, people: People, now: dt.datetime) -> None:
    """Load threads of five posts into the many spaces of one member."""
    rng = random.Random(4)
    writer = _Writer(rng, words.bodies(rng), people, now)
    for space_id in people.many:
        made = [_thread(writer, new_key(), space_id, IN_MANY) for _ in range(OF_MANY)]
        for place, model in enumerate((Stream, Thread, Post, EventRow, ReadPointer)):
            insert(connection, model, itertools.chain.from_iterable(t[place] for t in made))


def watch(
    connection: sa.Connection, thread_id: uuid.UUID, keys: list[uuid.UUID], now: dt.datetime
) -> None:
    """Have people watch a thread."""
    rows = [
        {
            "id": new_key(),
            "user_id": key,
            "thread_id": thread_id,
            "level": Level.WATCHING,
            "at": now,
        }
        for key in keys
    ]
    insert(connection, ThreadLevel, rows)


@dataclasses.dataclass(frozen=True, slots=True)
class _Writer:
    """What threads are made of."""

    rng: random.Random
    texts: list[tuple[str, str]]
    people: People
    now: dt.datetime


def _thread(
    writer: _Writer, key: uuid.UUID, space_id: uuid.UUID, length: int
) -> tuple[list[Row], list[Row], list[Row], list[Row], list[Row]]:
    """Return the rows of a thread: stream, thread, posts, events, read pointers."""
    rng, members, now = writer.rng, writer.people.of_space[space_id], writer.now
    authors = rng.choices(members, k=length)
    least = 60 * length
    began = now - dt.timedelta(minutes=rng.randint(least, max(least, 60 * 24 * 60)))
    times = [began + dt.timedelta(minutes=55 * n) for n in range(length)]
    posts = [
        _post(writer, key, n + 1, authors[n]) | {"created_at": times[n]} for n in range(length)
    ]
    events = [_event(key, space_id, post) for post in posts]
    thread = {
        "id": key,
        "space_id": space_id,
        "kind": rng.choice(KINDS),
        "title": words.title(rng, rng.randint(1, 9_999)),
        "author_id": authors[0],
        "created_at": began,
        "last_number": length,
        "last_posted_at": times[-1],
        "last_author_id": authors[-1],
    }
    read = {key: rng.randint(1, length) for key in _readers(rng, members)}
    read.update({author: number for number, author in enumerate(authors, start=1)})
    return [{"id": key, "head": length}], [thread], posts, events, list(_pointers(read, key, now))


def _readers(rng: random.Random, members: list[uuid.UUID]) -> list[uuid.UUID]:
    return rng.sample(members, min(len(members), POINTERS))


def _post(writer: _Writer, thread_id: uuid.UUID, number: int, author_id: uuid.UUID) -> Row:
    rng = writer.rng
    text, html = rng.choice(writer.texts)
    return {
        "id": new_key(),
        "thread_id": thread_id,
        "number": number,
        "author_id": author_id,
        "body": text,
        "html": html,
        "renderer": markdown.RENDERER,
        "reply_to": rng.randint(1, number - 1) if number > 1 and rng.random() < 0.3 else None,
    }


def _event(thread_id: uuid.UUID, space_id: uuid.UUID, post: Row) -> Row:
    number, told = post["number"], {"author_id": post["author_id"], "post_id": post["id"]}
    event = (
        ThreadStarted(thread_id=thread_id, space_id=space_id, **told)
        if number == 1
        else ReplyPosted(thread_id=thread_id, space_id=space_id, number=number, **told)
    )
    return {
        "id": new_key(),
        "name": event.name,
        "actor_id": post["author_id"],
        "happened_at": post["created_at"],
        "stream_id": thread_id,
        "seq": number,
        "client_id": f"loaded-{number:05d}",
        "payload": event.payload(),
    }


def _pointers(read: dict[uuid.UUID, int], thread_id: uuid.UUID, at: dt.datetime) -> Iterator[Row]:
    for user_id, number in read.items():
        yield {
            "id": new_key(),
            "user_id": user_id,
            "thread_id": thread_id,
            "number": number,
            "at": at,
        }
