"""A rule as a line of text: each in one way only, and ``reading`` reads the same."""

import datetime as dt

from community.academy.rules.releases.tree import (
    HOURS_A_DAY,
    All,
    Any,
    AtLeast,
    Before,
    Date,
    Fact,
    FromEnrolment,
    FromSession,
    FromStart,
    Not,
    Rule,
    Score,
    Settled,
    SomeOf,
    Time,
)


def write_rule(rule: Rule) -> str:
    """Return the text of a rule: ``read_rule`` reads the same."""
    match rule:
        case All(parts):
            return " and ".join(_bracketed(part, All | Any) for part in parts)
        case Any(parts):
            return " or ".join(_bracketed(part, Any) for part in parts)
        case AtLeast(number, parts):
            return f"{number} of ({', '.join(write_rule(part) for part in parts)})"
        case Not(part):
            return f"not {_bracketed(part, All | Any)}"
    return write_leaf(rule)


def _bracketed(part: Rule, kinds: object) -> str:
    text = write_rule(part)
    return f"({text})" if isinstance(part, kinds) else text  # type: ignore[arg-type]


def write_leaf(leaf: Time | Fact) -> str:
    """Return the text of a time or a fact."""
    match leaf:
        case Before():
            return "before"
        case Date(at):
            return f"date {at.date().isoformat()}{_at(at.time())}"
        case FromStart(week, day, time):
            words = [
                "week",
                *([str(week)] if week else []),
                *(["day", str(day)] if day > 1 else []),
            ]
            return " ".join(words) + _at(time)
        case FromEnrolment(days):
            return f"joined + {days} {'day' if days == 1 else 'days'}" if days else "joined"
        case FromSession(session, hours):
            return f"session {session}{_offset(hours)}"
        case Settled(what):
            return f"done {what}"
        case SomeOf(number, module):
            return f"done {number} of {module}"
        case Score(quiz, least):
            return f"score {quiz} {least}"


def _at(time: dt.time) -> str:
    return f" at {time:%H:%M}" if time != dt.time() else ""


def _offset(hours: int) -> str:
    if not hours:
        return ""
    days, rest = divmod(hours, HOURS_A_DAY)
    number, unit = (hours, "hour") if rest else (days, "day")
    return f" + {number} {unit}{'' if number == 1 else 's'}"
