"""Domain events: what happened, and the three kinds of listener.

An operation records what happened; it never knows who cares.

``reaction``  runs in the same transaction, before the commit; if it fails, nothing happened. For
              what may never disagree with the truth, and is bounded.
``later``     becomes an outbox row in the same transaction; a worker does it, at least once. For
              what leaves the database, or grows with the audience.
``live``      is pushed to whoever is looking, after the commit, best effort: clients ask again for
              what they missed.
"""

import dataclasses
import datetime as dt
import enum
import uuid
from typing import Any, ClassVar


@dataclasses.dataclass(frozen=True, kw_only=True)
class Event:
    """A fact in the past tense: ids and small plain values, never a text a person wrote.

    ``name`` is ``<feature>.<what_happened>``. ``stream`` names the field that holds the id of the
    numbered stream (a thread, a room) the event belongs to, or is None.
    """

    name: ClassVar[str]
    stream: ClassVar[str | None] = None
    registry: ClassVar[dict[str, type["Event"]]] = {}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if cls.name in Event.registry:
            raise TypeError(f"two events are named {cls.name!r}")
        Event.registry[cls.name] = cls

    @property
    def stream_id(self) -> uuid.UUID | None:
        return getattr(self, self.stream) if self.stream else None

    def payload(self) -> dict[str, Any]:
        """Return the fields as JSON can hold them; ``from_payload`` reads them back."""
        return {f.name: _plain(getattr(self, f.name)) for f in dataclasses.fields(self)}

    @classmethod
    def from_payload(cls, payload: dict[str, Any]) -> "Event":
        """Rebuild an event from its row; a field the row is too old to know takes its default."""
        fields = {f.name: f.type for f in dataclasses.fields(cls)}
        return cls(**{k: _typed(fields[k], v) for k, v in payload.items() if k in fields})


def _plain(value: Any) -> Any:
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, dt.datetime):
        return value.isoformat()
    if isinstance(value, enum.Enum):
        return value.value
    return value


def _typed(kind: Any, value: Any) -> Any:
    if value is None:
        return None
    if kind == uuid.UUID or kind == uuid.UUID | None:
        return uuid.UUID(value)
    if kind == dt.datetime or kind == dt.datetime | None:
        return dt.datetime.fromisoformat(value)
    return value
