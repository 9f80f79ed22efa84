"""A learner's work in an assignment: kept as one writes, with its files, under one lock.

All of it happens under the lock of the learner's totals: of two windows that save, the second hears
of the first; nothing is added to what was handed in a moment ago.
"""

import uuid
from typing import IO, Any

import sqlalchemy as sa
from flask_babel import gettext as _

from community.academy.kinds.builtin import ASSIGNMENT
from community.accounts.operations import use_allowance
from community.cohorts.models import Enrolment
from community.cohorts.policy import find_run
from community.coursework.models import AssignmentWork, Stage, WorkFile
from community.coursework.models.assignments import LONGEST_NAME
from community.coursework.policy import visible_work_files
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.errors import Conflict, Invalid, NotFound
from community.kernel.files.keeping import coming, keep
from community.kernel.files.models import StoredFile
from community.kernel.files.names import file_name
from community.kernel.files.sorts import Picture, Unusable, sort_of
from community.kernel.files.store import Coming, TooLarge
from community.kernel.files.words import size_words
from community.kernel.installed import installed
from community.kernel.keys import new_key
from community.kernel.operation import operation
from community.kernel.policy import find
from community.kernel.revisions import save_over
from community.kernel.threads import in_thread
from community.progress.operations import Doing, enter, refuse_over
from community.progress.policy import my_enrolment, open_line


@operation
def save_work(
    ctx: Context, run_id: uuid.UUID, activity_id: uuid.UUID, *, text: str, revision: int
) -> AssignmentWork:
    """Keep what the actor has written so far; nobody else reads it, and nothing is counted.

    ``revision`` is that of what they began from, 0 for nothing. Raises NotFound, Forbidden,
    Conflict in a closed run or an archived space, where it was handed in, and, with what is kept,
    where another text was saved meanwhile: two windows are open.
    """
    doing = enter(ctx, run_id, activity_id, ASSIGNMENT.name)
    refuse_over(ctx, doing.run)
    return written(ctx, doing, text, revision)


def written(ctx: Context, doing: Doing, text: str, revision: int) -> AssignmentWork:
    """Return the work with this text in it; the same text again is no other one."""
    row = work_begun(ctx, doing)
    refuse_handed_in(row)
    if save_over(row, {"draft": text}, revision, kept_work):
        row.saved_at = ctx.now
    return row


def kept_work(row: AssignmentWork) -> dict[str, Any]:
    """Return what is kept of a text, as plain data."""
    return {"text": row.draft, "revision": row.revision, "saved_at": row.saved_at.isoformat()}


def work_begun(ctx: Context, doing: Doing) -> AssignmentWork:
    """Return the work of an activity entered, made if there is none yet."""
    row = work_of(doing.enrolment_id, doing.line.id)
    if row is None:
        row = AssignmentWork(
            id=new_key(),
            enrolment_id=doing.enrolment_id,
            activity_id=doing.line.id,
            stage=Stage.OPEN,
            draft="",
            revision=0,
            saved_at=ctx.now,
            versions=0,
        )
        db.session.add(row)
        db.session.flush()
    return row


def work_of(enrolment_id: uuid.UUID, activity_id: uuid.UUID) -> AssignmentWork | None:
    """Return the work as it is under the lock."""
    found: AssignmentWork | None = db.session.scalar(
        sa.select(AssignmentWork)
        .where(
            AssignmentWork.enrolment_id == enrolment_id,
            AssignmentWork.activity_id == activity_id,
        )
        .execution_options(populate_existing=True)
    )
    return found


def refuse_handed_in(row: AssignmentWork) -> None:
    """Raise Conflict for work that waits to be read, or is accepted."""
    if row.stage is Stage.HANDED_IN:
        raise Conflict(_("You have handed this in. Take it back to go on with it."))
    if row.stage is Stage.ACCEPTED:
        raise Conflict(_("This was accepted: nothing more is asked of you here."))


# ------------------------------------------------------------------ files


def refuse_upload(ctx: Context, run_id: uuid.UUID, activity_id: uuid.UUID) -> None:
    """Raise what ``add_work_file`` would for who may not, before anything of a file is read."""
    run = find_run(ctx, run_id)
    line = open_line(ctx, run, activity_id)
    if line.kind != ASSIGNMENT.name:
        raise NotFound
    row = work_of(my_enrolment(ctx, run), line.id)
    refuse_over(ctx, run)
    if row is not None:
        refuse_handed_in(row)


