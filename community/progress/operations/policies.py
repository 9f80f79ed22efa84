"""The rules of a run are changed: with their preview seen, and nothing taken back unasked."""

import uuid
from collections.abc import Sequence

import sqlalchemy as sa
from flask_babel import gettext as _

from community.cohorts.models import Enrolment, Run, RunState
from community.cohorts.policy import find_run, run_to_change
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.errors import Conflict, Invalid
from community.kernel.operation import enqueue, operation, record
from community.kernel.policy import require
from community.progress.events import PolicyChanged, VerdictWithdrawn
from community.progress.models import (
    POLICY_NOTE_LONGEST,
    CompletionPolicy,
    CompletionVerdict,
    Summary,
)
from community.progress.operations.locking import lock_summaries
from community.progress.operations.settling import batches
from community.progress.operations.verdicts import Found, write_verdicts
from community.progress.policy import may_change_rules, plan
from community.progress.policy.terms import InForce, in_force
from community.progress.queries.policies import effects_of, judged_anew
from community.progress.rules.changing import Effect, Learner, effect_of
from community.progress.rules.completion import Change, Outcome, Terms
from community.progress.rules.terms import flaws_of_terms

AT_ONCE = 400
"""Verdicts of one change that are said in its unit of work; each may bring a certificate along."""
SETTLE_VERDICTS, SAY_WITHDRAWN = "progress.settle_verdicts", "progress.say_withdrawn"


def preview_policy(ctx: Context, run_id: uuid.UUID, *, terms: Terms) -> list[Effect]:
    """Return what rules would do, each way they can be brought in; nothing is changed.

    Raises NotFound, Forbidden and Invalid as ``change_policy`` does.
    """
    run = find_run(ctx, run_id)
    require(may_change_rules, ctx, run)
    refuse_terms(run, terms, Change.GRANT, "")
    return effects_of(ctx, run, terms)


def refuse_terms(run: Run, terms: Terms, change: Change, note: str) -> None:
    """Raise Invalid for rules that cannot be used, by field."""
    wrong = flaws_of_terms(terms, plan(run.version_id).outline.activities)
    if change is Change.FIRST or (change is Change.KEEP and run.state is RunState.CLOSED):
        wrong["change"] = [_("Choose what becomes of those who have worked by the old rules.")]
    if len(note) > POLICY_NOTE_LONGEST:
        wrong["note"] = [_("At most %(most)d characters.", most=POLICY_NOTE_LONGEST)]
    if wrong:
        raise Invalid(_("Some of this cannot be used."), fields=wrong)


@operation
def change_policy(
    ctx: Context,
    run_id: uuid.UUID,
    *,
    terms: Terms,
    change: Change,
    number: int,
    seen: str,
    confirmed: bool = False,
    note: str = "",
) -> InForce:
    """Give a run rules of the next number, and do to its learners what ``change`` says.

    ``number`` is that of the rules one has seen, ``seen`` the print of what they would do
    (``rules.changing``); ``confirmed`` says that those who lose a verdict are to lose it. In a
    large run all losses stand with the rules, in one transaction; who gains beyond ``AT_ONCE`` does
    so by the job that also finds verdicts as a run closes, owed in the same transaction.
    Raises NotFound, Forbidden for who does not organise the run, Invalid naming ``completed``,
    ``participated``, ``change``, ``note`` or ``confirmed``, Conflict when somebody has changed the
    rules since, or when they would do something else by now.
    """
    run = run_to_change(ctx, run_id, may_change_rules)
    refuse_terms(run, terms, change, note)
    former = in_force(run_id)
    if (former.number if former else 0) != number:
        raise Conflict(
            _("Somebody has changed these rules since you opened the page. Look at them once more.")
        )
    summaries = _all_locked(run)
    learners = list(judged_anew(ctx, run, terms))
    over = run.state is RunState.CLOSED
    effect = effect_of(run_id, terms, change, learners, over=over)
    if effect.seen != seen:
        raise Conflict(_("Somebody has done something meanwhile. Look at what would happen now."))
    if effect.losses and not confirmed:
        message = _("Say that they are to lose it, or choose another way.")
        raise Invalid(_("Some of this cannot be used."), fields={"confirmed": [message]})
    row = CompletionPolicy(
        run_id=run_id,
        number=number + 1,
        criteria=terms.as_json(),
        change=change,
        note=note.strip(),
        made_by=ctx.person,
        made_at=ctx.now,
    )
    db.session.add(row)
    db.session.flush()  # before the verdicts that refer to it
    record(PolicyChanged(run_id=run_id, policy_id=row.id, number=row.number, change=change.value))
    policy = InForce(row.id, row.number, terms, change, row.made_at)
    _withdraw(ctx, run, effect, summaries)
    now = effect.gains[: max(0, AT_ONCE - len(effect.losses))]
    write_verdicts(ctx, run, policy, summaries, _reached(policy, now, learners))
    if len(now) < len(effect.gains):
        enqueue(ctx, SETTLE_VERDICTS, {"run_id": str(run_id)})
    return policy


