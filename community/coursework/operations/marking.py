"""Marking what was handed in: kept while one reads, then given back or accepted.

The lock is that of the learner's totals, as for all they do: whoever marks and whoever takes back
take turns, and of two who mark the second hears of the first.
"""

import datetime as dt
import uuid
from collections.abc import Mapping

import sqlalchemy as sa
from flask_babel import gettext as _

from community.accounts.models import User
from community.cohorts.models import Enrolment, Run
from community.cohorts.rules import counts_still
from community.coursework.events import WorkMarked
from community.coursework.models import AssignmentWork, Marking, Stage, Submission
from community.coursework.policy import may_mark, visible_submissions
from community.kernel import markdown
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.errors import Conflict, Invalid
from community.kernel.operation import enqueue, operation, record
from community.kernel.policy import find, require
from community.progress.operations import refuse_over
from community.progress.operations.ledger import Given, take
from community.progress.operations.locking import lock_summaries
from community.progress.policy import line_now
from community.progress.rules.states import Kind
from community.spaces.policy import belongs_to, refuse_archived

MAIL_MARKED = "coursework.mail_marked"


def mark_submission(
    ctx: Context,
    submission_id: uuid.UUID,
    *,
    levels: Mapping[str, str],
    comment: str,
    edition: int,
    outcome: Marking | None,
) -> Submission:
    """Say something to a version, and give it back or accept it; without an outcome it is kept.

    ``edition`` is that of the page one read. From the first that is kept on, its learner cannot
    take it back; they see what was said with the outcome, and a letter tells them. What was said
    may be corrected while no newer version is there (one that was taken back is none); what is
    accepted stays accepted. Raises NotFound, Forbidden for who does not facilitate, Conflict where
    marking counts no more (see ``refuse_unmarkable``), for one's own, where it was taken back,
    where somebody else marked it since, and Invalid for levels that are none of the rubric's, for
    accepting with some left open, and for giving back without a word.
    """
    html = markdown.render(comment, lowest_heading=4, id_prefix="c-") if comment else ""
    return _mark(
        ctx,
        submission_id,
        levels=levels,
        said=(comment, html),
        edition=edition,
        outcome=outcome,
    )


@operation
def _mark(
    ctx: Context,
    submission_id: uuid.UUID,
    *,
    levels: Mapping[str, str],
    said: tuple[str, str],
    edition: int,
    outcome: Marking | None,
) -> Submission:
    """Do what ``mark_submission`` says, with a comment that is rendered."""
    work_id = find(visible_submissions(ctx), submission_id).work_id
    run, enrolment, work = _whose(work_id)
    require(may_mark, ctx, run)
    if enrolment.user_id == ctx.actor_id:
        raise Conflict(_("This is your own: somebody else has to mark it."))
    summaries = lock_summaries(ctx, run, [enrolment.id])
    row = db.session.get_one(Submission, submission_id, populate_existing=True)
    db.session.refresh(work)
    refuse_unmarkable(ctx, run, row.handed_in_at)
    _refuse_stale(row, work, edition, outcome)
    _refuse_levels(row, levels, outcome)
    if outcome is Marking.RETURNED and not said[0]:
        words = _("Say what is to be worked on: they get it back with your comment.")
        raise Invalid(_("Some of this cannot be used."), fields={"comment": [words]})
    row.levels, (row.comment, row.comment_html) = dict(levels), said
    row.edition += 1
    row.marked_by = ctx.person
    if outcome is None:
        return row
    row.outcome, row.marked_at = outcome, ctx.now
    work.stage = Stage.ACCEPTED if outcome is Marking.ACCEPTED else Stage.RETURNED
    work.waiting_since = None
    line = line_now(run, work.activity_id)
    if outcome is Marking.ACCEPTED and line is not None:
        client_id = f"accepted:{row.id.hex}"  # no client's own id is like it
        act = Given(enrolment.id, enrolment.user_id, Kind.ACCEPTED, row.number, client_id, ctx.now)
        take(ctx, run, line, [act], summaries)
    enqueue(ctx, MAIL_MARKED, {"submission_id": str(row.id), "edition": row.edition})
    record(
        WorkMarked(
            run_id=run.id,
            activity_id=work.activity_id,
            enrolment_id=enrolment.id,
            submission_id=row.id,
            outcome=outcome.value,
        )
    )
    return row


def refuse_unmarkable(ctx: Context, run: Run, handed_in_at: dt.datetime | None) -> None:
    """Raise Conflict where marking counts no more: an archived space, a run that is over.

    What was handed in before the run closed is marked for a week after, and counts: its learner
    did their part in time. ``run`` is as it is under the lock of the totals.
    """
    if not counts_still(run.closed_at, handed_in_at, ctx.now):
        refuse_over(ctx, run)
    refuse_archived(belongs_to(ctx, run.space_id))


def _whose(work_id: uuid.UUID) -> tuple[Run, Enrolment, AssignmentWork]:
    row = db.session.execute(
        sa.select(Run, Enrolment, AssignmentWork)
        .join(Enrolment, Enrolment.run_id == Run.id)
        .join(AssignmentWork, AssignmentWork.enrolment_id == Enrolment.id)
        .where(AssignmentWork.id == work_id)
    ).one()
    return row.Run, row.Enrolment, row.AssignmentWork


def _refuse_stale(
    row: Submission, work: AssignmentWork, edition: int, outcome: Marking | None
) -> None:
    if row.taken_back_at is not None:
        raise Conflict(_("They have taken it back meanwhile. It comes again when it is ready."))
    if row.edition != edition:
        by = db.session.scalar(sa.select(User.name).where(User.id == row.marked_by))
        raise Conflict(
            _(
                "%(name)s has marked this since you opened it. What they said stands here now;"
                " yours is below it, not saved.",
                name=by or _("Somebody"),
            ),
            edition=row.edition,
        )
    if row.number != _newest(work):
        raise Conflict(_("There is a newer version by now. Mark that one."))
    if row.outcome is Marking.ACCEPTED and outcome is not Marking.ACCEPTED:
        raise Conflict(_("It is accepted, and stays so. You can still correct what you said."))
    if row.outcome is not None and outcome is None:
        raise Conflict(_("It was answered already. Give it back or accept it anew."))


def _newest(work: AssignmentWork) -> int | None:
    """Return the number of the newest version that was not taken back."""
    found: int | None = db.session.scalar(
        sa.select(sa.func.max(Submission.number)).where(
            Submission.work_id == work.id, Submission.taken_back_at.is_(None)
        )
    )
    return found


def _refuse_levels(row: Submission, levels: Mapping[str, str], outcome: Marking | None) -> None:
    known = {each["id"]: {level["id"] for level in each["levels"]} for each in row.rubric}
    wrong = {
        key: [_("This level is not in the rubric.")]
        for key, level in levels.items()
        if level not in known.get(key, set())
    }
    if not wrong and outcome is Marking.ACCEPTED:
        wrong = {key: [_("Choose a level.")] for key in known if key not in levels}
    if wrong:
        message = _("Some of this cannot be used.")
        raise Invalid(message, fields={"levels": wrong})
