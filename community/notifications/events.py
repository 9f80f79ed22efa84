"""What happens to inboxes."""

import dataclasses
import uuid

from community.kernel.events import Event


@dataclasses.dataclass(frozen=True, kw_only=True)
class InboxChanged(Event):
    """Something came into somebody's inbox, or was read there; told to them, and not logged."""

    name = "notifications.inbox_changed"
    stream = "user_id"

    user_id: uuid.UUID
