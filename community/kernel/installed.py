"""The assembled house, as the kernel asks for it at run time; filled by ``community.app``."""

import dataclasses
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from flask import current_app

from community.kernel.context import Context
from community.kernel.events import Event
from community.kernel.keys import new_key
from community.kernel.log import Logged
from community.kernel.settings import Settings

EXTENSION = "community"


def _silence(ctx: Context, events: Sequence[Logged]) -> None:
    """Announce to nobody: there is no server in this process."""


def _keep(row: Any) -> None:
    """Forget nothing: nobody remembers anything in this process."""


@dataclasses.dataclass(slots=True)
class Installed:
    """Listeners, jobs and settings of one application.

    ``features`` holds ``kernel.feature.Feature`` objects; it is untyped here because a feature's
    description itself depends on what the unit of work uses.
    """

    settings: Settings
    features: Sequence[Any] = ()
    reactions: Mapping[type[Event], Sequence[Callable[[Context, Any], None]]] = dataclasses.field(
        default_factory=dict
    )
    later: Mapping[type[Event], Sequence[str]] = dataclasses.field(default_factory=dict)
    jobs: Mapping[str, Callable[..., None]] = dataclasses.field(default_factory=dict)
    forget: Callable[[Any], None] = _keep  # what is remembered of the person a Revocation names
    announce: Callable[[Context, Sequence[Logged]], None] = _silence
    office: Any = None  # a kernel.posting.PostOffice; it keeps the ledger
    release: str = ""  # a digest of what pages are drawn with
    node_id: uuid.UUID = dataclasses.field(default_factory=new_key)


def installed() -> Installed:
    """Return the house of the running application."""
    return cast(Installed, current_app.extensions[EXTENSION])
