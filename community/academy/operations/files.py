"""Files of a draft that are kept as they came: looked at first, then put where they are kept."""

import uuid
from pathlib import PurePosixPath
from typing import IO

import sqlalchemy as sa
from flask_babel import gettext as _

from community.academy.formats.attachments import MAX_ALL_FILES, MAX_FILES_OF_COURSE
from community.academy.models import DraftFile
from community.academy.operations.holding import held_draft
from community.academy.policy import visible_draft_files, visible_drafts
from community.academy.rules import FILES
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.errors import Conflict, Invalid
from community.kernel.files.keeping import coming, keep
from community.kernel.files.models import StoredFile
from community.kernel.files.sorts import Unusable, sort_of
from community.kernel.files.store import Coming, TooLarge
from community.kernel.installed import installed
from community.kernel.keys import new_key
from community.kernel.operation import operation
from community.kernel.policy import find
from community.kernel.slugs import free_slug, slug_of
from community.kernel.threads import in_thread


def add_file(ctx: Context, draft_id: uuid.UUID, *, name: str, source: IO[bytes]) -> DraftFile:
    """Add a file to a draft; what it is, is told by its content, its path made of its name.

    The same file again is the one that is there. Raises NotFound, Invalid naming ``upload`` for
    what is not taken, and Conflict where the draft has as many, or as large ones, as there can be.
    """
    find(visible_drafts(ctx), draft_id)
    db.session.close()  # reading takes long: hold no connection meanwhile
    most = installed().settings.file_limit
    try:
        suffix = in_thread(sort_of, source, name).suffix
        source.seek(0)
        with coming(source, most=most) as came:
            return _add_file(ctx, draft_id, came, name, suffix)
    except Unusable as error:
        raise _refused(str(error)) from error
    except TooLarge as error:
        words = _("This file is larger than %(most)d MB.", most=most // 1_000_000)
        raise _refused(words) from error


def _refused(message: str) -> Invalid:
    return Invalid(_("This file cannot be used."), fields={"upload": [message]})


@operation
def _add_file(ctx: Context, draft_id: uuid.UUID, came: Coming, name: str, suffix: str) -> DraftFile:
    """Do what ``add_file`` says, with a file that is here and known."""
    draft = held_draft(ctx, draft_id)
    there = db.session.execute(
        sa.select(DraftFile, StoredFile.digest, StoredFile.size)
        .join(StoredFile, StoredFile.id == DraftFile.stored_id)
        .where(DraftFile.draft_id == draft_id)
    ).all()
    same: list[DraftFile] = [
        row.DraftFile
        for row in there
        if row.digest == came.digest and row.DraftFile.path.endswith(suffix)
    ]
    if same:
        return same[0]
    if len(there) >= MAX_FILES_OF_COURSE:
        raise Conflict(_("A course has at most %(most)d files.", most=MAX_FILES_OF_COURSE))
    if sum(row.size for row in there) + came.size > MAX_ALL_FILES:
        most = MAX_ALL_FILES // 1_000_000_000
        raise Conflict(_("All files of a course together have %(most)d GB at most.", most=most))
    stem = slug_of(PurePosixPath(name.replace("\\", "/")).stem) or "file"
    taken = {PurePosixPath(row.DraftFile.path).stem for row in there}
    file = DraftFile(
        id=new_key(),
        draft_id=draft_id,
        path=f"{FILES}{free_slug(stem, taken)}{suffix}",
        stored_id=keep(ctx, came).id,
    )
    db.session.add(file)
    draft.edits += 1
    return file


@operation
def remove_file(ctx: Context, file_id: uuid.UUID) -> None:
    """Take a file out of its draft; what names it is told of as a problem."""
    draft = held_draft(ctx, find(visible_draft_files(ctx), file_id).draft_id)
    file = find(visible_draft_files(ctx), file_id, lock=True)
    db.session.delete(file)
    draft.edits += 1
