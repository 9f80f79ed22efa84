"""When the modules of a run open, written down as instants; whoever calls holds the run's row.

What is the same for everybody is kept with the run; what differs for a learner, who came on a day
of their own or whose dates were shifted, in rows of their own.
"""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence

import sqlalchemy as sa

from community.academy.kinds.builtin import LIVE_SESSION
from community.academy.queries import ModuleOutline, outline
from community.academy.rules.releases import (
    Date,
    FromEnrolment,
    FromSession,
    Rule,
    Time,
    read_leaf,
    read_rule,
    walk,
)
from community.cohorts.models import (
    SEATED,
    Enrolment,
    EnrolmentMove,
    EnrolmentState,
    LearnerRelease,
    Placement,
    Release,
    ReleaseAct,
    ReleaseKind,
    Run,
)
from community.cohorts.rules import session_at
from community.cohorts.rules.releases import (
    Calendar,
    Opening,
    Shift,
    kept,
    resolved,
    resolved_through,
)
from community.kernel import localtime
from community.kernel.db import UtcDateTime, db
from community.kernel.keys import new_key
from community.live.models import LiveSession, SessionState

Rows = Mapping[uuid.UUID, Release]


def rule_of(release: Release) -> Rule | None:
    """Return the rule of a module in a run; None for the usual one."""
    return read_rule(release.rule) if release.rule else None


def add_release(run: Run, module: ModuleOutline, local_at: dt.datetime) -> Release:
    """Add when a module of a run opens, by the rule of the course."""
    release = Release(
        run_id=run.id,
        module_id=module.id,
        local_at=local_at,
        opens_at=localtime.instant(local_at, run.zone),
        rule=module.release,
    )
    db.session.add(release)
    return release


def settle_releases(run: Run) -> None:
    """Write down when the modules of a run open, from its dates, its rules and its sessions.

    One that goes by the usual rule opens as its week begins.
    """
    db.session.flush()
    rows = _releases_of(run)
    calendar = _calendar(run, rows)
    for row in rows.values():
        found = resolved(rule_of(row), row.local_at, calendar)
        row.opens_at = found.opens_at
        if row.rule:
            row.begins_at, row.instants = found.begins_at, kept(found.instants)
        else:
            row.begins_at = row.instants = None
    db.session.flush()
    settle_learners(run)


def settle_learners(run: Run, among: Collection[uuid.UUID] | None = None) -> None:
    """Write down when modules open to those for whom it is otherwise; ``among``: to these alone.

    A few statements for all of them. What was opened to who has left stays for when they come back:
    they are settled then. Sessions end when it is written down with the run, whose rows
    are held: whoever moves a session waits for them, and then finds these too.
    """
    rows = _releases_of(run)
    if not run.individual and not any(map(_is_counted_from_joining, rows.values())):
        return
    rows = _releases_of(run, lock=True)
    learners = sa.select(Enrolment).where(Enrolment.run_id == run.id, Enrolment.state.in_(SEATED))
    if among is not None:
        learners = learners.where(Enrolment.id.in_(among))
    keys = learners.with_only_columns(Enrolment.id)
    of_them = LearnerRelease.enrolment_id.in_(keys)
    opened = {
        (row.enrolment_id, row.module_id): row.opened_at
        for row in db.session.execute(
            sa.select(
                LearnerRelease.enrolment_id, LearnerRelease.module_id, LearnerRelease.opened_at
            ).where(of_them, LearnerRelease.opened_at.is_not(None))
        )
    }
    db.session.execute(sa.delete(LearnerRelease).where(of_them))
    calendar = Calendar(
        timeline=run.timeline, zone=run.zone, sessions=_sessions_kept(rows.values())
    )
    joined = _joined(keys) if any(map(_is_counted_from_joining, rows.values())) else {}
    shifts = _shifts(run, keys)
    found = [
        values
        for learner in db.session.scalars(learners.execution_options(populate_existing=True))
        for values in _own(
            learner,
            rows,
            dataclasses.replace(
                calendar,
                joined_at=min(learner.enrolled_at, joined.get(learner.id, learner.enrolled_at)),
            ),
            opened,
            shifts.get(learner.id, [Shift(_BEFORE_ALL, learner.shift_days)]),
        )
    ]
    if found:
        db.session.execute(sa.insert(LearnerRelease), found)
        run.individual = True


