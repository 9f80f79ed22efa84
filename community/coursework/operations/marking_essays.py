"""Marking the essays of an attempt at a quiz: kept while one reads, then the score is final.

The lock is that of the learner's totals: of two who mark the second hears of the first.
"""

import uuid
from collections.abc import Mapping

import sqlalchemy as sa
from flask_babel import gettext as _

from community.academy.kinds.quiz.scoring import essays_in, mark
from community.academy.kinds.quiz.settings import rules_of
from community.accounts.models import User
from community.cohorts.models import Enrolment, Run
from community.coursework.events import AttemptMarked
from community.coursework.models import QuizAttempt
from community.coursework.operations.closing import count_attempt, counted_now
from community.coursework.operations.marking import refuse_unmarkable
from community.coursework.policy import may_mark, visible_attempts
from community.coursework.queries.attempts import sheet_of
from community.kernel import markdown
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.errors import Conflict, Invalid
from community.kernel.operation import enqueue, operation, record
from community.kernel.policy import find, require
from community.progress.models import Summary
from community.progress.operations.locking import lock_summaries

MAIL_ATTEMPT = "coursework.mail_attempt"


def mark_essays(
    ctx: Context,
    attempt_id: uuid.UUID,
    *,
    points: Mapping[str, int],
    comments: Mapping[str, str],
    edition: int,
    done: bool,
) -> QuizAttempt:
    """Give points and a comment to the essays of an attempt, by the question.

    With ``done`` its score is final and counts, and a letter tells its learner; until then what was
    given is kept for those who mark. ``edition`` is that of the page one read. Raises NotFound,
    Forbidden for who does not facilitate, Conflict where marking counts no more (see
    ``refuse_unmarkable``), for one's own, for what is final or was marked by somebody else since,
    and Invalid for what does not fit the questions or, with ``done``, for essays without points.
    """
    html = {
        key: markdown.render(text, lowest_heading=4, id_prefix=f"e{at}-") if text else ""
        for at, (key, text) in enumerate(comments.items())
    }
    return _mark(
        ctx,
        attempt_id,
        points=points,
        said={key: (text, html[key]) for key, text in comments.items()},
        edition=edition,
        done=done,
    )


@operation
def _mark(
    ctx: Context,
    attempt_id: uuid.UUID,
    *,
    points: Mapping[str, int],
    said: Mapping[str, tuple[str, str]],
    edition: int,
    done: bool,
) -> QuizAttempt:
    """Do what ``mark_essays`` says, with comments that are rendered."""
    enrolment_id = find(visible_attempts(ctx), attempt_id).enrolment_id
    enrolment = db.session.get_one(Enrolment, enrolment_id)
    run = db.session.get_one(Run, enrolment.run_id)
    require(may_mark, ctx, run)
    if enrolment.user_id == ctx.actor_id:
        raise Conflict(_("This is your own: somebody else has to mark it."))
    summaries = lock_summaries(ctx, run, [enrolment_id])
    attempt = db.session.get_one(QuizAttempt, attempt_id, populate_existing=True)
    refuse_unmarkable(ctx, run, attempt.submitted_at)
    _refuse_stale(attempt, edition)
    _refuse_points(attempt, points, said, done=done)
    attempt.marks = {
        question["id"]: {
            "points": points.get(question["id"]),
            "comment": said.get(question["id"], ("", ""))[0],
            "html": said.get(question["id"], ("", ""))[1],
        }
        for question in essays_in(sheet_of(attempt))
    }
    attempt.edition = edition + 1
    attempt.marked_by = ctx.person
    if done:
        _settle(ctx, run, enrolment, attempt, summaries)
    return attempt


def _settle(
    ctx: Context,
    run: Run,
    enrolment: Enrolment,
    attempt: QuizAttempt,
    summaries: Mapping[uuid.UUID, Summary],
) -> None:
    """Give the attempt its score, and count it under the id it was handed in with."""
    sheet = sheet_of(attempt)
    given = {key: each["points"] or 0 for key, each in (attempt.marks or {}).items()}
    result = mark(sheet, attempt.answers, given)
    attempt.score, attempt.passed = result.score, result.score >= rules_of(sheet).pass_mark
    attempt.marked_at = ctx.now
    score = counted_now(attempt, result.score)
    at = attempt.submitted_at or ctx.now
    count_attempt(ctx, run, attempt, enrolment.user_id, summaries, score=score, at=at, dated=True)
    enqueue(ctx, MAIL_ATTEMPT, {"attempt_id": str(attempt.id)})
    record(
        AttemptMarked(
            run_id=run.id,
            activity_id=attempt.activity_id,
            enrolment_id=enrolment.id,
            attempt_id=attempt.id,
        )
    )


def _refuse_stale(attempt: QuizAttempt, edition: int) -> None:
    if attempt.submitted_at is None or attempt.score is not None:
        raise Conflict(_("This attempt has its score, and that is final."))
    if (attempt.edition or 0) != edition:
        by = db.session.scalar(sa.select(User.name).where(User.id == attempt.marked_by))
        raise Conflict(
            _(
                "%(name)s has marked this since you opened it. Yours stands below, not saved.",
                name=by or _("Somebody"),
            ),
            edition=attempt.edition or 0,
        )


def _refuse_points(
    attempt: QuizAttempt,
    points: Mapping[str, int],
    said: Mapping[str, tuple[str, str]],
    *,
    done: bool,
) -> None:
    essays = {each["id"]: each.get("points", 1) for each in essays_in(sheet_of(attempt))}
    wrong = {
        key: [_("This question is not in the quiz.")] for key in {*points, *said} - essays.keys()
    }
    for key, most in essays.items():
        if key in points and not 0 <= points[key] <= most:
            wrong[key] = [_("Give 0 to %(most)d points.", most=most)]
        elif done and key not in points and attempt.answers.get(key):
            wrong[key] = [_("Give it points.")]
    if wrong:
        raise Invalid(_("Some of this cannot be used."), fields={"points": wrong})
