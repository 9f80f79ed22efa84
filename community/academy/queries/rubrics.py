"""The rubric of an assignment with its Markdown rendered."""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from community.academy.queries.outlines import rendered


@dataclasses.dataclass(frozen=True, slots=True)
class LevelText:
    """A level of a criterion, as it is shown."""

    id: str
    points: int
    title: str
    html: str


@dataclasses.dataclass(frozen=True, slots=True)
class CriterionText:
    """A criterion of a rubric, as it is shown."""

    id: str
    title: str
    html: str
    levels: tuple[LevelText, ...]

    @property
    def most(self) -> int:
        """The points it can give."""
        return max(level.points for level in self.levels)


def rubric_texts(rubric: Sequence[Mapping[str, Any]]) -> tuple[CriterionText, ...]:
    """Return the criteria of a rubric, as settings or a version have it, rendered."""
    return tuple(
        CriterionText(
            id=each["id"],
            title=each["title"],
            html=rendered(each["text"]),
            levels=tuple(
                LevelText(level["id"], level["points"], level["title"], rendered(level["text"]))
                for level in each["levels"]
            ),
        )
        for each in rubric
    )
