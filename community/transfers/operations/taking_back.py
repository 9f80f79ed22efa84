"""What an import brought is taken back: its threads, while nobody has done anything in them."""

import uuid
from collections.abc import Sequence

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import aliased

from community.accounts.models import User
from community.discussions.models import (
    Attachment,
    Poll,
    Post,
    Reaction,
    ReadPointer,
    Tag,
    Thread,
    ThreadLevel,
    ThreadTag,
)
from community.kernel.context import Context
from community.kernel.db import db, execute
from community.kernel.errors import Conflict
from community.kernel.log import EventRow, Stream
from community.kernel.operation import enqueue, operation, record
from community.kernel.policy import require
from community.spaces.models import Space
from community.spaces.policy import find_space, refuse_archived
from community.transfers.events import ImportTakenBack
from community.transfers.models import GOING_ON, MailAuthor, MailImport, MailMessage, MailState
from community.transfers.operations.holding import held
from community.transfers.operations.jobs import TAKE_BACK
from community.transfers.policy import find_mail_import, may_import_mail
from community.transfers.queries import remaining_in, unnamed_elsewhere

_THREADS = 20  # in one transaction
_AUTHORS = 500
_PARTS = (
    *("read_pointer", "thread_level", "thread_tag", "reaction", "mail_message", "post"),
    *("attachment", "poll"),
)
"""Tables whose rows go with a thread that was brought in; whatever else names it keeps it here."""


@operation
def take_back_mail(ctx: Context, import_id: uuid.UUID) -> MailImport:
    """Take back what an import brought; the worker does it, and says what remains.

    A thread remains in which somebody wrote, or which something else refers to. What was taken back
    already stays so; one that is still being read comes no further. Raises NotFound, Forbidden, and
    Conflict in an archived space and where another archive is at work.
    """
    row = find_mail_import(ctx, import_id, lock=True)
    space = find_space(ctx, row.space_id)
    require(may_import_mail, ctx, space)
    refuse_archived(space)
    if row.state in {MailState.LEAVING, MailState.FAILED}:
        return row
    if row.state is MailState.GONE and not remaining_in(import_id):
        return row
    others = sa.exists().where(
        MailImport.space_id == row.space_id,
        MailImport.id != row.id,
        MailImport.state.in_(GOING_ON),
    )
    if db.session.scalar(sa.select(others)):
        raise Conflict(_("Another archive is at work in this space. Wait till it is done."))
    row.state, row.stored_id = MailState.LEAVING, None
    enqueue(ctx, TAKE_BACK, {"import_id": str(import_id)})
    return row


def carry_out_taking_back(ctx: Context, import_id: str) -> None:
    """Do what ``take_back_mail`` owes, some threads in each transaction."""
    key = uuid.UUID(import_id)
    drop_unwritten(ctx, key)
    while _pass(ctx, key):  # what one led to may go once that is gone
        continue
    last: uuid.UUID | None = uuid.UUID(int=0)
    while last is not None:
        last = _forget_authors(ctx, key, last)
    end(ctx, key)


def _pass(ctx: Context, key: uuid.UUID) -> int:
    """Go through what is left of an import once; returns how many threads went."""
    after, gone = uuid.UUID(int=0), 0
    while True:
        threads = (
            execute(
                sa.select(Post.thread_id)
                .join(MailMessage, MailMessage.post_id == Post.id)
                .where(MailMessage.import_id == key, Post.thread_id > after)
                .group_by(Post.thread_id)
                .order_by(Post.thread_id)
                .limit(_THREADS)
            )
            .scalars()
            .all()
        )
        db.session.close()
        if not threads:
            return gone
        gone += _take(ctx, key, threads)
        after = threads[-1]


@operation
def drop_unwritten(ctx: Context, import_id: uuid.UUID) -> None:
    """Forget the messages that had not become posts yet."""
    if held(import_id, MailState.LEAVING) is None:
        return
    execute(
        sa.delete(MailMessage).where(
            MailMessage.import_id == import_id, MailMessage.post_id.is_(None)
        )
    )


