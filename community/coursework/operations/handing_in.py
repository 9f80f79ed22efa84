"""Handing in a version of one's work, and taking it back while nobody has begun to mark it."""

import uuid

import sqlalchemy as sa
from flask_babel import gettext as _

from community.academy.kinds.builtin import ASSIGNMENT
from community.academy.kinds.reflection.kind import words_in
from community.coursework.events import WorkHandedIn, WorkTakenBack
from community.coursework.models import (
    AssignmentWork,
    Extension,
    Marking,
    Stage,
    Submission,
    WorkFile,
)
from community.coursework.operations.works import work_of, written
from community.kernel import markdown
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.errors import Conflict, Invalid
from community.kernel.keys import new_key
from community.kernel.operation import operation, record
from community.progress.operations import (
    Doing,
    Headway,
    count,
    enter,
    headway,
    refuse_former,
    refuse_over,
    was_told,
)
from community.progress.policy import activity_due
from community.progress.rules.states import Kind

MOST_VERSIONS = 50


def hand_in_work(
    ctx: Context,
    run_id: uuid.UUID,
    activity_id: uuid.UUID,
    *,
    text: str,
    revision: int,
    client_id: str,
) -> Headway:
    """Hand in the actor's work, this text with the files that are there, as the next version.

    A repeat under the same ``client_id`` changes nothing. Late is told, never refused. Raises what
    ``save_work`` does, Conflict for an assignment of an earlier version of the course, and Invalid
    for fewer or more words or files than it asks for.
    """
    prefix = f"h{uuid.uuid5(activity_id, str(ctx.actor_id)).hex[-10:]}-"
    html = markdown.render(text, lowest_heading=3, id_prefix=prefix) if text else ""
    return _hand_in(
        ctx, run_id, activity_id, text=text, html=html, revision=revision, client_id=client_id
    )


@operation
def _hand_in(
    ctx: Context,
    run_id: uuid.UUID,
    activity_id: uuid.UUID,
    *,
    text: str,
    html: str,
    revision: int,
    client_id: str,
) -> Headway:
    """Do what ``hand_in_work`` says, with a text that is rendered."""
    doing = enter(ctx, run_id, activity_id, ASSIGNMENT.name)
    number = 0
    if not was_told(doing, client_id):
        refuse_over(ctx, doing.run)
        refuse_former(doing, activity_id)
        if text and not doing.line.settings["text"]:
            raise _unfit("text", _("No text is taken here: hand in files."))
        row = written(ctx, doing, text, revision)
        files = _files(row)
        _refuse_unfit(doing, text, len(files))
        _refuse_files(doing, files)
        if row.versions >= MOST_VERSIONS:
            raise Conflict(
                _("You have handed in so often that no more fits. Ask your facilitator.")
            )
        made = _version(ctx, doing, row, text=text, html=html, client_id=client_id)
        _add_version(ctx, doing, row, made, files)
        number = made.number
    return headway(doing, count(ctx, doing, Kind.HANDED_IN, number, client_id))


def _version(
    ctx: Context, doing: Doing, row: AssignmentWork, *, text: str, html: str, client_id: str
) -> Submission:
    """Return the next version of a piece of work, with what says whether it is late."""
    settings = doing.line.settings
    due = activity_due(ctx, doing.run, doing.line)
    until = db.session.scalar(
        sa.select(Extension.until).where(
            Extension.enrolment_id == doing.enrolment_id, Extension.activity_id == doing.line.id
        )
    )
    return Submission(
        id=new_key(),
        work_id=row.id,
        number=row.versions + 1,
        client_id=client_id,
        text=text,
        html=html,
        handed_in_at=ctx.now,
        due_at=due.at if due else None,
        late=due is not None and not _was_returned(row) and due.given(until).is_late(ctx.now),
        edition=0,
        rubric=settings["rubric"],
        levels={},
        comment="",
        comment_html="",
    )


def _was_returned(row: AssignmentWork) -> bool:
    """Whether a version of it was given back, so that another one was asked for.

    What answers that is never late: the due date was for the first one, which is marked by it, and
    nobody can answer before they were given an answer. A date of its own a return does not set;
    whoever marks can say one in the comment.
    """
    return bool(
        db.session.scalar(
            sa.select(
                sa.exists().where(
                    Submission.work_id == row.id, Submission.outcome == Marking.RETURNED
                )
            )
        )
    )


