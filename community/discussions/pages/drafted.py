"""What a form knows of the draft of its words."""

import dataclasses
import uuid
from typing import Any

from flask import request

from community.discussions.pages.given import number
from community.kernel.errors import CommunityError


@dataclasses.dataclass(frozen=True, slots=True)
class Drafted:
    """The draft in a form.

    ``row`` is the one it opens with, if there is one; ``revision`` is that of what it began from;
    ``other`` is what was kept meanwhile from elsewhere, where the two clash; ``unsaved``: what
    stands in the form is kept nowhere yet; ``thrown`` is a draft that was just thrown away here.
    """

    row: Any = None
    revision: int = 0
    other: Any = None
    unsaved: bool = False
    thrown: uuid.UUID | None = None


def drafted(row: Any | None, thrown: uuid.UUID | None = None) -> Drafted:
    """Return what a form knows that opens with a draft, or without one."""
    return Drafted(row, row.revision) if row is not None else Drafted(thrown=thrown)


def drafted_again(error: CommunityError | None) -> Drafted:
    """Return what a form knows that comes back as it was typed."""
    kept = error.details.get("kept") if error is not None else None
    if kept and "revision" in kept:
        return Drafted(revision=kept["revision"], other=kept, unsaved=True)
    return Drafted(revision=number(request.form.get("revision")) or 0, unsaved=True)
