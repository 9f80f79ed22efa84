"""Which posts of a thread a page is about: chosen in a list, or written shortly in its address."""

import dataclasses
import re
from collections.abc import Iterator, Sequence
from typing import Any

from werkzeug.datastructures import MultiDict

from community.discussions.pages.given import number
from community.discussions.rules import MOST_MOVED

_RANGE = re.compile(r"([0-9]{1,9})(?:-([0-9]{1,9}))?", re.ASCII)
LONGEST = 8_000  # characters of what is written shortly


@dataclasses.dataclass(frozen=True, slots=True)
class Chosen:
    """Posts by their numbers, all from one on (``since``), or the ``whole`` thread."""

    numbers: tuple[int, ...] = ()
    since: int | None = None
    whole: bool = False

    def __bool__(self) -> bool:
        return bool(self.numbers or self.since or self.whole)

    @property
    def fields(self) -> dict[str, Any]:
        """Return what a form or an address says of them."""
        if self.whole:
            return {"whole": "yes"}
        return {"since": self.since} if self.since else {"posts": written(self.numbers)}

    @property
    def given(self) -> dict[str, Any]:
        """Return what the operations are given."""
        return {"numbers": self.numbers, "since": self.since}


def chosen(sent: MultiDict[str, str]) -> Chosen:
    """Return which posts an address or a form names; ``onward``: all after the first, too."""
    if sent.get("whole") == "yes":
        return Chosen(whole=True)
    if since := number(sent.get("since")):
        return Chosen(since=since)
    ticked = [found for each in sent.getlist("number") if (found := number(each))]
    numbers = sorted({*ticked[: MOST_MOVED + 1], *_read(sent.get("posts", ""))})
    if numbers and sent.get("onward") == "yes":
        return Chosen(since=numbers[0])
    return Chosen(tuple(numbers))


def written(numbers: Sequence[int]) -> str:
    """Return numbers as an address says them: "1-5,8"."""
    runs: list[list[int]] = []
    for each in sorted(numbers):
        if runs and runs[-1][-1] + 1 == each:
            runs[-1][1:] = [each]
        else:
            runs.append([each])
    return ",".join("-".join(map(str, run)) for run in runs)


def _read(text: str) -> Iterator[int]:
    """Yield the numbers that are written so, one more than may move at most."""
    count = 0
    for part in text[:LONGEST].split(","):
        found = _RANGE.fullmatch(part)
        if found is None:
            continue
        first, last = int(found[1]), int(found[2] or found[1])
        for each in range(first, min(last, first + MOST_MOVED) + 1):
            count += 1
            if count > MOST_MOVED + 1:
                return
            yield each
