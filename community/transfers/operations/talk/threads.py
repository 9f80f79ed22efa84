"""Threads of an archive begin here, as they stood, and who is named in them."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from community.discussions.models import (
    Thread,
    ThreadKind,
)
from community.discussions.operations.tags import set_tags
from community.discussions.queries import pinned_in
from community.discussions.rules import MOST_PINNED
from community.kernel.context import Context
from community.kernel.db import db, execute
from community.kernel.errors import Conflict
from community.kernel.log import Stream
from community.spaces.models import Space
from community.transfers.models import MailImport
from community.transfers.operations.authors import named_authors
from community.transfers.operations.talk.opened import Archive, Here
from community.transfers.operations.talk.posts import Made
from community.transfers.rules import key_of

NOBODY = 0  # who wrote what was removed: nobody is named


def authors_of(
    ctx: Context, row: MailImport, archive: Archive, made: Sequence[Made]
) -> dict[int, uuid.UUID]:
    """Return who is named in some posts and their threads, by their numbers."""
    numbers = {NOBODY}
    for each in made:
        numbers.add(archive.threads[each.place[0]]["author"])
        numbers |= {each.line["author"]} - {None}
        numbers |= {one for many in each.line["reactions"].values() for one in many}
    for each in made:  # the last word of a thread is somebody's
        numbers.add(last_of(archive, each.place[0])[1] or NOBODY)
    keys = {
        number: key_of(str(row.space_id), "talk", archive.digest, str(number)) for number in numbers
    }
    names = {keys[number]: archive.people.get(number, "") for number in numbers}
    found = named_authors(ctx, row.space_id, names)
    return {number: found[key] for number, key in keys.items()}


def last_of(archive: Archive, thread: int) -> tuple[dt.datetime, int]:
    """Return when the newest post of a thread that stands was written, and by whom."""
    head = archive.threads[thread]
    best = None
    for number in range(1, head["posts"] + 1):
        line = archive.posts[thread, number]
        if line["removed"] is None and (best is None or line["created_at"] >= best[0]):
            best = (line["created_at"], line["author"])
    return best or (head["created_at"], head["author"])


def begin_threads(
    row: MailImport,
    archive: Archive,
    here: Here,
    numbers: set[int],
    authors: Mapping[int, uuid.UUID],
) -> None:
    """Begin those of some threads that are not there yet, as they stood; part of an operation."""
    keys = {here.thread(number): number for number in numbers}
    there = set(execute(sa.select(Thread.id).where(Thread.id.in_(list(keys)))).scalars())
    new = {key: number for key, number in keys.items() if key not in there}
    if not new:
        return
    hold = sa.select(Space).where(Space.id == row.space_id).with_for_update(key_share=True)
    db.session.scalars(hold).one()
    pins = pinned_in(row.space_id)
    execute(sa.insert(Stream), [{"id": key, "head": 0} for key in new])
    for key, number in sorted(new.items(), key=lambda item: item[1]):
        line = archive.threads[number]
        last_at, last_by = last_of(archive, number)
        posts = [archive.posts[number, at] for at in range(1, line["posts"] + 1)]
        pinned = line["pinned_at"] if pins < MOST_PINNED else None
        pins += pinned is not None
        thread = Thread(
            id=key,
            space_id=row.space_id,
            kind=ThreadKind(line["kind"]),
            title=line["title"],
            author_id=authors[line["author"]],
            created_at=line["created_at"],
            last_number=line["posts"],
            history=line["posts"],
            removed=sum(post["removed"] is not None for post in posts),
            last_posted_at=last_at,
            last_author_id=authors[last_by],
            pinned_at=pinned,
            locked_at=line["locked_at"],
            answer=line["answer"],
        )
        db.session.add(thread)
        db.session.flush()
        if line["tags"]:
            _tag(thread, line["tags"])


def _tag(thread: Thread, tags: Sequence[str]) -> None:
    try:
        set_tags(thread, tags)
    except Conflict:  # the space has as many tags as may be
        return