def add_work_file(
    ctx: Context, run_id: uuid.UUID, activity_id: uuid.UUID, *, name: str, source: IO[bytes]
) -> WorkFile:
    """Add a file to the actor's work; what it is, is told by its content.

    The same file of the same name again is the one that is there. Raises what ``save_work`` does,
    Invalid naming ``upload`` for what is not taken, Conflict where there are as many, or as large
    ones, as there can be, and TooMany where the actor has added as much within a day as one may.
    """
    refuse_upload(ctx, run_id, activity_id)
    line = open_line(ctx, find_run(ctx, run_id), activity_id)
    endings = ASSIGNMENT.endings(line.settings)
    db.session.close()  # reading takes long: hold no connection meanwhile
    most = installed().settings.file_limit
    try:
        suffix = in_thread(sort_of, source, name).suffix
        if suffix[1:] not in endings:
            words = _("Files that are taken here end in: %(endings)s.", endings=", ".join(endings))
            raise _refused(words)
        source.seek(0)
        with coming(source, most=most) as came:
            called = file_name(name, suffix, LONGEST_NAME)
            return _add(ctx, run_id, activity_id, came, called)
    except Picture as error:
        words = _("A picture alone is not taken. Put it into a document or a PDF, and send that.")
        raise _refused(words) from error
    except Unusable as error:
        raise _refused(str(error)) from error
    except TooLarge as error:
        words = _("This file is larger than %(most)s.", most=size_words(most))
        raise _refused(words) from error


def _refused(message: str) -> Invalid:
    return Invalid(_("This file cannot be used."), fields={"upload": [message]})


@operation
def _add(
    ctx: Context, run_id: uuid.UUID, activity_id: uuid.UUID, came: Coming, called: str
) -> WorkFile:
    """Do what ``add_work_file`` says, with a file that is here and known."""
    doing = enter(ctx, run_id, activity_id, ASSIGNMENT.name)
    refuse_over(ctx, doing.run)
    row = work_begun(ctx, doing)
    refuse_handed_in(row)
    there = db.session.execute(
        sa.select(WorkFile, StoredFile.digest)
        .join(StoredFile, StoredFile.id == WorkFile.stored_id)
        .where(WorkFile.work_id == row.id, WorkFile.submission_id.is_(None))
        .order_by(WorkFile.id)
    ).all()
    for file, digest in there:
        if (file.name, digest) == (called, came.digest):
            same: WorkFile = file
            return same
    most: int = doing.line.settings["files"]
    if len(there) >= most:
        raise Conflict(
            _("There are %(most)d files, and no more are taken here. Remove one first.", most=most)
            if most
            else _("No files are taken here.")
        )
    if not _is_mine(doing.enrolment_id, came):
        _refuse_full(doing.enrolment_id, came)
        use_allowance(ctx, came.size)
    made = WorkFile(
        id=new_key(),
        work_id=row.id,
        submission_id=None,
        name=called,
        stored_id=keep(ctx, came).id,
        added_at=ctx.now,
    )
    db.session.add(made)
    return made


def _is_mine(enrolment_id: uuid.UUID, came: Coming) -> bool:
    """Whether a learner has this very file in the run already: then it takes no more room."""
    return db.session.scalar(sa.select(_files(enrolment_id, came.digest).exists())) or False


def _files(enrolment_id: uuid.UUID, digest: str | None = None) -> sa.Select[uuid.UUID, int]:
    found = (
        sa.select(StoredFile.id, StoredFile.size)
        .join(WorkFile, WorkFile.stored_id == StoredFile.id)
        .join(AssignmentWork, AssignmentWork.id == WorkFile.work_id)
        .where(AssignmentWork.enrolment_id == enrolment_id)
        .distinct()
    )
    return found if digest is None else found.where(StoredFile.digest == digest)


def _refuse_full(enrolment_id: uuid.UUID, came: Coming) -> None:
    """Raise Conflict where a learner's files of a run are as large together as they may be."""
    mine = _files(enrolment_id).subquery()
    used = db.session.scalar(sa.select(sa.func.coalesce(sa.func.sum(mine.c.size), 0))) or 0
    most = installed().settings.learner_limit
    if int(used) + came.size > most:
        raise Conflict(
            _(
                "All your files in this cohort together have %(most)s at most. Send a smaller one,"
                " or ask your facilitator.",
                most=size_words(most),
            )
        )


@operation
def remove_work_file(ctx: Context, file_id: uuid.UUID) -> None:
    """Take a file out of what the actor works on; what was handed in keeps it.

    Raises NotFound, also for a file of a version, and what ``save_work`` does.
    """
    drafts = visible_work_files(ctx).where(WorkFile.submission_id.is_(None))
    work = db.session.get_one(AssignmentWork, find(drafts, file_id).work_id)
    run_id = db.session.scalars(
        sa.select(Enrolment.run_id).where(Enrolment.id == work.enrolment_id)
    ).one()
    doing = enter(ctx, run_id, work.activity_id, ASSIGNMENT.name)
    refuse_over(ctx, doing.run)
    row = work_begun(ctx, doing)
    refuse_handed_in(row)
    db.session.delete(find(drafts, file_id, lock=True))
