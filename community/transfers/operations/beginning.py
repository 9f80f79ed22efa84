"""An archive of mail is handed over: looked at first, then kept till the worker has read it."""

import gzip
import uuid
import zlib
from typing import IO, NoReturn, cast

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from community.accounts.operations import use_allowance
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.errors import Conflict, Invalid
from community.kernel.files.keeping import coming, keep
from community.kernel.files.names import file_name
from community.kernel.files.store import Coming, TooLarge
from community.kernel.files.words import size_words
from community.kernel.keys import new_key
from community.kernel.operation import enqueue, operation, record
from community.kernel.policy import find, require
from community.kernel.threads import in_thread
from community.spaces.models import Space
from community.spaces.policy import find_space, refuse_archived, visible_spaces
from community.transfers.events import MailImportBegun
from community.transfers.formats.mbox import looks_like_mail
from community.transfers.formats.talk import ArchiveRefused, Reader
from community.transfers.models import GOING_ON, ImportKind, MailImport, MailState
from community.transfers.operations.jobs import READ_MAIL
from community.transfers.policy import may_bring_archive
from community.transfers.rules import MOST_BYTES, MOST_IMPORTS

_GZIP = b"\x1f\x8b"
_ZIP = b"PK\x03\x04"
_SUFFIXES = {ImportKind.MAIL: ".mbox", ImportKind.TALK: ".zip"}
_LONGEST_NAME = 120


def refuse_mail_import(ctx: Context, space_id: uuid.UUID) -> None:
    """Raise what ``begin_mail_import`` would for who may not, before anything is read."""
    space = find_space(ctx, space_id)
    require(may_bring_archive, ctx, space)
    refuse_archived(space)


def begin_mail_import(
    ctx: Context, space_id: uuid.UUID, *, name: str, source: IO[bytes]
) -> MailImport:
    """Keep an archive of mail (mbox, also packed by gzip) or of ours, and owe its import.

    Raises NotFound, Forbidden, Invalid naming ``upload`` for what is no such archive or too large,
    Conflict in an archived space and where another one is at work, and TooMany where the actor has
    added as much within a day as one may.
    """
    db.session.close()  # reading takes long: hold no connection meanwhile
    source.seek(0)
    sign = source.read(4)
    source.seek(0)
    if sign == _ZIP:
        return _begin_talk(ctx, space_id, name, source)
    plain = cast(IO[bytes], gzip.GzipFile(fileobj=source)) if sign[:2] == _GZIP else source
    try:
        if not looks_like_mail(plain.read(20_000)):
            _refuse(_("This is neither an archive of mail (mbox) nor one of a space's talk."))
        plain.seek(0)
        with coming(plain, most=MOST_BYTES) as came:
            return _begin(ctx, space_id, came, name, ImportKind.MAIL)
    except TooLarge:
        words = _("Unpacked, this archive has more than %(most)s.", most=size_words(MOST_BYTES))
        _refuse(words)
    except (gzip.BadGzipFile, EOFError, zlib.error):
        _refuse(_("This file is damaged: it cannot be unpacked."))


def _begin_talk(ctx: Context, space_id: uuid.UUID, name: str, source: IO[bytes]) -> MailImport:
    """Look at what an archive of ours holds before it is kept; its lines are the worker's to read.

    A few bytes of a ZIP can hold so many that a process that serves people would do nothing else.
    """
    try:
        in_thread(Reader, source)
    except ArchiveRefused as error:
        _refuse(str(WHY[error.why]))
    source.seek(0)
    with coming(source, most=MOST_BYTES) as came:
        return _begin(ctx, space_id, came, name, ImportKind.TALK)


WHY = {
    "no_archive": _l("This is neither an archive of mail (mbox) nor one of a space's talk."),
    "version": _l("This archive was written in a version that is not known here."),
    "names": _l("This archive holds files that do not belong into one."),
    "large": _l("There is more in this archive than one import takes."),
    "checksum": _l("This archive is damaged: its checksums differ."),
    "content": _l("This archive is not written as its description says."),
}
"""What is said of an archive that is refused, by ``ArchiveRefused.why``."""


def _refuse(words: str) -> NoReturn:
    raise Invalid(_("This file cannot be used."), fields={"upload": [words]})


@operation
def _begin(
    ctx: Context, space_id: uuid.UUID, came: Coming, name: str, kind: ImportKind
) -> MailImport:
    """Do what ``begin_mail_import`` says, with a file that is here."""
    space = hold_space(ctx, space_id)
    require(may_bring_archive, ctx, space)
    refuse_archived(space)
    here = MailImport.space_id == space_id
    if db.session.scalar(sa.select(sa.exists().where(here, MailImport.state.in_(GOING_ON)))):
        raise Conflict(_("Another archive is at work in this space. Wait till it is done."))
    counted = sa.select(sa.func.count()).where(here, MailImport.state != MailState.FAILED)
    if db.session.scalars(counted).one() >= MOST_IMPORTS:
        raise Conflict(_("No more archives can be brought into this space."))
    if ctx.actor_id is not None:
        use_allowance(ctx, came.size)
    made = MailImport(
        id=new_key(),
        space_id=space_id,
        by_id=ctx.actor_id,
        stored_id=keep(ctx, came).id,
        name=file_name(name.removesuffix(".gz"), _SUFFIXES[kind], _LONGEST_NAME),
        kind=kind,
        size=came.size,
        state=MailState.READING,
        began_at=ctx.now,
        ended_at=None,
        report={},
    )
    db.session.add(made)
    enqueue(ctx, READ_MAIL, {"import_id": str(made.id)})
    record(MailImportBegun(space_id=space_id, import_id=made.id))
    return made


def hold_space(ctx: Context, space_id: uuid.UUID) -> Space:
    """Return a space whose row is held; any, for whoever has the command line. Raises NotFound."""
    if ctx.origin == "shell":
        return find(sa.select(Space), space_id, lock=True)
    return find(visible_spaces(ctx), space_id, lock=True)
