"""How a release rule is written: one line that authors read and write, the same on every door.

    week and before                                     what holds where nothing is said
    week                                                its week, in any order
    week 3 day 2 at 09:00 or joined + 14 days
    session asking/clinic + 2 hours and not score asking/quiz 80
    2 of (done seeing, done value/matrix, done 3 of choosing)

``and`` binds closer than ``or``. A rule that was read is written in one way only.
"""

import datetime as dt
import functools
import re
from collections.abc import Callable

from community.academy.rules.releases.tree import (
    HOURS_A_DAY,
    MAX_DAYS,
    MAX_DEPTH,
    MAX_NODES,
    MAX_WEEK,
    MOST_OF,
    USUAL,
    All,
    Any,
    AtLeast,
    Before,
    Date,
    FromEnrolment,
    FromSession,
    FromStart,
    Not,
    Ref,
    Rule,
    Score,
    Settled,
    SomeOf,
    Time,
    depth,
    walk,
)
from community.academy.rules.releases.writing import write_rule
from community.kernel.translation import _

LONGEST = 2_000
"""Characters."""
KEPT = 1_024
"""Rules a process remembers."""
_TOKEN = re.compile(r"[(),+]|[^\s(),+]+")
_SLUG = r"[a-z0-9]+(?:-[a-z0-9]+)*"
_REF = re.compile(rf"({_SLUG})(?:/({_SLUG}))?")
_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")
YEARS = 2000, 2200
"""Of days in rules: far from where calendars end, in any zone and however dates are moved."""
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NUMBER = re.compile(r"[0-9]{1,4}")


class NoRule(ValueError):
    """A text is no release rule; its message says why, for who wrote it."""


