"""Where learners stand in activities, as rows: read into what the rules have, and written back."""

import uuid
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from community.academy.kinds.protocol import Evidence
from community.kernel.db import db, execute
from community.kernel.keys import new_key
from community.progress.models import ActivityState
from community.progress.rules.states import State

# The hot path: built once.
_ADD_STATE: Any = sa.insert(ActivityState.__table__)  # type: ignore[arg-type]


def state_of(row: ActivityState) -> State:
    """Return a stored state as the rules have it."""
    return State(
        status=row.status,
        fraction=row.fraction,
        evidence=Evidence.from_json(row.evidence),
        begun_at=row.begun_at,
        done_at=row.done_at,
    )


def write_state(
    enrolment_id: uuid.UUID,
    activity_id: uuid.UUID,
    row: ActivityState | None,
    state: State | None,
) -> bool:
    """Store a state over ``row``, or remove it; returns whether anything differed."""
    if state is None:
        if row is not None:
            db.session.delete(row)
        return row is not None
    if row is None:
        add_states({(enrolment_id, activity_id): state})
        return True
    values = _values(state)
    differs = [key for key, value in values.items() if getattr(row, key) != value]
    for key in differs:
        setattr(row, key, values[key])
    return bool(differs)


def add_states(states: Mapping[tuple[uuid.UUID, uuid.UUID], State]) -> None:
    """Store states that are new, by enrolment and activity."""
    rows = [
        {"id": new_key(), "enrolment_id": enrolment_id, "activity_id": activity_id, **_values(each)}
        for (enrolment_id, activity_id), each in states.items()
    ]
    if rows:
        execute(_ADD_STATE, rows)


def _values(state: State) -> dict[str, Any]:
    return {
        "status": state.status,
        "fraction": state.fraction,
        "evidence": state.evidence.as_json(),
        "begun_at": state.begun_at,
        "done_at": state.done_at,
    }
