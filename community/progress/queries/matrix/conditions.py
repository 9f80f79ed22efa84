"""What is asked of one learner of a run, for a WHERE: late, fading, not started.

Who is fading is asked by the same figures and thresholds by which ``rules.fading`` says why; a test
compares the two. What the calendar knows comes as parameters, see ``Calendar.given``; ``tag`` ends
their names, so that one statement can ask of several runs.
"""

import dataclasses
import functools
import operator
from typing import Any, TypeVarTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from community.cohorts.models import Enrolment, EnrolmentState
from community.kernel.db import UtcDateTime
from community.progress.models import Summary
from community.progress.rules.cells import NEVER_LATE, NOTHING, NOTHING_IF_YOU_LIKE, SETTLED
from community.progress.rules.fading import LATE_MANY, SESSIONS_LOOKED_AT, SESSIONS_MISSED

_came = sa.func.coalesce(Enrolment.returned_at, Enrolment.enrolled_at)
LATEST = sa.case((Summary.last_active_at > _came, Summary.last_active_at), else_=_came)
"""When somebody worked last, or came, or came back."""
PACE = sa.func.coalesce(Enrolment.paced_from, Enrolment.enrolled_at)
LEARNING = Enrolment.state == EnrolmentState.ACTIVE
PAUSED = Enrolment.state == EnrolmentState.PAUSED


Ts = TypeVarTuple("Ts")