def settle_session(run_id: uuid.UUID, activity_id: uuid.UUID, ends_at: dt.datetime) -> None:
    """Write down anew what opens after a session that was moved; its row is held, the run is not.

    Only what hangs on this session is touched, under the locks of the releases.
    """
    run = db.session.get_one(Run, run_id)
    name = _names(run).get(activity_id)
    rows = db.session.scalars(
        sa.select(Release)
        .where(Release.run_id == run_id, Release.rule != "")
        .order_by(Release.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    for row in rows.all():
        rule = rule_of(row)
        after = [
            leaf
            for leaf in (walk(rule) if rule else ())
            if isinstance(leaf, FromSession) and str(leaf.session) == name
        ]
        if not after or rule is None:
            continue
        moved: dict[Time, dt.datetime] = {
            leaf: ends_at + dt.timedelta(hours=leaf.hours) for leaf in after
        }
        calendar = Calendar(timeline=run.timeline, zone=run.zone)
        _retime(row, rule, moved, calendar, calendar.at(row.local_at))
        theirs = db.session.execute(
            sa.select(LearnerRelease, Enrolment.shift_days)
            .join(Enrolment, Enrolment.id == LearnerRelease.enrolment_id)
            .where(Enrolment.run_id == run_id, LearnerRelease.module_id == row.module_id)
        )
        for own, shift in theirs.all():
            calendar = Calendar(timeline=run.timeline, zone=run.zone, shift=shift)
            _retime(own, rule, moved, calendar, calendar.at(row.local_at))


def _retime(
    row: Release | LearnerRelease,
    rule: Rule,
    moved: Mapping[Time, dt.datetime],
    calendar: Calendar,
    week: dt.datetime,
) -> None:
    """Write some instants of a rule anew, and what follows from them."""
    before = {
        read_leaf(text): dt.datetime.fromisoformat(at) for text, at in (row.instants or {}).items()
    }
    instants = {**before, **moved}
    row.opens_at = calendar.earliest(rule, instants)
    row.begins_at = max(week, row.opens_at)
    row.instants = kept(instants)


def _names(run: Run) -> dict[uuid.UUID, str]:
    """Return what the activities of a run are called in rules."""
    return {
        line.id: f"{module.slug}/{line.slug}"
        for module in outline(run.version_id).modules
        for line in module.activities
    }


def _own(
    learner: Enrolment,
    rows: Rows,
    calendar: Calendar,
    opened: Mapping[tuple[uuid.UUID, uuid.UUID], dt.datetime | None],
    shifts: Sequence[Shift],
) -> list[dict[str, object]]:
    """Return the rows of a learner: of each module that opens otherwise to them.

    ``calendar`` is theirs, without the days by which their dates were shifted.
    """
    found = []
    for row in rows.values():
        opened_at = opened.get((learner.id, row.module_id))
        special = bool(opened_at) or _is_counted_from_joining(row)
        if not (any(shift.days for shift in shifts) or special):
            continue
        rule = rule_of(row)
        opening: Opening = resolved_through(rule, row.local_at, calendar, shifts)
        again = not learner.shift_days and opening == resolved(rule, row.local_at, calendar)
        if again and not special:
            continue  # they have the group's dates again
        found.append(
            {
                "id": new_key(),
                "enrolment_id": learner.id,
                "module_id": row.module_id,
                "begins_at": opening.begins_at,
                "opens_at": opening.opens_at,
                "instants": kept(opening.instants) if row.rule else None,
                "opened_at": opened_at,
            }
        )
    return found


def take_rules(source: Run, made: Run) -> None:
    """Let a run of the same version have the rules of another's own; one with a date stays behind.

    That date has passed by then, or means nothing there.
    """
    rows = _releases_of(made)
    own = [row for row in _releases_of(source).values() if row.own]
    taken = [row for row in own if not any(isinstance(e, Date) for e in walk(read_rule(row.rule)))]
    for row in taken:
        if row.module_id in rows:
            rows[row.module_id].rule, rows[row.module_id].own = row.rule, True
    if taken:
        settle_releases(made)


def follow_learners(run: Run, modules: Mapping[uuid.UUID, uuid.UUID]) -> None:
    """Let what was opened to learners follow to the modules of a newer version, by the former."""
    if not run.individual:
        return
    db.session.flush()
    mine = LearnerRelease.enrolment_id.in_(
        sa.select(Enrolment.id).where(Enrolment.run_id == run.id)
    )
    db.session.execute(
        sa.delete(LearnerRelease).where(mine, LearnerRelease.module_id.not_in(list(modules)))
    )
    for former, now in modules.items():
        db.session.execute(
            sa.update(LearnerRelease)
            .where(mine, LearnerRelease.module_id == former)
            .values(module_id=now)
        )


def _shifts(run: Run, learners: sa.Select[uuid.UUID]) -> dict[uuid.UUID, list[Shift]]:
    """Return how the dates of learners were shifted, in order, as far as it can shut anything.

    Before the run was opened nothing was open to anybody, so there the last one alone counts.
    """
    rows = db.session.execute(
        sa.select(ReleaseAct.enrolment_id, ReleaseAct.at, ReleaseAct.days)
        .where(ReleaseAct.enrolment_id.in_(learners), ReleaseAct.kind == ReleaseKind.SHIFTED)
        .order_by(ReleaseAct.at, ReleaseAct.id)
    )
    found: dict[uuid.UUID, list[Shift]] = {}
    for row in rows:
        theirs = found.setdefault(row.enrolment_id, [])
        if run.opened_at is None or row.at < run.opened_at:
            theirs[:] = [Shift(_BEFORE_ALL, row.days)]
        else:
            theirs.append(Shift(row.at, row.days))
    return found


_BEFORE_ALL = dt.datetime.min.replace(tzinfo=dt.UTC)


def _joined(learners: sa.Select[uuid.UUID]) -> dict[uuid.UUID, dt.datetime]:
    """Return when learners came for the first time: coming back shuts nothing that was open."""
    rows = db.session.execute(
        sa.select(EnrolmentMove.enrolment_id, sa.func.min(EnrolmentMove.at, type_=UtcDateTime()))
        .where(
            EnrolmentMove.enrolment_id.in_(learners),
            EnrolmentMove.state == EnrolmentState.ACTIVE,
        )
        .group_by(EnrolmentMove.enrolment_id)
    )
    return {row[0]: row[1] for row in rows}


def _is_counted_from_joining(row: Release) -> bool:
    rule = rule_of(row)
    return rule is not None and any(isinstance(each, FromEnrolment) for each in walk(rule))


def _releases_of(run: Run, *, lock: bool = False) -> dict[uuid.UUID, Release]:
    query = sa.select(Release).where(Release.run_id == run.id).order_by(Release.id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return {row.module_id: row for row in db.session.scalars(query)}


def _sessions_kept(rows: Iterable[Release]) -> dict[str, dt.datetime]:
    """Return when sessions are planned to end, as it is written down with the run's rules."""
    found = {}
    for row in rows:
        for text, at in (row.instants or {}).items():
            leaf = read_leaf(text)
            if isinstance(leaf, FromSession):
                ends_at = dt.datetime.fromisoformat(at) - dt.timedelta(hours=leaf.hours)
                found[str(leaf.session)] = ends_at
    return found


def _calendar(run: Run, rows: Rows) -> Calendar:
    """Return what times in the rules of a run are counted from; sessions only where one is."""
    named = {
        str(leaf.session)
        for row in rows.values()
        if (rule := rule_of(row))
        for leaf in walk(rule)
        if isinstance(leaf, FromSession)
    }
    sessions = _sessions(run, rows, named) if named else {}
    return Calendar(timeline=run.timeline, zone=run.zone, sessions=sessions)


def hold_sessions(run: Run) -> None:
    """Hold the sessions of a run's course that can still move: before its releases are written.

    Whoever moves a session holds it before the releases, too.
    """
    db.session.execute(
        sa.select(LiveSession.id)
        .join(Placement, Placement.session_id == LiveSession.id)
        .where(Placement.run_id == run.id, LiveSession.state == SessionState.SCHEDULED)
        .order_by(LiveSession.id)
        .with_for_update(of=LiveSession)
    )


def _sessions(run: Run, rows: Rows, named: Collection[str]) -> dict[str, dt.datetime]:
    """Return when sessions are planned to end, by their names in rules.

    Before the run is opened they are as its course says. Those that can still move are held, so
    that whoever moves one either is seen here, or sees what is written here.
    """
    hold_sessions(run)
    placed = {
        row.activity_id: row.starts_at + dt.timedelta(minutes=row.minutes)
        for row in db.session.execute(
            sa.select(Placement.activity_id, LiveSession.starts_at, LiveSession.minutes)
            .join(LiveSession, LiveSession.id == Placement.session_id)
            .where(Placement.run_id == run.id)
        )
    }
    found = {}
    for module in outline(run.version_id).modules:
        for line in module.activities:
            name = f"{module.slug}/{line.slug}"
            if name not in named or line.kind != LIVE_SESSION.name:
                continue
            if line.id in placed:
                found[name] = placed[line.id]
            elif module.id in rows:
                local_at = rows[module.id].local_at
                at = session_at(local_at, line.settings["day"], line.settings["time"])
                found[name] = localtime.instant(at, run.zone) + dt.timedelta(minutes=line.minutes)
    return found
