"""The tables of the desk: each is made once, for its page and for the file one takes away."""

import dataclasses
from collections.abc import Sequence
from typing import Any

from community.home.pages.words.desk import lacking
from community.home.pages.words.times import rescue_words
from community.home.queries.desk import Head, sessions_soon
from community.home.queries.waiting import questions
from community.kernel.addresses import url_for
from community.kernel.context import Context
from community.kernel.doors import reader
from community.kernel.errors import NotFound
from community.kernel.pages import local_time
from community.kernel.sheets import Cell, Percent
from community.kernel.translation import _
from community.progress.pages.blueprint import CELL_WORDS, outcome_word
from community.progress.queries import CELLS, Matrix, Row, coming, matrix

NAMES = ("questions", "sessions", "fading", "unplanned")
OF_RUNS = frozenset({"fading", "unplanned", "matrix"})
A_PAGE = 50
MOST = 5_000  # rows of a file: the seats of the largest run


@dataclasses.dataclass(frozen=True, slots=True)
class Line:
    """A row: its cells as texts, where its first one leads, and what it is made of."""

    cells: Sequence[Cell]
    url: str
    of: Any


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A list of the desk; ``empty`` is what to say where nothing is on it."""

    name: str
    title: str
    lead: str
    heads: Sequence[str]
    lines: Sequence[Line]
    empty: str
    next: str | None = None
    previous: str | None = None


def table(ctx: Context, head: Head, name: str, *, limit: int, page: str | None = None) -> Table:
    """Return a list of a desk, at most ``limit`` lines from the bookmark ``page`` on.

    Raises NotFound for a list of runs where there is no run, Invalid for no bookmark of the list.
    """
    match name:
        case "questions":
            return _questions(ctx, head, limit, page)
        case "sessions":
            return _sessions(ctx, head)
        case "fading":
            return _fading(ctx, head, limit, page)
        case _:
            return _unplanned(ctx, head)


def _questions(ctx: Context, head: Head, limit: int, page: str | None) -> Table:
    found = questions(ctx, head.space.id, limit=limit, page=page)
    return Table(
        name="questions",
        title=_("Questions without an answer"),
        lead=_(
            "Those that nobody but the asker has written in for %(time)s, the oldest first.",
            time=rescue_words(head.space.rescue_hours),
        ),
        heads=[_("Question"), _("Asked by"), _("Asked")],
        lines=[
            Line(
                [question.title, question.asked_by, local_time(question.asked_at)],
                url_for("discussions.thread", thread_id=question.id),
                question,
            )
            for question in found.items
        ],
        empty=_(
            "A question that nobody answers for %(time)s will stand here.",
            time=rescue_words(head.space.rescue_hours),
        ),
        next=found.next,
        previous=found.previous,
    )


def _sessions(ctx: Context, head: Head) -> Table:
    soon = sessions_soon(ctx, reader().zone, head.space.id)
    return Table(
        name="sessions",
        title=_("Sessions of the next seven days"),
        lead=_("What is live and what comes, with what is missing."),
        heads=[_("Session"), _("Starts"), _("Missing")],
        lines=[
            Line(
                [session.title, local_time(session.starts_at), lacking(session, led=head.led)],
                url_for("live.session", session_id=session.id),
                session,
            )
            for session in soon
        ],
        empty=_("There is no session in the next seven days."),
    )


def _fading(ctx: Context, head: Head, limit: int, page: str | None) -> Table:
    if head.run is None:
        raise NotFound
    found = matrix(ctx, head.run, show="fading", limit=limit, page=page)
    return Table(
        name="fading",
        title=_("Who is fading, and why"),
        lead=_(
            "They have something to do and have not been at it. Nobody is told that they stand"
            " here: what reaches them is a kind word from you."
        ),
        heads=[_("Learner"), _("Why"), _("Done"), _("Taken by"), _("Last written to")],
        lines=[
            Line(
                [
                    row.name,
                    "; ".join(row.why),
                    Percent(row.percent),
                    row.taker or "",
                    nudged(row),
                ],
                url_for("progress.record", slug=head.space.slug, enrolment_id=row.enrolment_id),
                row,
            )
            for row in found.rows
        ],
        empty=_("Everybody who has something to do has been at it. That is how it should be."),
        next=found.next,
        previous=found.previous,
    )


def nudged(row: Row) -> str:
    """Return when a learner was written to last, and by whom; empty for never."""
    if row.nudged_at is None:
        return ""
    return _("%(when)s by %(name)s", when=local_time(row.nudged_at), name=row.nudger)


def _unplanned(ctx: Context, head: Head) -> Table:
    if head.run is None:
        raise NotFound
    found = coming(ctx, head.run)
    lines = found.unplanned if found else ()
    return Table(
        name="unplanned",
        title=_("Sessions of the next module to plan"),
        lead=_(
            "Module %(number)d, “%(title)s”, opens %(when)s.",
            number=found.module.position,
            title=found.module.title,
            when=local_time(found.opens_at),
        )
        if found
        else _("No module opens next."),
        heads=[_("Session"), _("Module"), _("Minutes")],
        lines=[
            Line(
                [line.title, found.module.title, line.minutes],
                url_for("live.new_session", slug=head.space.slug),
                line,
            )
            for line in lines
            if found
        ],
        empty=_("Every session of the next module has its time."),
    )


# ------------------------------------------------------------------ the matrix


def matrix_heads(found: Matrix) -> list[str]:
    """Return the heads of the matrix: the learner, then each activity by number and title."""
    return [
        _("Learner"),
        _("Done"),
        _("Outcome"),
        _("Why"),
        *(f"{c.module.position}.{c.line.position} {c.line.title}" for c in found.columns),
    ]


def matrix_rows(found: Matrix) -> list[Sequence[Cell]]:
    """Return the rows of the matrix, each cell in the word that stands on the page."""
    said = {letter: str(CELL_WORDS[name]) for letter, name in CELLS.items()}
    return [
        [
            row.name,
            Percent(row.percent),
            outcome_word(row.outcome),
            remark(row),
            *(said[letter] for letter in row.cells),
        ]
        for row in found.rows
    ]


def remark(row: Row) -> str:
    """Return what the matrix says of a learner beside the cells."""
    return _("paused") if row.paused else "; ".join(row.why)
