"""Looking after a learner: a kind word by letter, and saying that one takes them upon oneself."""

import uuid

import sqlalchemy as sa
from flask_babel import gettext as _

from community.accounts.models import User
from community.cohorts.models import Enrolment, Run, RunState
from community.correspondence.queries import wants
from community.correspondence.rules import Topic
from community.kernel.context import Context
from community.kernel.db import db, execute
from community.kernel.errors import Conflict
from community.kernel.mail import sends_mail
from community.kernel.operation import enqueue, operation, record
from community.kernel.policy import find, require
from community.progress.events import LearnerGivenBack, LearnerNudged, LearnerTaken
from community.progress.models import Care, Nudge
from community.progress.policy import may_look_after, visible_records
from community.spaces.policy import belongs_to, refuse_archived

MAIL_NUDGE = "progress.mail_nudge"


@operation
def nudge(
    ctx: Context,
    enrolment_id: uuid.UUID,
    *,
    subject: str,
    text: str,
    replies: bool = False,
    after: uuid.UUID | None = None,
) -> Nudge:
    """Write to a learner by letter, in one's own name; what was written is kept.

    ``replies``: answers go to one's own address, which the learner then sees. ``after`` is the last
    nudge one has seen; somebody else's since then is a Conflict, so that two do not write at once.
    Raises NotFound for a record one does not see, Forbidden for who does not facilitate the run,
    Conflict in a closed run, where the learner takes no such letters, and where no mail is sent.
    """
    enrolment, run = _learner(ctx, enrolment_id)
    if run.state is RunState.CLOSED:
        raise Conflict(_("This run is over: nobody is nudged any more."))
    if not sends_mail():
        raise Conflict(
            _("This site sends no mail yet: a letter would reach nobody. Reach them another way.")
        )
    if not wants(enrolment.user_id, Topic.MESSAGE):
        name = db.session.get_one(User, enrolment.user_id).name
        raise Conflict(
            _("%(name)s takes no letters written here. Reach them another way.", name=name)
        )
    newest = last_nudge(enrolment_id)
    if newest is not None and newest.id != after:
        name = db.session.get_one(User, newest.sent_by).name
        raise Conflict(
            _(
                "%(name)s has written to them since you opened this page. Read that first; send"
                " yours again if it is still wanted.",
                name=name,
            )
        )
    made = Nudge(
        enrolment_id=enrolment.id,
        subject=subject,
        text=text,
        sent_by=ctx.person,
        sent_at=ctx.now,
    )
    db.session.add(made)
    db.session.flush()
    enqueue(ctx, MAIL_NUDGE, {"nudge_id": str(made.id), "replies": replies})
    record(LearnerNudged(run_id=run.id, enrolment_id=enrolment.id, nudge_id=made.id))
    return made


@operation
def take_on(ctx: Context, enrolment_id: uuid.UUID) -> Care:
    """Take a learner upon oneself; a second time is the first.

    Raises NotFound for a record one does not see, Forbidden for who does not facilitate the run,
    Conflict where somebody else was quicker.
    """
    enrolment, run = _learner(ctx, enrolment_id)
    taken = care_of(enrolment.id)
    if taken is not None:
        if taken.taken_by != ctx.actor_id:
            name = db.session.get_one(User, taken.taken_by).name
            raise Conflict(_("%(name)s has taken them already.", name=name))
        return taken
    taken = Care(enrolment_id=enrolment.id, taken_by=ctx.person, taken_at=ctx.now)
    db.session.add(taken)
    record(LearnerTaken(run_id=run.id, enrolment_id=enrolment.id))
    return taken


@operation
def give_back(ctx: Context, enrolment_id: uuid.UUID) -> None:
    """Let somebody else take a learner; also one whom another has taken and cannot look after.

    Raises NotFound for a record one does not see, Forbidden for who does not facilitate the run,
    Conflict where nobody has taken them.
    """
    enrolment, run = _learner(ctx, enrolment_id)
    taken = care_of(enrolment.id)
    if taken is None:
        raise Conflict(_("Nobody has taken them."))
    db.session.delete(taken)
    record(LearnerGivenBack(run_id=run.id, enrolment_id=enrolment.id))


@operation
def let_go(
    ctx: Context, space_id: uuid.UUID, *, of: uuid.UUID | None = None, by: uuid.UUID | None = None
) -> None:
    """Let others take the learners whom ``by`` has taken in the run of a space, and learner ``of``.

    Nobody calls it by themselves: it follows from who leaves, or leads no more.
    """
    enrolled = sa.select(Enrolment.id).join(Run, Run.id == Enrolment.run_id)
    here = Care.enrolment_id.in_(enrolled.where(Run.space_id == space_id))
    theirs = Care.enrolment_id.in_(
        enrolled.where(Run.space_id == space_id, Enrolment.user_id == of)
    )
    execute(sa.delete(Care).where(here, sa.or_(Care.taken_by == by, theirs)))


def _learner(ctx: Context, enrolment_id: uuid.UUID) -> tuple[Enrolment, Run]:
    """Return an enrolment, held, and its run, for who may look after its learner.

    Raises NotFound, Forbidden, Conflict in an archived space.
    """
    enrolment = find(visible_records(ctx), enrolment_id, lock=True)
    run = db.session.get_one(Run, enrolment.run_id)
    require(may_look_after, ctx, run)
    refuse_archived(belongs_to(ctx, run.space_id))
    return enrolment, run


def last_nudge(enrolment_id: uuid.UUID) -> Nudge | None:
    """Return what was written last to a learner the caller may look after."""
    found: Nudge | None = db.session.scalar(
        sa.select(Nudge)
        .where(Nudge.enrolment_id == enrolment_id)
        .order_by(Nudge.sent_at.desc(), Nudge.id.desc())
        .limit(1)
    )
    return found


def care_of(enrolment_id: uuid.UUID) -> Care | None:
    """Return who has taken a learner the caller may look after."""
    found: Care | None = db.session.scalar(sa.select(Care).where(Care.enrolment_id == enrolment_id))
    return found
