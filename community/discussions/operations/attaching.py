"""Files are sent for posts: looked at first, then kept; and let go where no post came of them."""

import dataclasses
import io
import uuid
from typing import IO

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import ngettext

from community.accounts.operations import use_allowance
from community.discussions.models import Attachment
from community.discussions.models.attachments import LONGEST_NAME
from community.discussions.operations.drawing import drawn
from community.discussions.operations.words import Words
from community.discussions.policy import may_attach
from community.discussions.queries import room_used
from community.discussions.rules import LOOSE_FOR, MOST_LOOSE
from community.kernel.context import Context
from community.kernel.db import db, execute
from community.kernel.errors import Conflict, Invalid
from community.kernel.files.keeping import coming, keep
from community.kernel.files.models import StoredFile
from community.kernel.files.names import file_name
from community.kernel.files.sorts import Picture, Unusable, sort_of
from community.kernel.files.store import Coming, TooLarge
from community.kernel.files.words import size_words
from community.kernel.installed import installed
from community.kernel.keys import new_key
from community.kernel.operation import operation
from community.kernel.pictures import ONE_PICTURE, kind_of_picture
from community.kernel.policy import require
from community.kernel.threads import in_thread
from community.spaces.policy import find_space, refuse_archived

SWEPT_AT_ONCE = 200


def refuse_attachment(ctx: Context, space_id: uuid.UUID) -> None:
    """Raise what ``add_attachment`` would for who may not, before anything of a file is read."""
    space = find_space(ctx, space_id)
    require(may_attach, ctx, space)
    refuse_archived(space)


def add_attachment(
    ctx: Context, space_id: uuid.UUID, *, name: str, source: IO[bytes]
) -> Attachment:
    """Keep a file for a post of a space that is yet to be written; its content tells what it is.

    A picture is drawn anew. The same file of the same name, not yet in a post, is the one that is
    there. Raises NotFound, Forbidden, Invalid naming ``upload`` for what is not taken, Conflict in
    an archived space, where the space is full and where too many wait to be put into posts, and
    TooMany where the actor has added as much within a day as one may.
    """
    refuse_attachment(ctx, space_id)
    db.session.close()  # reading takes long: hold no connection meanwhile
    most = installed().settings.attachment_limit
    source.seek(0)
    head = source.read(4096)
    source.seek(0)
    try:
        if kind_of_picture(head):
            return _add_picture(ctx, space_id, name, source, most)
        suffix = in_thread(sort_of, source, name).suffix
        source.seek(0)
        with coming(source, most=most) as came:
            return _add(ctx, space_id, came, _Named(file_name(name, suffix, LONGEST_NAME)))
    except Picture as error:
        raise _refused(_("Of pictures, JPEG, PNG and WebP are taken. Save it as one.")) from error
    except Unusable as error:
        raise _refused(str(error)) from error
    except TooLarge as error:
        words = _("This file is larger than %(most)s.", most=size_words(most))
        raise _refused(words) from error


@dataclasses.dataclass(frozen=True, slots=True)
class Fitted:
    """A file in memory as a post would carry it: looked at, a picture drawn anew."""

    name: str
    data: bytes = dataclasses.field(repr=False)
    width: int | None = None
    height: int | None = None


def fitted(name: str, data: bytes, *, most: int) -> Fitted:
    """Return a file that was not sent by a form as a post may carry it; it is kept nowhere yet.

    Raises TooLarge beyond ``most`` bytes, Invalid or Unusable for what is not taken.
    """
    if len(data) > most:
        raise TooLarge
    if kind_of_picture(data):
        return _drawn(name, data, most)
    suffix = in_thread(sort_of, io.BytesIO(data), name).suffix
    return Fitted(file_name(name, suffix, LONGEST_NAME), data)


def _drawn(name: str, data: bytes, most: int) -> Fitted:
    with ONE_PICTURE:
        made = in_thread(drawn, data, most=most)
    stem = name[: name.rfind(".")] if "." in name else name
    called = file_name(f"{stem}{made.suffix}", made.suffix, LONGEST_NAME)
    return Fitted(called, made.data, made.width, made.height)


@dataclasses.dataclass(frozen=True, slots=True)
class _Named:
    """What a file is called, and the sides of a picture."""

    name: str
    width: int | None = None
    height: int | None = None


