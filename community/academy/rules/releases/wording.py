"""A rule in words, for whoever it keeps waiting and for who sets it."""

from collections.abc import Callable, Sequence

from community.academy.rules.releases.tree import (
    HOURS_A_DAY,
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
)
from community.kernel.translation import _, ngettext

Named = Callable[[Ref], str]
"""What a module or an activity is called."""
Dated = Callable[[Date], str]


def said(rule: Rule, named: Named, dated: Dated) -> str:
    """Return a rule in words: "in week 3, and after Asking the right question"."""
    match rule:
        case All(parts):
            return _listed([_inner(part, named, dated, Any) for part in parts], _("and"))
        case Any(parts):
            return _listed([_inner(part, named, dated, All) for part in parts], _("or"))
        case AtLeast(number, parts):
            return ngettext(
                "at least %(num)d of these: %(list)s",
                "at least %(num)d of these: %(list)s",
                number,
                list="; ".join(said(part, named, dated) for part in parts),
            )
        case Not(Date() as date):
            return _("before %(time)s", time=dated(date))
        case Not(part):
            return _("as long as it is not so: %(what)s", what=said(part, named, dated))
    return _leaf(rule, named, dated)


def _inner(part: Rule, named: Named, dated: Dated, bracketed: type) -> str:
    words = said(part, named, dated)
    return f"({words})" if isinstance(part, bracketed) else words


def _listed(words: Sequence[str], last: str) -> str:
    return f", {last} ".join(words) if len(words) > 2 else f" {last} ".join(words)


def _leaf(leaf: Rule, named: Named, dated: Dated) -> str:
    match leaf:
        case Date():
            return _("from %(time)s", time=dated(leaf))
        case FromStart():
            return _week(leaf)
        case FromEnrolment(days):
            if not days:
                return _("as soon as somebody has joined")
            return ngettext("%(num)d day after joining", "%(num)d days after joining", days)
        case FromSession(session, hours):
            return _after_session(named(session), hours)
        case Before():
            return _("after everything required before it")
        case Settled(what):
            return _("after %(what)s", what=named(what))
        case SomeOf(number, module):
            return ngettext(
                "after %(num)d activity of %(module)s",
                "after %(num)d activities of %(module)s",
                number,
                module=named(module),
            )
        case Score(quiz, least):
            return _("with %(least)d%% or more in %(quiz)s", least=least, quiz=named(quiz))
    return ""


def _week(leaf: FromStart) -> str:
    time = f"{leaf.time:%H:%M}"
    if leaf.week and leaf.day > 1:
        words = _("from day %(day)d of week %(week)d", day=leaf.day, week=leaf.week)
    elif leaf.week:
        words = _("from week %(week)d", week=leaf.week)
    elif leaf.day > 1:
        words = _("from day %(day)d of its week", day=leaf.day)
    else:
        words = _("in its week")
    return words if time == "00:00" else _("%(when)s at %(time)s", when=words, time=time)


def _after_session(title: str, hours: int) -> str:
    if not hours:
        return _("after the session %(title)s", title=title)
    days, rest = divmod(hours, HOURS_A_DAY)
    if rest:
        return ngettext(
            "%(num)d hour after the session %(title)s",
            "%(num)d hours after the session %(title)s",
            hours,
            title=title,
        )
    return ngettext(
        "%(num)d day after the session %(title)s",
        "%(num)d days after the session %(title)s",
        days,
        title=title,
    )
