"""The common release rules as they are picked in a form: rows, each a condition, all to hold.

Pure functions. What cannot be picked is written as text.
"""

import datetime as dt
from collections.abc import Mapping, Sequence

from community.academy.rules.releases import (
    All,
    Before,
    Date,
    FromEnrolment,
    FromSession,
    FromStart,
    NoRule,
    Ref,
    Rule,
    Settled,
    write_rule,
)
from community.academy.rules.releases.reading import YEARS
from community.academy.rules.releases.tree import MAX_DAYS, MAX_WEEK
from community.kernel.translation import _

ROWS = 3
SORTS = ("own", "week", "date", "joined", "before", "module", "session")
Pick = Mapping[str, str]
"""A row as it is typed: ``sort``, and the field that belongs to it."""


def picks_of(rule: Rule) -> list[Pick] | None:
    """Return a rule as rows; None where it is more than rows can say."""
    parts = rule.parts if isinstance(rule, All) else (rule,)
    found = [pick for part in parts if (pick := _pick(part)) is not None]
    return found if len(found) == len(parts) <= ROWS else None


def _pick(leaf: Rule) -> Pick | None:
    match leaf:
        case FromStart(0, 1, time) if time == dt.time():
            return {"sort": "own"}
        case FromStart(week, 1, time) if time == dt.time():
            return {"sort": "week", "week": str(week)}
        case Date(at):
            return {"sort": "date", "date": at.date().isoformat(), "time": f"{at:%H:%M}"}
        case FromEnrolment(days):
            return {"sort": "joined", "days": str(days)}
        case Before():
            return {"sort": "before"}
        case Settled(Ref(activity=None) as module):
            return {"sort": "module", "module": str(module)}
        case FromSession(session, 0):
            return {"sort": "session", "session": str(session)}
    return None


def text_of(picks: Sequence[Pick]) -> str:
    """Return the text of the rule that rows say. Raises NoRule."""
    parts = tuple(dict.fromkeys(_leaf(pick) for pick in picks if pick.get("sort")))
    if not parts:
        raise NoRule(_("Choose when it opens."))
    return write_rule(All(parts) if len(parts) > 1 else parts[0])


def _leaf(pick: Pick) -> Rule:
    match pick["sort"]:
        case "own":
            return FromStart()
        case "week":
            return FromStart(_whole(pick.get("week", ""), 1, MAX_WEEK, _("Which week?")))
        case "date":
            return Date(_local(pick.get("date", ""), pick.get("time", "")))
        case "joined":
            return FromEnrolment(_whole(pick.get("days", ""), 0, MAX_DAYS, _("How many days?")))
        case "before":
            return Before()
        case "module" if pick.get("module"):
            return Settled(Ref(pick["module"]))
        case "module":
            raise NoRule(_("Choose the module after which it opens."))
        case "session" if "/" in pick.get("session", ""):
            return FromSession(Ref(*pick["session"].split("/", 1)))
        case "session":
            raise NoRule(_("Choose the session after which it opens."))
    raise NoRule(_("Choose when it opens."))


def _whole(typed: str, least: int, most: int, asked: str) -> int:
    if typed.isascii() and typed.isdigit() and len(typed) <= 4 and least <= int(typed) <= most:
        return int(typed)
    asks = _("Give a whole number from %(least)d to %(most)d.", least=least, most=most)
    raise NoRule(f"{asked} {asks}")


def _local(day: str, time: str) -> dt.datetime:
    try:
        found = dt.datetime.combine(
            dt.date.fromisoformat(day), dt.time.fromisoformat(time or "00:00")
        )
    except ValueError:
        raise NoRule(_("From which day on? Give a date, and a time if you like.")) from None
    if not YEARS[0] <= found.year <= YEARS[1]:
        first, last = YEARS
        raise NoRule(_("A day is in the years %(first)d to %(last)d.", first=first, last=last))
    return found.replace(second=0, microsecond=0, tzinfo=None)
