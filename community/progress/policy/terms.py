"""The rules by which somebody is done with a run, as they are in force."""

import dataclasses
import datetime as dt
import functools
import uuid

import sqlalchemy as sa

from community.kernel.db import db, execute
from community.progress.models import CompletionPolicy
from community.progress.rules.completion import Change, Terms

KEPT = 256
NEWEST = (
    sa.select(CompletionPolicy.id)
    .where(CompletionPolicy.run_id == sa.bindparam("run", type_=sa.Uuid()))
    .order_by(CompletionPolicy.number.desc())
    .limit(1)
)


@dataclasses.dataclass(frozen=True, slots=True)
class InForce:
    """One number of a run's policy; it never changes."""

    id: uuid.UUID
    number: int
    terms: Terms
    change: Change
    made_at: dt.datetime


@functools.lru_cache(maxsize=KEPT)
def policy_of(policy_id: uuid.UUID) -> InForce:
    """Return a policy by its key; read once a process, for none is ever edited."""
    row = db.session.get_one(CompletionPolicy, policy_id)
    return InForce(row.id, row.number, Terms.from_json(row.criteria), row.change, row.made_at)


def in_force(run_id: uuid.UUID) -> InForce | None:
    """Return the newest policy of a run; None: nobody has made one, nothing is judged."""
    found = execute(NEWEST, {"run": run_id}).scalar_one_or_none()
    return policy_of(found) if found else None
