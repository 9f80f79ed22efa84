"""Who uses the desk of a space."""

import uuid
from typing import Protocol

from community.kernel.context import Context
from community.kernel.policy import rule
from community.spaces.policy import facilitates


class WithId(Protocol):
    """A space, as far as this rule looks."""

    @property
    def id(self) -> uuid.UUID: ...


@rule
def may_use_desk(ctx: Context, space: WithId) -> bool:
    """Owners, organisers and facilitators see what a space needs of them."""
    return facilitates(ctx, space.id)
