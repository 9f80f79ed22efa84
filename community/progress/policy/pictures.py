"""Which pictures and files of a course one may load: those of the texts one may read, no others."""

import uuid

import sqlalchemy as sa

from community.academy.kinds.builtin import DISCUSSION, LIVE_SESSION
from community.academy.models import Asset, CourseFile, CourseVersion
from community.academy.policy import visible_versions
from community.academy.queries import outline, places_of_files
from community.cohorts.models import EarlierVersion, Run, RunState
from community.cohorts.policy import visible_runs
from community.cohorts.queries import placements
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.policy import read_rule
from community.progress.policy.access import accesses
from community.progress.policy.plans import plan
from community.progress.policy.standing import standing
from community.progress.rules.unlocking import Lock


@read_rule
def visible_pictures(ctx: Context, version_id: uuid.UUID) -> sa.Select[Asset]:
    """Pictures of a course one keeps; in a run, those of the texts that are open to the actor."""
    pictures = sa.select(Asset).where(Asset.version_id == version_id)
    paths = _open_paths(ctx, version_id)
    return pictures if paths is None else pictures.where(Asset.path.in_(sorted(paths)))


@read_rule
def visible_files(ctx: Context, version_id: uuid.UUID) -> sa.Select[CourseFile]:
    """Files of a course one keeps; in a run, those of the texts that are open to the actor."""
    files = sa.select(CourseFile).where(CourseFile.version_id == version_id)
    paths = _open_paths(ctx, version_id)
    return files if paths is None else files.where(CourseFile.path.in_(sorted(paths)))


def _open_paths(ctx: Context, version_id: uuid.UUID) -> set[str] | None:
    """Return the paths of what one may load of a version; None: everything in it."""
    authored = visible_versions(ctx).where(CourseVersion.id == version_id)
    if db.session.scalar(sa.select(authored.exists())):
        return None
    left = sa.select(EarlierVersion.run_id).where(EarlierVersion.version_id == version_id)
    mine = visible_runs(ctx).where(sa.or_(Run.version_id == version_id, Run.id.in_(left)))
    paths: set[str] = set()
    for run in db.session.scalars(mine).all():
        if standing(ctx, run).sees_everything:
            return None
        now = run.version_id == version_id
        texts = _open_texts(ctx, run) if now else _earlier_texts(run, version_id)
        places = places_of_files(version_id)
        paths.update(path for path, keys in places.items() if not texts.isdisjoint(keys))
    return paths


def _earlier_texts(run: Run, version_id: uuid.UUID) -> set[uuid.UUID]:
    """Return the texts of an earlier version of a run that its space goes on reading.

    They stand in threads and plans of sessions, which stay as they were.
    """
    if run.opened_at is None:
        return set()
    lines = outline(version_id).activities
    return {line.id for line in lines if line.kind in (DISCUSSION.name, LIVE_SESSION.name)}


def _open_texts(ctx: Context, run: Run) -> set[uuid.UUID]:
    """Return the texts of a run's course that are open to somebody who sees the run.

    Besides what is unlocked: what the course is about, the outlines of what opens later, and what
    stands in the threads and plans of the run, which all of its space read.
    """
    texts = {run.version_id}
    if run.state is not RunState.PLANNED:
        texts.update(placements(run.id))
    modules = plan(run.version_id).modules
    for key, access in accesses(ctx, run).items():
        if access.open:
            texts.update(line.id for line in modules[key].activities)
        if access.open or access.lock is Lock.LATER:
            texts.add(key)
    return texts