@dataclasses.dataclass(frozen=True)
class Conditions:
    """The conditions of a run.

    ``parts``: how many modules there are up to the last that is over; ``gaps``: how many of them
    are not over, as a rule none. ``off``: how many activities nobody can do. ``named``: who is late
    or fading is known by name, see ``matrix.ruled``. ``over``: how many activities lock nothing
    though somebody may miss them, if those are others than ``off``.
    """

    parts: int
    gaps: int
    off: int = 0
    named: bool = False
    over: int = 0
    tag: str = ""

    def instant(self, name: str) -> sa.BindParameter[Any]:
        return sa.bindparam(name + self.tag, type_=UtcDateTime())

    def number(self, name: str) -> sa.BindParameter[int]:
        return sa.bindparam(name + self.tag, type_=sa.Integer)

    def among(self, learners: sa.Select[*Ts]) -> sa.Select[*Ts]:
        """Return a statement over ``Enrolment`` and ``Summary`` with what these conditions ask.

        Of the run alone.
        """
        learners = learners.where(self.of_run)
        if not (self.off or self.over):
            return learners
        return learners.outerjoin(self._asked, self._asked.c.enrolment_id == Enrolment.id)

    @property
    def of_run(self) -> sa.ColumnElement[bool]:
        return Enrolment.run_id == sa.bindparam("run" + self.tag, type_=sa.Uuid())

    @property
    def not_started(self) -> sa.ColumnElement[bool]:
        """Whether somebody has done nothing yet of what there is to do."""
        return sa.and_(LEARNING, Summary.last_active_at.is_(None), self.number("due") > 0)

    @property
    def late(self) -> sa.ColumnElement[bool]:
        """Whether something required is not settled, and its time is over for the learner too."""
        if self.named:
            return self._among("late_ids")
        if self.over and self.gaps:  # behind a missed session something may be late all the same
            return sa.and_(LEARNING, self._late_many > 0)
        first = self._first_missing
        gaps = (
            first.not_between(self.number(f"gap_{n}"), self.number(f"gap_end_{n}"))
            for n in range(self.gaps)
        )
        return sa.and_(LEARNING, first <= self._over_to, *gaps)

    @property
    def fading(self) -> sa.ColumnElement[bool]:
        """Whether somebody with something to do is fading."""
        if self.named:
            return self._among("fading_ids")
        much_late = self._late_many >= LATE_MANY
        return sa.and_(
            LEARNING,
            self.instant("here_at") >= LATEST,
            self._done < self.number("due"),
            sa.or_(self.instant("quiet_at") >= LATEST, self._missed >= SESSIONS_MISSED, much_late),
        )

    def _among(self, name: str) -> sa.ColumnElement[bool]:
        return Enrolment.id.in_(sa.bindparam(name + self.tag, type_=sa.Uuid(), expanding=True))

    @property
    def _stored(self) -> sa.ColumnElement[str]:
        return sa.func.coalesce(Summary.cells, sa.bindparam("nothing" + self.tag, type_=sa.String))

    @property
    def _row(self) -> sa.ColumnElement[str]:
        """What is stored; what nobody can do is asked of nobody: it reads as if it were optional.

        See ``cells.not_asked``, which does the same to a row that was read.
        """
        return self._without("off") if self.off else self._stored

    @property
    def _locking(self) -> sa.ColumnElement[str]:
        """The row without what locks nothing: a session that is over, whoever missed it."""
        return self._without("over") if self.over else self._row

    def _without(self, name: str) -> sa.ColumnElement[str]:
        nothing = sa.bindparam(f"nothing_{name}{self.tag}", type_=sa.String)
        return sa.func.coalesce(self._asked.c[name], nothing)

    @functools.cached_property
    def _asked(self) -> sa.Subquery:
        """Each row rewritten, in one place: written out at each use it is a thousand parameters.

        Of the run alone: PostgreSQL would rewrite the rows of all runs first.
        """
        learners = aliased(Enrolment, name=f"learner{self.tag}")
        run = sa.bindparam("run" + self.tag, type_=sa.Uuid())
        return (
            sa.select(
                Summary.enrolment_id,
                *(
                    self._rewritten(name, count).label(name)
                    for name, count in (("off", self.off), ("over", self.over))
                    if count
                ),
            )
            .where(Summary.enrolment_id.in_(sa.select(learners.id).where(learners.run_id == run)))
            .subquery(f"asked{self.tag}")
        )

    def _rewritten(self, name: str, count: int) -> sa.ColumnElement[str]:
        row: Any = Summary.cells
        pieces: list[sa.ColumnElement[str]] = []
        for n in range(count):
            start, size = self.number(f"{name}_rest_{n}"), self.number(f"{name}_rest_size_{n}")
            pieces.append(sa.func.substr(row, start, size))
            letter = sa.func.substr(row, self.number(f"{name}_{n}"), 1)
            optional = sa.func.replace(letter, NOTHING, NOTHING_IF_YOU_LIKE)
            pieces.append(sa.func.replace(optional, "b", "B"))
        pieces.append(sa.func.substr(row, self.number(f"{name}_rest_end")))
        return functools.reduce(lambda before, piece: before.concat(piece), pieces)

    @property
    def _done(self) -> sa.ColumnElement[int]:
        """How much of what can be done somebody has done."""
        settled = [sa.case((self._off(n).in_(list(SETTLED)), 1), else_=0) for n in range(self.off)]
        done: sa.ColumnElement[int] = sa.func.coalesce(Summary.done, 0)
        return functools.reduce(lambda rest, one: rest - one, settled, done)

    def _off(self, n: int) -> sa.ColumnElement[str]:
        return sa.func.substr(self._stored, self.number(f"off_{n}"), 1)

    @property
    def _first_missing(self) -> sa.ColumnElement[int]:
        """Where the first stands that is required and not settled: all behind it is locked by it.

        Asked in one walk along the row; part by part would take as many as there are modules.
        """
        rest = sa.func.ltrim(self._row, NEVER_LATE)
        # a row is as long rewritten as it is stored, and need not be rewritten to know
        return sa.func.length(self._stored) - sa.func.length(rest) + 1

    @property
    def _over_to(self) -> sa.ColumnElement[int]:
        """Up to where the time of modules is over for the learner: later ones are over later."""
        branches = [(self._over_for_them(n), self._end(n)) for n in reversed(range(self.parts))]
        return sa.case(*branches, else_=0) if branches else sa.literal(0, sa.Integer)

    @property
    def _missed(self) -> sa.ColumnElement[int]:
        """How many of the last sessions took place since somebody came, and hold nothing of it."""
        missed = [
            sa.and_(
                sa.func.substr(self._stored, self.number(f"met_{n}"), 1) == NOTHING,
                Enrolment.enrolled_at <= self.instant(f"since_{n}"),
            )
            for n in range(SESSIONS_LOOKED_AT)
        ]
        counted = [sa.case((each, 1), else_=0) for each in missed]
        return sum(counted[1:], start=counted[0])

    @property
    def _late_many(self) -> sa.ColumnElement[int]:
        """How many activities are shown as late: up to the first module that locks what follows.

        Without sessions that are over that is the first one that misses something.
        """
        late: list[sa.ColumnElement[int]] = []
        branches = []
        for n in range(self.parts):
            part = self._part(self._row, n)
            settled = sa.func.replace(sa.func.replace(part, NOTHING, ""), "b", "")
            whole = sa.func.length(self._part(self._stored, n))
            missing = whole - sa.func.length(settled)
            late.append(sa.case((self._over_for_them(n), missing), else_=0))
            locks = _misses(self._part(self._locking, n))
            branches.append(
                (locks, functools.reduce(operator.add, late if self.over else late[-1:]))
            )
        if not branches:
            return sa.literal(0, sa.Integer)
        rest = functools.reduce(operator.add, late) if self.over else 0
        return sa.case(*branches, else_=rest)

    def _part(self, row: sa.ColumnElement[str], n: int) -> sa.ColumnElement[str]:
        return sa.func.substr(row, self.number(f"part_{n}"), self.number(f"size_{n}"))

    def _end(self, n: int) -> sa.ColumnElement[int]:
        return self.number(f"part_{n}") + self.number(f"size_{n}") - 1

    def _over_for_them(self, n: int) -> sa.ColumnElement[bool]:
        return self.instant(f"pace_{n}") >= PACE


def _misses(part: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    return sa.func.ltrim(part, NEVER_LATE) != ""
