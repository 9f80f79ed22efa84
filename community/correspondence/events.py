"""What happens to what reaches people."""

import dataclasses
import uuid

from community.kernel.events import Event


@dataclasses.dataclass(frozen=True, kw_only=True)
class PreferencesChosen(Event):
    """Somebody chose how they are told; each of ``chosen`` is a topic, a channel and the choice."""

    name = "correspondence.preferences_chosen"

    user_id: uuid.UUID
    chosen: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, kw_only=True)
class DeviceAdded(Event):
    """Somebody wants to be told on a device."""

    name = "correspondence.device_added"

    user_id: uuid.UUID
    device_id: uuid.UUID


@dataclasses.dataclass(frozen=True, kw_only=True)
class DeviceRemoved(Event):
    """Nobody is told on a device any more."""

    name = "correspondence.device_removed"

    user_id: uuid.UUID
    device_id: uuid.UUID
