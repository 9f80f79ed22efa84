"""The items of a checklist, and which of them a learner has ticked."""

import dataclasses
import functools
import uuid

import sqlalchemy as sa

from community.academy.queries import activity_content
from community.coursework.models import Checklist
from community.kernel import markdown
from community.kernel.db import db

KEPT = 256


@dataclasses.dataclass(frozen=True, slots=True)
class ItemText:
    """An item with its Markdown rendered."""

    id: str
    html: str


@functools.lru_cache(maxsize=KEPT)
def items_of(activity_id: uuid.UUID) -> tuple[ItemText, ...]:
    """Return the items of a published checklist, rendered once a process."""
    items = activity_content(activity_id).settings["items"]
    return tuple(ItemText(item["id"], markdown.render(item["text"])) for item in items)


def ticked_items(enrolment_id: uuid.UUID, activity_id: uuid.UUID) -> frozenset[str]:
    """Return the ids of the items that a learner has ticked."""
    found = db.session.scalar(
        sa.select(Checklist.ticked).where(
            Checklist.enrolment_id == enrolment_id, Checklist.activity_id == activity_id
        )
    )
    return frozenset(found or ())
