"""Which pictures of a course one may load: those of the texts one may read, and no others."""

import uuid

import sqlalchemy as sa

from community.academy.models import Asset, CourseVersion
from community.academy.policy import visible_versions
from community.academy.queries import places_of_pictures
from community.cohorts.models import Run, RunState
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
    authored = visible_versions(ctx).where(CourseVersion.id == version_id)
    if db.session.scalar(sa.select(authored.exists())):
        return pictures
    paths: set[str] = set()
    for run in db.session.scalars(visible_runs(ctx).where(Run.version_id == version_id)).all():
        if standing(ctx, run).sees_everything:
            return pictures
        texts = _open_texts(ctx, run)
        places = places_of_pictures(version_id)
        paths.update(path for path, keys in places.items() if not texts.isdisjoint(keys))
    return pictures.where(Asset.path.in_(sorted(paths)))


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
