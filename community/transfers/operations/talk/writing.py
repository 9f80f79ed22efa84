"""Posts of an archive are written, a few dozen in a transaction."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from community.discussions.models import (
    Attachment,
    Poll,
    PollKind,
    PollShows,
    Post,
    Reaction,
    ReactionKind,
    Removal,
    Thread,
)
from community.discussions.rules import counts_text, tally_of
from community.kernel import markdown
from community.kernel.context import Context
from community.kernel.db import db, execute
from community.kernel.keys import new_key
from community.kernel.operation import operation
from community.kernel.threads import in_thread
from community.transfers.models import MailImport, MailMessage, MailState
from community.transfers.operations.holding import held
from community.transfers.operations.messages import count_files
from community.transfers.operations.talk.opened import Archive, Here, here, opened
from community.transfers.operations.talk.posts import Made, made_of
from community.transfers.operations.talk.threads import NOBODY, authors_of, begin_threads
from community.transfers.rules import BATCH


def write_some(
    ctx: Context, space_id: uuid.UUID, import_id: uuid.UUID, digest: str, most: int
) -> bool:
    """Write at most about ``most`` posts; returns whether all are written."""
    archive = in_thread(opened, digest)
    stands = here(archive, space_id, import_id)
    done = 0
    while done < most:
        rows = execute(
            sa.select(MailMessage.id, MailMessage.offset, MailMessage.size)
            .where(MailMessage.import_id == import_id, MailMessage.post_id.is_(None))
            .order_by(MailMessage.place)
            .limit(BATCH)
        ).all()
        db.session.close()  # rendering takes long: hold no connection meanwhile
        if not rows:
            _link(ctx, archive, stands)
            return True
        made = [made_of(ctx, archive, space_id, stands, row) for row in rows]
        _write(ctx, archive, stands, made)
        done += len(rows)
    return False


@operation
def _write(ctx: Context, archive: Archive, stands: Here, made: Sequence[Made]) -> None:
    """Write posts, with their threads where they are the first of them."""
    row = held(stands.import_id, MailState.WRITING)
    if row is None:
        return
    waiting = sa.select(MailMessage.id).where(
        MailMessage.id.in_([each.row_id for each in made]), MailMessage.post_id.is_(None)
    )
    still = set(execute(waiting).scalars())
    made = [each for each in made if each.row_id in still]
    if not made:
        return
    authors = authors_of(ctx, row, archive, made)
    begin_threads(row, archive, stands, {each.place[0] for each in made}, authors)
    there = {each.post_id for each in made} | set(stands.posts.values())
    execute(sa.insert(Post), [_post(stands, each, authors, there) for each in made])
    _add_parts(ctx, row, archive, made, authors)
    table: Any = MailMessage.__table__
    execute(
        sa.update(table)
        .where(table.c.id == sa.bindparam("message", type_=sa.Uuid()))
        .values(post_id=sa.bindparam("post", type_=sa.Uuid())),
        [{"message": each.row_id, "post": each.post_id} for each in made],
    )
    row.written += len(made)
    count_files(row, made)


def _post(
    stands: Here,
    each: Made,
    authors: Mapping[int, uuid.UUID],
    there: set[uuid.UUID],
) -> dict[str, Any]:
    line = each.line
    answers, moved_to = line["answers"], line["moved_to"]
    above = (answers["thread"], answers["post"]) if answers else None
    given = {kind: len(who) for kind, who in line["reactions"].items()}
    removed = Removal(line["removed"]) if line["removed"] else None
    earlier = above is not None and (above < each.place or stands.post(above) in there)
    return {
        "id": each.post_id,
        "thread_id": stands.thread(each.place[0]),
        "number": each.place[1],
        "author_id": authors[line["author"] or NOBODY],
        "body": each.body,
        "html": each.html,
        "renderer": markdown.RENDERER,
        "reply_to": above[1] if above and above[0] == each.place[0] else None,
        "answers_id": stands.post(above) if above and earlier else None,
        "moved_to_id": stands.post((moved_to["thread"], moved_to["post"])) if moved_to else None,
        "created_at": line["created_at"],
        "edited_at": line["edited_at"],
        "removal": removed,
        "removed_at": line["created_at"] if removed else None,
        "reactions": counts_text((kind.value, given.get(kind.value, 0)) for kind in ReactionKind),
        "has_poll": line["poll"] is not None,
    }


def _add_parts(
    ctx: Context,
    row: MailImport,
    archive: Archive,
    made: Sequence[Made],
    authors: Mapping[int, uuid.UUID],
) -> None:
    """Add reactions, polls and files of posts."""
    reactions = [
        {
            "id": new_key(),
            "post_id": each.post_id,
            "user_id": authors[who],
            "kind": ReactionKind(kind),
            "at": ctx.now + dt.timedelta(microseconds=at),  # so that their order stays
        }
        for each in made
        for kind, many in each.line["reactions"].items()
        for at, who in enumerate(dict.fromkeys(many))
    ]
    if reactions:
        execute(sa.insert(Reaction), reactions)
    for each in made:
        if each.line["poll"]:
            db.session.add(_poll(each.post_id, each.line["poll"]))
        for file in each.files:
            db.session.add(
                Attachment(
                    id=file.id,
                    space_id=row.space_id,
                    uploader_id=authors[each.line["author"]],
                    post_id=each.post_id,
                    stored_id=file.stored_id,
                    name=file.name,
                    size=file.size,
                    width=file.width,
                    height=file.height,
                    added_at=ctx.now,
                    loose_since=None,
                )
            )
    db.session.flush()


def _poll(post_id: uuid.UUID, line: Mapping[str, Any]) -> Poll:
    kind = PollKind(line["kind"])
    several = len(line["options"])
    return Poll(
        id=new_key(),
        post_id=post_id,
        question=line["question"],
        options=list(line["options"]),
        kind=kind,
        most=min(line["most"], several),
        shows=PollShows(line["shows"]),
        named=line["named"],
        local_at=None,
        zone=None,
        closes_at=None,
        closed_at=line["closed_at"],
        tally=tally_of({}, several, ranked=kind is PollKind.RANKED),
    )


@operation
def _link(ctx: Context, archive: Archive, stands: Here) -> None:
    """Let posts lead to later ones, and merged threads to where they went."""
    if held(stands.import_id, MailState.WRITING) is None:
        return
    for place, line in archive.posts.items():
        answers = line["answers"]
        above = (answers["thread"], answers["post"]) if answers else None
        if above is not None and above > place and place not in stands.posts:
            execute(
                sa.update(Post)
                .where(Post.id == stands.post(place), Post.answers_id.is_(None))
                .values(answers_id=stands.post(above))
            )
    for number, line in archive.threads.items():
        if line["merged_into"] is not None and number not in stands.threads:
            execute(
                sa.update(Thread)
                .where(Thread.id == stands.thread(number))
                .values(merged_into_id=stands.thread(line["merged_into"]))
            )