def _refused(message: str) -> Invalid:
    return Invalid(_("This file cannot be used."), fields={"upload": [message]})


def _add_picture(
    ctx: Context, space_id: uuid.UUID, name: str, source: IO[bytes], most: int
) -> Attachment:
    data = source.read(most + 1)
    if len(data) > most:
        raise TooLarge
    try:
        made = _drawn(name, data, most)
    except Invalid as error:
        raise _refused(" ".join(error.fields["picture"])) from error
    with coming(io.BytesIO(made.data), most=max(most, len(made.data))) as came:
        return _add(ctx, space_id, came, _Named(made.name, made.width, made.height))


@operation
def _add(ctx: Context, space_id: uuid.UUID, came: Coming, named: _Named) -> Attachment:
    """Do what ``add_attachment`` says, with a file that is here and known."""
    space = find_space(ctx, space_id, lock=True)  # two at once would fill it beyond its limit
    require(may_attach, ctx, space)
    refuse_archived(space)
    loose = (
        Attachment.uploader_id == ctx.person,
        Attachment.space_id == space_id,
        Attachment.post_id.is_(None),
    )
    same: Attachment | None = db.session.scalars(
        sa.select(Attachment)
        .join(StoredFile, StoredFile.id == Attachment.stored_id)
        .where(*loose, Attachment.name == named.name, StoredFile.digest == came.digest)
        .limit(1)
    ).first()
    if same is not None:
        return same
    waiting = db.session.scalars(sa.select(sa.func.count(Attachment.id)).where(*loose)).one()
    if waiting >= MOST_LOOSE:
        raise Conflict(
            ngettext(
                "%(num)d file of yours waits here to be put into a post. Send some first.",
                "%(num)d files of yours wait here to be put into a post. Send some first.",
                MOST_LOOSE,
            )
        )
    most = installed().settings.space_limit
    if room_used(space_id) + came.size > most:
        raise Conflict(
            _(
                "The files of this space have %(most)s together at most, and there is no room for"
                " this one. Tell an organiser: what stands in posts that were removed makes room"
                " after 14 days, or after 30 where their authors did not do it.",
                most=size_words(most),
            )
        )
    use_allowance(ctx, came.size)
    made = Attachment(
        id=new_key(),
        space_id=space_id,
        uploader_id=ctx.person,
        post_id=None,
        stored_id=keep(ctx, came).id,
        name=named.name,
        size=came.size,
        width=named.width,
        height=named.height,
        added_at=ctx.now,
        loose_since=ctx.now,
    )
    db.session.add(made)
    return made


def sweep_attachments(ctx: Context) -> int:
    """Let go of files that have belonged to no post for ``LOOSE_FOR``; returns how many."""
    gone = 0
    while some := _sweep_some(ctx):
        gone += some
    return gone


@operation
def _sweep_some(ctx: Context) -> int:
    """Let go of a batch, in one transaction; returns how many."""
    old = (
        sa.select(Attachment.id)
        .where(Attachment.loose_since < ctx.now - LOOSE_FOR)
        .limit(SWEPT_AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    keys = db.session.scalars(old).all()
    if keys:
        execute(sa.delete(Attachment).where(Attachment.id.in_(keys)))
    return len(keys)


def attach_files(ctx: Context, words: Words, space_id: uuid.UUID) -> None:
    """Let a post that is written carry the files it shows, and no others.

    What it shows no more belongs to no post again. Raises Conflict where a file was put into
    another post meanwhile, or has gone.
    """
    carried = Attachment.post_id == words.post_id
    loose = sa.and_(
        Attachment.post_id.is_(None),
        Attachment.uploader_id == ctx.person,
        Attachment.space_id == space_id,
    )
    shown = Attachment.id.in_(words.files)
    left = sa.update(Attachment).where(carried, ~shown)
    execute(left.values(post_id=None, loose_since=ctx.now))
    if not words.files:
        return
    # In order: two posts that name the same ones wait for each other, and never in a ring.
    execute(sa.select(Attachment.id).where(shown).order_by(Attachment.id).with_for_update())
    taken = sa.update(Attachment).where(shown, sa.or_(loose, carried))
    found = execute(
        taken.values(post_id=words.post_id, loose_since=None).returning(Attachment.id)
    ).all()
    if len(found) < len(words.files):
        raise Conflict(
            _("A file of this post stands in another one already, or is gone. Send it once more.")
        )