@operation
def _take(ctx: Context, import_id: uuid.UUID, keys: Sequence[uuid.UUID]) -> int:
    """Delete those of some threads that nothing but the import stands for; returns how many."""
    row = held(import_id, MailState.LEAVING)
    if row is None:
        return 0
    tagged = sa.select(ThreadTag.tag_id).where(ThreadTag.thread_id.in_(list(keys))).limit(1)
    if execute(tagged).first() is not None:  # who makes or ends a tag holds the space first
        hold = sa.select(Space).where(Space.id == row.space_id).with_for_update(key_share=True)
        db.session.scalars(hold).one()
    # Whoever writes a reply, or a row that names the thread, waits here, and finds nothing then.
    threads = db.session.scalars(
        sa.select(Thread)
        .where(Thread.id.in_(list(keys)), Thread.space_id == row.space_id)
        .order_by(Thread.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    brought = sa.exists().where(MailMessage.post_id == Post.id, MailMessage.import_id == import_id)
    ours = [thread.id for thread in threads]
    written_in = set(
        execute(
            sa.select(Post.thread_id).where(Post.thread_id.in_(ours), ~brought).distinct()
        ).scalars()
    )
    free = [key for key in ours if key not in written_in]
    free = list(
        execute(
            sa.select(Thread.id).where(
                Thread.id.in_(free), unnamed_elsewhere(Thread, but=(*_PARTS, "thread"))
            )
        ).scalars()
    )
    kept = _kept_among(free)
    free = [key for key in free if key not in kept]
    _delete(free)
    return len(free)


def _kept_among(threads: Sequence[uuid.UUID]) -> set[uuid.UUID]:
    """Return those of some threads that others lead to, or that hold what somebody did."""
    outside, other = Post.thread_id.not_in(list(threads)), aliased(Post)
    within = Post.thread_id.in_(list(threads))
    found = set(
        execute(
            sa.select(Thread.merged_into_id).where(
                Thread.merged_into_id.in_(list(threads)), Thread.id.not_in(list(threads))
            )
        ).scalars()
    )
    named = sa.select(Post.thread_id).where(within, ~unnamed_elsewhere(Post, but=_PARTS))
    found |= set(execute(named.distinct()).scalars())
    for name in (Post.answers_id, Post.moved_to_id):
        led = sa.select(other.thread_id).join(Post, name == other.id)
        led = led.where(other.thread_id.in_(list(threads)), outside)
        found |= set(execute(led.distinct()).scalars())
    return found


def _delete(threads: Sequence[uuid.UUID]) -> None:
    """Delete threads, with their posts and what people noted of them for themselves."""
    if not threads:
        return
    posts = sa.select(Post.id).where(Post.thread_id.in_(list(threads)))
    tied = sa.select(ThreadTag.tag_id).where(ThreadTag.thread_id.in_(list(threads))).distinct()
    tags = list(execute(tied).scalars())
    execute(sa.delete(MailMessage).where(MailMessage.post_id.in_(posts)))
    for part in (Reaction, Attachment, Poll):
        execute(sa.delete(part).where(part.post_id.in_(posts)))
    for model in (ReadPointer, ThreadLevel, ThreadTag):
        execute(sa.delete(model).where(model.thread_id.in_(list(threads))))
    used = sa.exists().where(ThreadTag.tag_id == Tag.id)
    execute(sa.delete(Tag).where(Tag.id.in_(tags), ~used))
    execute(sa.delete(Post).where(Post.thread_id.in_(list(threads))))
    execute(sa.delete(Thread).where(Thread.id.in_(list(threads))))
    told = sa.exists().where(EventRow.stream_id == Stream.id)  # the log stays as it was written
    execute(sa.delete(Stream).where(Stream.id.in_(list(threads)), ~told))


@operation
def _forget_authors(ctx: Context, import_id: uuid.UUID, after: uuid.UUID) -> uuid.UUID | None:
    """Forget authors of whom nothing remains, some after ``after``; None: these were the last."""
    row = held(import_id, MailState.LEAVING)
    if row is None:
        return None
    names = list(
        execute(
            sa.select(MailAuthor.user_id)
            .where(MailAuthor.space_id == row.space_id, MailAuthor.user_id > after)
            .order_by(MailAuthor.user_id)
            .limit(_AUTHORS)
        ).scalars()
    )
    unnamed = unnamed_elsewhere(User, but=("mail_author",))
    gone = list(execute(sa.select(User.id).where(User.id.in_(names), unnamed)).scalars())
    execute(sa.delete(MailAuthor).where(MailAuthor.user_id.in_(gone)))
    execute(sa.delete(User).where(User.id.in_(gone), User.from_archive))
    return names[-1] if len(names) == _AUTHORS else None


@operation
def end(ctx: Context, import_id: uuid.UUID, *, finished: bool = True) -> None:
    """Say what remains of an import that was taken back as far as it could be.

    Where that did not come to its end (``finished``), more may go the next time.
    """
    row = held(import_id, MailState.LEAVING)
    if row is None:
        return
    remaining = remaining_in(import_id)
    row.state, row.ended_at = MailState.GONE, ctx.now
    told = {name: value for name, value in row.report.items() if name != "unfinished"}
    row.report = told | {"remaining": remaining} | ({} if finished else {"unfinished": True})
    record(ImportTakenBack(space_id=row.space_id, import_id=import_id, remaining=remaining))
