"""Rows as they are printed and as ``bench/results.json`` holds them."""

import dataclasses
import json
import os
import platform
from collections.abc import Sequence
from pathlib import Path

RESULTS = Path("bench/results.json")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One measurement.

    With a ``floor``, ``ratio`` is ``value`` to ``floor`` and the bar is on it (at least, or at most
    with ``at_most``); without, the bar is on ``value``. No bar: information only.
    """

    name: str
    database: str
    value: float
    unit: str
    floor: float | None = None
    bar: float | None = None
    at_most: bool = True
    note: str = ""

    @property
    def ratio(self) -> float | None:
        return self.value / self.floor if self.floor else None

    @property
    def ok(self) -> bool | None:
        if self.bar is None:
            return None
        measured = self.value if self.ratio is None else self.ratio
        return measured <= self.bar if self.at_most else measured >= self.bar

    @property
    def verdict(self) -> str:
        """ "ok", "" for information, or how far the bar was missed."""
        if self.ok is None or self.bar is None:
            return ""
        if self.ok:
            return "ok"
        measured = self.value if self.ratio is None else self.ratio
        return f"MISS x{measured / self.bar:.2f}"


def machine(databases: Sequence[str]) -> str:
    """Say in general words what is measured on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    words = [
        f"{os.cpu_count()} {platform.machine()} cores",
        f"{memory:.0f} GB",
        platform.system(),
        f"Python {platform.python_version()}",
        *databases,
    ]
    return ", ".join(words)


def number(value: float | None) -> str:
    if value is None:
        return ""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.2f}" if value < 10 else f"{value:.1f}"


def table(rows: Sequence[Row]) -> str:
    """Return the rows as a Markdown table, which reads well in a terminal too."""
    head = ("what", "database", "measured", "floor", "ratio", "bar", "")
    lines = [head]
    for row in rows:
        bar = f"{'<=' if row.at_most else '>='} {number(row.bar)}" if row.bar is not None else ""
        lines.append(
            (
                row.name,
                row.database,
                f"{number(row.value)} {row.unit}",
                number(row.floor),
                number(row.ratio),
                bar,
                " ".join(filter(None, (row.verdict, row.note))),
            )
        )
    widths = [max(len(line[n]) for line in lines) for n in range(len(head))]

    def say(line: Sequence[str]) -> str:
        return "| " + " | ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)) + " |"

    rule = "|" + "|".join("-" * (w + 2) for w in widths) + "|"
    return "\n".join([say(head), rule, *(say(line) for line in lines[1:])])


def write(rows: Sequence[Row], *, size: str, where: str) -> None:
    """Write ``bench/results.json``."""
    RESULTS.write_text(
        json.dumps(
            {
                "machine": where,
                "rows": [
                    {
                        "name": row.name,
                        "database": row.database,
                        "size": size,
                        "value": row.value,
                        "unit": row.unit,
                        "floor": row.floor,
                        "ratio": row.ratio,
                        "bar": row.bar,
                        "ok": row.ok,
                    }
                    for row in rows
                ],
            },
            indent=1,
        )
        + "\n"
    )


def line(row: Row) -> str:
    """Return a row in a line, to be printed as soon as it is known."""
    against = f" against {number(row.floor)}: ratio {number(row.ratio)}" if row.floor else ""
    words = (row.verdict, row.note)
    said = ", ".join(filter(None, words))
    return f"{row.database}: {row.name}: {number(row.value)} {row.unit}{against} {said}".rstrip()
