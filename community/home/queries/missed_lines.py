"""What all that was missed is told in: the first lines of each part of a space."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from community.kernel.db import UtcDateTime

EACH_SHOWN = 5
"""Lines of one part of a space."""
MOST_LINES = 400
"""Lines of a part of all spaces."""

SINCE = sa.bindparam("since", type_=UtcDateTime())


def best_of(lines: sa.Subquery, part: Any, order: Sequence[Any]) -> sa.Select[Any]:
    """Return what reads the first lines of each part, by ``order``, with how many ``all`` are."""
    ranked = sa.select(
        lines,
        sa.func.row_number().over(partition_by=part, order_by=order).label("place"),
        sa.func.count().over(partition_by=part).label("all"),
    ).subquery()
    return (
        sa.select(ranked)
        .where(ranked.c.place <= EACH_SHOWN)
        .order_by(ranked.c.place, ranked.c.id)
        .limit(MOST_LINES)
    )
