"""How the modules of a run open, for those who organise it, and what they did about it."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from community.academy.queries import DraftModuleLine, ModuleOutline, outline
from community.academy.rules.releases import USUAL, Ref, read_rule, said
from community.accounts.models import User
from community.cohorts.models import Enrolment, Release, ReleaseAct, ReleaseKind, Run
from community.cohorts.queries.calendar import own_openings
from community.cohorts.rules import Opening
from community.kernel import localtime
from community.kernel.db import db
from community.kernel.translation import _
from community.spaces.models import Space
from community.spaces.policy import reaches

SHOWN = 20


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ModuleOpening:
    """A module of a run and how it opens; ``words`` say its rule, ``own``: it is the run's own."""

    module: ModuleOutline
    rule: str
    words: str
    own: bool
    opens_at: dt.datetime
    opened_at: dt.datetime | None

    @property
    def option(self) -> tuple[uuid.UUID, str]:
        """It as something to choose."""
        return self.module.id, f"{self.module.position}. {self.module.title}"


def module_openings(run: Run) -> list[ModuleOpening]:
    """Return how the modules of a run the caller may see open, in order; one statement."""
    rows = {
        row.module_id: row
        for row in db.session.scalars(sa.select(Release).where(Release.run_id == run.id))
    }
    return [
        ModuleOpening(
            module=module,
            rule=row.rule,
            words=rule_in_words(run, row.rule),
            own=row.own,
            opens_at=row.opens_at,
            opened_at=row.opened_at,
        )
        for module in outline(run.version_id).modules
        if (row := rows.get(module.id)) is not None
    ]


def rule_in_words(run: Run, rule: str) -> str:
    """Return what a rule of a run says; dates are by the clock of the run."""
    modules = outline(run.version_id).modules

    def named(ref: Ref) -> str:
        return title_of(modules, ref)

    def dated(date: Any) -> str:
        return f"{date.at.date().isoformat()} {date.at:%H:%M} ({localtime.zone_name(run.zone)})"

    words = said(read_rule(rule) if rule else USUAL, named, dated)
    return words[:1].upper() + words[1:]


def title_of(modules: Sequence[ModuleOutline | DraftModuleLine], ref: Ref) -> str:
    """Return what a module or an activity that a rule names is called."""
    for module in modules:
        if module.slug == ref.module:
            found = next((a.title for a in module.activities if a.slug == ref.activity), None)
            if found is not None:
                return _("“%(title)s”", title=found)
            return _("module %(number)d", number=module.position)
    return str(ref)


def own_opened(enrolment_id: uuid.UUID) -> Collection[uuid.UUID]:
    """Return which modules are open to a learner whatever the rule says; one statement."""
    theirs: Mapping[uuid.UUID, Opening] = own_openings([enrolment_id]).get(enrolment_id, {})
    return {key for key, opening in theirs.items() if opening.opened}


# ------------------------------------------------------------------ what was done


@dataclasses.dataclass(frozen=True, slots=True)
class Done:
    """What an organiser did; ``learner`` is whom it is about, None for everybody."""

    kind: ReleaseKind
    module_id: uuid.UUID | None
    days: int
    reason: str = dataclasses.field(repr=False)
    at: dt.datetime
    by: str | None = dataclasses.field(repr=False)
    learner: str | None = dataclasses.field(repr=False)


_actor, _learner = sa.orm.aliased(User, name="actor"), sa.orm.aliased(User, name="learner")
_DONE = (
    sa.select(
        ReleaseAct.kind,
        ReleaseAct.module_id,
        ReleaseAct.days,
        ReleaseAct.reason,
        ReleaseAct.at,
        _actor.name,
        _learner.name,
    )
    .outerjoin(_actor, _actor.id == ReleaseAct.actor_id)
    .outerjoin(Enrolment, Enrolment.id == ReleaseAct.enrolment_id)
    .outerjoin(_learner, _learner.id == Enrolment.user_id)
    .order_by(ReleaseAct.id.desc())
    .limit(SHOWN)
)


def done_in(run: Run) -> Sequence[Done]:
    """Return what was last done about when modules of a run open, the newest first."""
    return [Done(*row) for row in db.session.execute(_DONE.where(ReleaseAct.run_id == run.id))]


def done_for(enrolment_id: uuid.UUID) -> Sequence[Done]:
    """Return what was last done for one learner, the newest first."""
    found = db.session.execute(_DONE.where(ReleaseAct.enrolment_id == enrolment_id))
    return [Done(*row) for row in found]


@dataclasses.dataclass(frozen=True, slots=True)
class ToTell:
    """What a letter tells a learner; ``repr`` keeps people's words out of logs."""

    act_id: uuid.UUID
    kind: ReleaseKind
    module_id: uuid.UUID | None
    days: int
    reason: str = dataclasses.field(repr=False)
    user_id: uuid.UUID
    by: str | None = dataclasses.field(repr=False)
    version_id: uuid.UUID
    space_id: uuid.UUID
    run: str
    slug: str


def act_to_tell(act_id: uuid.UUID) -> ToTell | None:
    """Return an act for the job that tells of it, while it is the last about it; asks no rule."""
    later = sa.orm.aliased(ReleaseAct, name="later")
    same = sa.and_(
        later.enrolment_id == ReleaseAct.enrolment_id,
        later.module_id.is_not_distinct_from(ReleaseAct.module_id),
        later.id > ReleaseAct.id,
    )
    statement: sa.Select[*tuple[Any, ...]] = (
        sa.select(
            ReleaseAct.id,
            ReleaseAct.kind,
            ReleaseAct.module_id,
            ReleaseAct.days,
            ReleaseAct.reason,
            Enrolment.user_id,
            _actor.name,
            Run.version_id,
            Space.id,
            Space.name,
            Space.slug,
        )
        .join(Enrolment, Enrolment.id == ReleaseAct.enrolment_id)
        .join(Run, Run.id == ReleaseAct.run_id)
        .join(Space, Space.id == Run.space_id)
        .outerjoin(_actor, _actor.id == ReleaseAct.actor_id)
        .where(
            ReleaseAct.id == act_id,
            Enrolment.ended_at.is_(None),
            ~sa.exists().where(same),
            reaches(Enrolment.user_id, Run.space_id),
        )
    )
    row = db.session.execute(statement).one_or_none()
    return ToTell(*row) if row else None
