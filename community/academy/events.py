"""What happens to courses."""

import dataclasses
import uuid

from community.kernel.events import Event


@dataclasses.dataclass(frozen=True, kw_only=True)
class VersionPublished(Event):
    """A version was imported and published; from here on it does not change."""

    name = "academy.version_published"

    course_id: uuid.UUID
    version_id: uuid.UUID
    space_id: uuid.UUID
