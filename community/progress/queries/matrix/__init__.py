"""Everybody and everything of a run at once: learners down, activities across."""

from community.progress.queries.matrix.single import next_late, row_of
from community.progress.queries.matrix.statements import SHOWS
from community.progress.queries.matrix.windows import (
    CELLS,
    LARGEST_WINDOW,
    WINDOW,
    Column,
    Figures,
    Matrix,
    Row,
    columns,
    figures,
    matrix,
)

__all__ = [
    "CELLS",
    "LARGEST_WINDOW",
    "SHOWS",
    "WINDOW",
    "Column",
    "Figures",
    "Matrix",
    "Row",
    "columns",
    "figures",
    "matrix",
    "next_late",
    "row_of",
]
