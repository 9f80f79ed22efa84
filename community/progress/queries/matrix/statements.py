"""What is asked of the learners of runs: statements that are built once."""

import dataclasses
import functools
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from community.accounts.models import User
from community.accounts.queries import is_called
from community.cohorts.models import SEATED, Enrolment
from community.kernel.db import UtcDateTime
from community.kernel.paging import Listing
from community.progress.models import Care, Nudge, Summary
from community.progress.queries.matrix.conditions import LATEST, PACE, PAUSED, Conditions
from community.progress.rules.completion import Outcome

SHOWS = ("all", "fading", "late", "not_started", "paused", "completed", "participated")
Shape = tuple[int, int, int, bool, int]
"""What differs between the statements of two runs: see ``Conditions``."""


@dataclasses.dataclass(frozen=True, slots=True)
class Statements:
    """What is asked of the learners of a run, see ``Calendar.given``.

    The lists are by what is shown, and whether a name is searched for.
    """

    lists: Mapping[tuple[str, bool], Listing]
    one: sa.Select[Any]
    """One learner ("enrolment")."""
    late_from: sa.Select[Any]
    """Who has something late, from one learner ("name", "enrolment") on, and who follows."""


_NAME = sa.bindparam("name", type_=sa.String)
_NUDGER, _TAKER = aliased(User, name="nudger"), aliased(User, name="taker")
_newer = aliased(Nudge, name="newer")
_LAST_NUDGE = (
    sa.select(_newer.id)
    .where(_newer.enrolment_id == Enrolment.id)
    .order_by(_newer.sent_at.desc(), _newer.id.desc())
    .limit(1)
    .correlate(Enrolment)
    .scalar_subquery()
)


def with_names(found: sa.Select[*tuple[Any, ...]]) -> sa.Select[*tuple[Any, ...]]:
    """Return a statement of learners, and of who cares for them, with names and the last nudge."""
    return (
        found.join(User, User.id == Enrolment.user_id)
        .outerjoin(_TAKER, _TAKER.id == Care.taken_by)
        .outerjoin(Nudge, Nudge.id == _LAST_NUDGE)
        .outerjoin(_NUDGER, _NUDGER.id == Nudge.sent_by)
        .add_columns(
            Enrolment.user_id,
            User.name.label("name"),
            _TAKER.name.label("taker"),
            Nudge.sent_at.label("nudged_at"),
            _NUDGER.name.label("nudger"),
        )
        .order_by(User.name, Enrolment.id)
    )


_LEARNERS = (
    sa.select(
        Enrolment.id,
        Enrolment.user_id,
        User.name.label("name"),
        Enrolment.enrolled_at,
        PACE.label("pace"),
        Summary.cells,
        PAUSED.label("paused"),
        Care.taken_by,
        _TAKER.name.label("taker"),
        Nudge.sent_at.label("nudged_at"),
        _NUDGER.name.label("nudger"),
        Summary.outcome,
    )
    .select_from(Enrolment)
    .outerjoin(Summary, Summary.enrolment_id == Enrolment.id)
    .outerjoin(Care, Care.enrolment_id == Enrolment.id)
    .join(User, User.id == Enrolment.user_id)
    .outerjoin(_TAKER, _TAKER.id == Care.taken_by)
    .outerjoin(Nudge, Nudge.id == _LAST_NUDGE)
    .outerjoin(_NUDGER, _NUDGER.id == Nudge.sent_by)
    .where(Enrolment.state.in_(SEATED))
    .order_by(User.name, Enrolment.id)
)


@functools.cache
def statements(shape: Shape) -> Statements:
    """Return the statements of a run of such a shape."""
    of = Conditions(*shape)
    learners = of.among(_LEARNERS).add_columns(sa.case((of.fading, LATEST)).label("quiet_since"))
    shown = {
        "all": learners,
        "fading": learners.where(of.fading),
        "late": learners.where(of.late),
        "not_started": learners.where(of.not_started),
        "paused": learners.where(PAUSED),
        **{each.value: learners.where(Summary.outcome == each) for each in Outcome},
    }
    enrolment = sa.bindparam("enrolment", type_=sa.Uuid())
    same = sa.and_(User.name == _NAME, Enrolment.id >= enrolment)
    return Statements(
        lists={
            (show, searched): Listing(found.where(is_called()) if searched else found)
            for show, found in shown.items()
            for searched in (False, True)
        },
        one=learners.where(Enrolment.id == enrolment),
        late_from=shown["late"].where(sa.or_(User.name > _NAME, same)).limit(2),
    )


# ------------------------------------------------------------------ counts

_CALLING = 2
"""Of who is fading: nobody has taken them on or written to them of late."""

NUDGED = (
    sa.exists()
    .where(
        Nudge.enrolment_id == Enrolment.id,
        Nudge.sent_at > sa.bindparam("nudged_after", type_=UtcDateTime()),
    )
    .correlate(Enrolment)
)
_MINE = sa.or_(Care.taken_by.is_(None), Care.taken_by == sa.bindparam("me", type_=sa.Uuid()))


@functools.lru_cache(maxsize=256)
def counts(shapes: tuple[Shape, ...]) -> sa.CompoundSelect[*tuple[Any, ...]]:
    """Return what counts the learners of several runs at once; the number of the run comes first.

    ``me`` and ``nudged_after`` say which of those who are fading still call for somebody.
    """
    return sa.union_all(*(_counts(number, shape) for number, shape in enumerate(shapes)))


def _counts(number: int, shape: Shape) -> sa.Select[*tuple[Any, ...]]:
    of = Conditions(*shape, tag=f"_{number}")
    learners = (
        sa.select(
            sa.case(
                (of.fading, sa.case((sa.and_(_MINE, ~NUDGED), _CALLING), else_=1)), else_=0
            ).label("fading"),
            sa.case((of.late, 1), else_=0).label("late"),
            sa.case((of.not_started, 1), else_=0).label("not_started"),
            sa.case((PAUSED, 1), else_=0).label("paused"),
            *(sa.case((Summary.outcome == each, 1), else_=0).label(each.value) for each in Outcome),
            LATEST.label("latest"),
        )
        .select_from(Enrolment)
        .outerjoin(Summary, Summary.enrolment_id == Enrolment.id)
        .outerjoin(Care, Care.enrolment_id == Enrolment.id)
        .where(Enrolment.state.in_(SEATED))
    )
    asked = (
        of.among(learners)
        # Keeps both databases from taking the conditions into each of the sums: they walk a
        # learner's cells, and are asked once a learner.
        .offset(sa.literal_column("0"))
        .subquery()
    ).c
    calling = asked.fading == _CALLING
    return sa.select(
        sa.literal(number).label("number"),
        sa.func.count().label("everybody"),
        sa.func.sum(sa.case((asked.fading > 0, 1), else_=0)),
        sa.func.sum(asked.late),
        sa.func.sum(asked.not_started),
        sa.func.sum(asked.paused),
        sa.func.sum(sa.case((calling, 1), else_=0)),
        *(sa.func.sum(asked[each.value]) for each in Outcome),
        sa.func.min(sa.case((calling, asked.latest))).label("since"),
    )