def _all_locked(run: Run) -> dict[uuid.UUID, Summary]:
    """Lock the totals of everybody in a run: nobody's act falls between two rules."""
    rows = db.session.scalars(
        sa.select(Summary)
        .join(Enrolment, Enrolment.id == Summary.enrolment_id)
        .where(Enrolment.run_id == run.id)
        .order_by(Summary.enrolment_id)
        .with_for_update(of=Summary)
        .execution_options(populate_existing=True)
    )
    return {row.enrolment_id: row for row in rows}


def _withdraw(ctx: Context, run: Run, effect: Effect, summaries: dict[uuid.UUID, Summary]) -> None:
    """Take back what no longer holds, all of it at once; the row stays, with when that was.

    Of the first ``AT_ONCE`` it is said at once, too, of the others in batches by a worker: what
    follows for them (their certificates) comes a moment later.
    """
    lost = {(each.enrolment_id, outcome) for each, outcome in effect.losses}
    if not lost:
        return
    rows = db.session.execute(
        sa.select(CompletionVerdict, Enrolment.user_id)
        .join(Enrolment, Enrolment.id == CompletionVerdict.enrolment_id)
        .where(
            Enrolment.run_id == run.id,
            CompletionVerdict.withdrawn_at.is_(None),
        )
        .order_by(CompletionVerdict.enrolment_id)
    ).all()
    left: dict[uuid.UUID, set[Outcome]] = {key: set() for key, _outcome in lost}
    gone: list[tuple[CompletionVerdict, uuid.UUID]] = []
    for row, user_id in rows:
        if (row.enrolment_id, row.outcome) in lost:
            row.withdrawn_at = ctx.now
            gone.append((row, user_id))
        elif row.enrolment_id in left:
            left[row.enrolment_id].add(row.outcome)
    for row, user_id in gone[:AT_ONCE]:
        _say_withdrawn(run.id, row, user_id)
    for batch in batches([row.id for row, _user_id in gone[AT_ONCE:]]):
        told: dict[str, object] = {
            "run_id": str(run.id),
            "verdict_ids": [str(key) for key in batch],
        }
        enqueue(ctx, SAY_WITHDRAWN, told)
    for key, outcomes in left.items():
        summaries[key].outcome = next((each for each in Outcome if each in outcomes), None)


def _say_withdrawn(run_id: uuid.UUID, row: CompletionVerdict, user_id: uuid.UUID) -> None:
    record(
        VerdictWithdrawn(
            run_id=run_id,
            enrolment_id=row.enrolment_id,
            user_id=user_id,
            outcome=row.outcome.value,
        )
    )


@operation
def say_withdrawn(ctx: Context, run_id: uuid.UUID, verdict_ids: Sequence[uuid.UUID]) -> None:
    """Say of verdicts that a change of the rules took them back; one that stands again is left."""
    whose = sa.select(CompletionVerdict.enrolment_id).where(CompletionVerdict.id.in_(verdict_ids))
    lock_summaries(ctx, db.session.get_one(Run, run_id), db.session.scalars(whose).all())
    rows = db.session.execute(
        sa.select(CompletionVerdict, Enrolment.user_id)
        .join(Enrolment, Enrolment.id == CompletionVerdict.enrolment_id)
        .where(
            CompletionVerdict.id.in_(verdict_ids),
            CompletionVerdict.withdrawn_at.is_not(None),
            Enrolment.run_id == run_id,
        )
        .order_by(CompletionVerdict.enrolment_id)
    )
    for row, user_id in rows.all():
        _say_withdrawn(run_id, row, user_id)


def _reached(
    policy: InForce, gained: Sequence[tuple[Learner, Outcome]], learners: Sequence[Learner]
) -> list[Found]:
    """Return what is written at once; recomputed, what stands is dated and named anew as well."""
    gains = {(each.enrolment_id, outcome) for each, outcome in gained}
    found = []
    for each in learners:
        if each.outcome is None or each.judgement is None or each.at is None:
            continue
        again = policy.change is Change.RECOMPUTE and each.outcome in each.standing
        if again or (each.enrolment_id, each.outcome) in gains:
            at = each.at if policy.change is Change.RECOMPUTE else max(each.at, policy.made_at)
            found.append((each.enrolment_id, each.outcome, each.judgement, at))
    return found