class _Reader:
    def __init__(self, text: str) -> None:
        self.tokens = _TOKEN.findall(text)
        self.at = 0
        self.open = 0

    def next(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self, *wanted: str) -> bool:
        """Take the next word if it is one of these."""
        if self.next() in wanted:
            self.at += 1
            return True
        return False

    def need(self, pattern: re.Pattern[str], what: str) -> str:
        word = self.next()
        if not pattern.fullmatch(word):
            raise NoRule(_expected(what, word))
        self.at += 1
        return word

    def number(self, most: int, least: int = 1) -> int:
        found = int(self.need(_NUMBER, _("a number")))
        if not least <= found <= most:
            raise NoRule(
                _(
                    "%(num)d does not fit: give %(least)d to %(most)d.",
                    num=found,
                    least=least,
                    most=most,
                )
            )
        return found

    def ref(self) -> Ref:
        found = _REF.fullmatch(self.need(_REF, _("the name of a module or an activity")))
        return Ref(*found.groups()) if found else Ref("")

    def whole(self) -> Rule:
        if not self.tokens:
            return USUAL
        rule = self.either()
        if self.next():
            raise NoRule(_expected(_("“and”, “or” or the end"), self.next()))
        return rule

    def either(self) -> Rule:
        parts = [self.both()]
        while self.take("or"):
            parts.append(self.both())
        return Any(tuple(parts)) if len(parts) > 1 else parts[0]

    def both(self) -> Rule:
        parts = [self.one()]
        while self.take("and"):
            parts.append(self.one())
        return All(tuple(parts)) if len(parts) > 1 else parts[0]

    def one(self) -> Rule:
        if self.take("not"):
            return self.negated()
        if self.take("("):
            return self.inside(self.either)
        if _NUMBER.fullmatch(self.next()):
            number = self.number(MOST_OF)
            if not (self.take("of") and self.take("(")):
                raise NoRule(_("Write “2 of (…, …)”: the number, “of”, and a list in brackets."))
            return self.inside(lambda: self.listed(number))
        return self.leaf()

    def inside(self, read: Callable[[], Rule]) -> Rule:
        self.open += 1
        if self.open > MAX_DEPTH:
            raise NoRule(_too_deep())
        rule = read()
        if not self.take(")"):
            raise NoRule(_expected(_("a closing bracket"), self.next()))
        self.open -= 1
        return rule

    def listed(self, number: int) -> Rule:
        parts = [self.either()]
        while self.take(","):
            parts.append(self.either())
        if number > len(parts):
            raise NoRule(_("There are only %(num)d in this list.", num=len(parts)))
        return AtLeast(number, tuple(parts))

    def negated(self) -> Rule:
        self.open += 1
        if self.open > MAX_DEPTH:
            raise NoRule(_too_deep())
        part = self.one()
        self.open -= 1
        if any(isinstance(each, FromStart | FromEnrolment | FromSession) for each in walk(part)):
            raise NoRule(_("After “not” comes a date, or what was done or scored; no other time."))
        return Not(part)

    def leaf(self) -> Rule:
        word = self.next()
        self.at += 1
        match word:
            case "before":
                return Before()
            case "week":
                return self.week()
            case "date":
                return self.date()
            case "joined":
                return FromEnrolment(self.offset("days") // HOURS_A_DAY)
            case "session":
                return FromSession(self.activity(), self.offset("days", "hours"))
            case "done":
                return self.done()
            case "score":
                return Score(self.activity(), self.number(100))
        raise NoRule(
            _expected(
                _(
                    "week, date, joined, session, done, before, score, not or a bracket, as in"
                    " “week 3 and before”"
                ),
                word,
            )
        )

    def week(self) -> Rule:
        week = self.number(MAX_WEEK) if _NUMBER.fullmatch(self.next()) else 0
        day = self.number(7) if self.take("day") else 1
        return FromStart(week, day, self.time())

    def date(self) -> Rule:
        word = self.need(_DAY, _("a day like 2026-03-02"))
        try:
            day = dt.date.fromisoformat(word)
        except ValueError:
            raise NoRule(_("There is no day %(day)s.", day=word)) from None
        if not YEARS[0] <= day.year <= YEARS[1]:
            first, last = YEARS
            raise NoRule(_("A day is in the years %(first)d to %(last)d.", first=first, last=last))
        return Date(dt.datetime.combine(day, self.time()))

    def time(self) -> dt.time:
        if not self.take("at"):
            return dt.time()
        return dt.time.fromisoformat(self.need(_TIME, _("a time like 09:00")))

    def offset(self, *units: str) -> int:
        """Read “+ 2 days” or nothing; return it in hours."""
        if not self.take("+"):
            return 0
        number = self.number(MAX_DAYS)
        if "hours" in units and self.take("hours", "hour"):
            return number
        if not self.take("days", "day"):
            raise NoRule(_expected(" / ".join(units), self.next()))
        return number * HOURS_A_DAY

    def activity(self) -> Ref:
        found = self.ref()
        if found.activity is None:
            raise NoRule(
                _("%(name)s is a module: name an activity as module/activity.", name=found)
            )
        return found

    def done(self) -> Rule:
        following = self.tokens[self.at + 1 : self.at + 2]
        if _NUMBER.fullmatch(self.next()) and following == ["of"]:
            number = self.number(MOST_OF)
            self.at += 1
            found = self.ref()
            if found.activity is not None:
                raise NoRule(_("%(name)s is an activity: name its module.", name=found))
            return SomeOf(number, found)
        return Settled(self.ref())


def _expected(what: str, word: str) -> str:
    if not word:
        return _("Something is missing at the end: %(what)s.", what=what)
    return _("“%(word)s” is not understood there. Write %(what)s.", word=word[:60], what=what)


def _too_deep() -> str:
    return _("This is nested too deeply: up to %(most)d levels.", most=MAX_DEPTH)


@functools.lru_cache(maxsize=KEPT)
def read_rule(text: str) -> Rule:
    """Return the rule a text says; nothing says the usual one. Raises NoRule."""
    if len(text) > LONGEST:
        raise NoRule(_("This is longer than %(most)d characters.", most=LONGEST))
    rule = _Reader(text).whole()
    if depth(rule) > MAX_DEPTH:
        raise NoRule(_too_deep())
    if sum(1 for _each in walk(rule)) > MAX_NODES:
        raise NoRule(_("This has too many parts: up to %(most)d.", most=MAX_NODES))
    return rule


def canonical(text: str) -> str:
    """Return a rule's text as it is always written; nothing for the usual one. Raises NoRule."""
    rule = read_rule(text)
    return "" if rule == USUAL else write_rule(rule)


def read_leaf(text: str) -> Time:
    """Return a time by its text, as it was written down with its instant."""
    return read_rule(text)  # type: ignore[return-value]
