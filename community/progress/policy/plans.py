"""A course version as progress needs it, made once a process: what is published stays as it is."""

import dataclasses
import functools
import uuid
from collections.abc import Mapping

from community.academy.kinds.builtin import KINDS
from community.academy.kinds.protocol import Deadline, HasDeadline
from community.academy.queries import ActivityLine, ModuleOutline, Outline, outline
from community.progress.rules import cells
from community.progress.rules.states import Judge, Status
from community.progress.rules.unlocking import Part

KEPT = 64


@dataclasses.dataclass(frozen=True, slots=True)
class Plan:
    """The activities of a version by id and in order, and what unlocking and totals look at.

    ``at`` is each activity's index in ``order`` and in the text of cells; ``nothing`` is that text
    for somebody who has done nothing. ``deadlines`` are of those that may be due by themselves.
    """

    outline: Outline
    parts: tuple[Part, ...]
    order: tuple[uuid.UUID, ...]
    lines: Mapping[uuid.UUID, ActivityLine]
    modules: Mapping[uuid.UUID, ModuleOutline]
    required: frozenset[uuid.UUID]
    at: Mapping[uuid.UUID, int]
    nothing: str
    deadlines: Mapping[uuid.UUID, Deadline]

    def cell(self, activity_id: uuid.UUID, status: Status | None) -> str:
        """Return the letter of a state of an activity."""
        return cells.letter(status, required=activity_id in self.required)

    def settled(self, letters: str) -> frozenset[uuid.UUID]:
        """Return the activities that are settled by their letters (see ``rules.cells``)."""
        spans = cells.settled_in(letters)
        return frozenset[uuid.UUID]().union(*(self.order[start:end] for start, end in spans))


@functools.lru_cache(maxsize=KEPT)
def plan(version_id: uuid.UUID) -> Plan:
    """Return the plan of a published version; raises NotFound."""
    found = outline(version_id)
    lines = found.activities
    return Plan(
        outline=found,
        parts=tuple(
            Part(
                id=module.id,
                opens_later=module.opens_later,
                required=tuple(line.id for line in module.activities if line.required),
                slug=module.slug,
                activities={line.slug: line.id for line in module.activities},
            )
            for module in found.modules
        ),
        order=tuple(line.id for line in lines),
        lines={line.id: line for line in lines},
        modules={module.id: module for module in found.modules},
        required=frozenset(line.id for line in lines if line.required),
        at={line.id: number for number, line in enumerate(lines)},
        nothing=cells.blank(line.required for line in lines),
        deadlines={
            line.id: kind.deadline(line.settings)
            for line in lines
            if isinstance(kind := KINDS[line.kind], HasDeadline)
        },
    )


def judge(line: ActivityLine) -> Judge:
    """Return the completion rule of an activity, its settings filled in."""
    kind = KINDS[line.kind]
    return lambda evidence: kind.rule(line.settings, line.minutes, evidence)