def _add_version(
    ctx: Context, doing: Doing, row: AssignmentWork, made: Submission, files: list[WorkFile]
) -> None:
    db.session.add(made)
    db.session.flush()
    for file in files:
        db.session.add(
            WorkFile(
                id=new_key(),
                work_id=row.id,
                submission_id=made.id,
                name=file.name,
                stored_id=file.stored_id,
                added_at=file.added_at,
            )
        )
    row.stage, row.versions, row.waiting_since = Stage.HANDED_IN, made.number, ctx.now
    record(
        WorkHandedIn(
            run_id=doing.run.id,
            activity_id=doing.line.id,
            enrolment_id=doing.enrolment_id,
            submission_id=made.id,
            number=made.number,
            late=made.late,
        )
    )


def _files(row: AssignmentWork) -> list[WorkFile]:
    return list(
        db.session.scalars(
            sa.select(WorkFile)
            .where(WorkFile.work_id == row.id, WorkFile.submission_id.is_(None))
            .order_by(WorkFile.id)
        )
    )


def _unfit(name: str, message: str) -> Invalid:
    return Invalid(_("This cannot be handed in yet."), fields={name: [message]})


def _refuse_unfit(doing: Doing, text: str, files: int) -> None:
    settings = doing.line.settings
    words = words_in(text)
    least, most = settings["words"], settings["most"]
    if settings["text"] and words < least:
        raise _unfit(
            "text",
            _("It takes at least %(least)d words; these are %(words)d.", least=least, words=words),
        )
    if words > most:
        raise _unfit(
            "text",
            _("It takes at most %(most)d words; these are %(words)d.", most=most, words=words),
        )
    if files < settings["needed"]:
        raise _unfit(
            "upload",
            _(
                "It takes at least %(least)d files; there are %(files)d.",
                least=settings["needed"],
                files=files,
            ),
        )
    if not words and not files:
        raise _unfit("text", _("There is nothing to hand in yet: write something, or add a file."))


def _refuse_files(doing: Doing, files: list[WorkFile]) -> None:
    """Raise Invalid for files that were taken by an earlier version of the course, and not now."""
    most, endings = doing.line.settings["files"], ASSIGNMENT.endings(doing.line.settings)
    if len(files) > most:
        raise _unfit(
            "upload",
            _(
                "It takes at most %(most)d files; there are %(files)d. Remove some.",
                most=most,
                files=len(files),
            ),
        )
    for file in files:
        if file.name.rpartition(".")[2] not in endings:
            words = _(
                "Files that are taken here end in: %(endings)s. Remove %(name)s.",
                endings=", ".join(endings),
                name=file.name,
            )
            raise _unfit("upload", words)


@operation
def take_back_work(ctx: Context, run_id: uuid.UUID, activity_id: uuid.UUID) -> None:
    """Take back the version that waits, while nobody has begun to mark it; its number stays used.

    The text and the files stay in what the actor works on, and what was counted stays counted. A
    second time changes nothing. Raises NotFound, Forbidden, Conflict in a closed run, and where
    somebody has begun to mark it or has done so.
    """
    doing = enter(ctx, run_id, activity_id, ASSIGNMENT.name)
    refuse_over(ctx, doing.run)
    row = work_of(doing.enrolment_id, doing.line.id)
    if row is None or row.stage in {Stage.OPEN, Stage.RETURNED}:
        return
    waiting = db.session.scalars(
        sa.select(Submission)
        .where(Submission.work_id == row.id, Submission.number == row.versions)
        .execution_options(populate_existing=True)
    ).one()
    if waiting.edition or waiting.outcome is not None:
        raise Conflict(_("Somebody is reading it by now. Wait for their answer."))
    waiting.taken_back_at = ctx.now
    given_back = db.session.scalar(
        sa.select(sa.exists().where(Submission.work_id == row.id, Submission.outcome.is_not(None)))
    )
    row.stage, row.waiting_since = Stage.RETURNED if given_back else Stage.OPEN, None
    record(
        WorkTakenBack(
            run_id=doing.run.id,
            activity_id=doing.line.id,
            enrolment_id=doing.enrolment_id,
            submission_id=waiting.id,
        )
    )
