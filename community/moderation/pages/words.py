"""What states of cases, outcomes and acts are called."""

from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from community.moderation.rules import Lasts, Outcome, Show
from community.spaces.rules import REASONS

__all__ = [
    "ACTS",
    "APPROVALS",
    "CHOICES",
    "FOR_WAITING",
    "LENGTHS",
    "LINKS",
    "MEASURES",
    "OUTCOMES",
    "PARTS",
    "REASONS",
    "SLOWNESS",
    "STATES",
    "TAKEN",
    "state_words",
]

PARTS = {Show.OPEN: _l("Waiting"), Show.MINE: _l("I look at"), Show.DONE: _l("Done")}
OUTCOMES = {
    Outcome.KEPT: _l("Kept"),
    Outcome.HIDDEN: _l("Hidden"),
    Outcome.WARNED: _l("Kept, with a warning"),
    Outcome.APPROVED: _l("Approved"),
}
FOR_WAITING = {
    Outcome.APPROVED: (
        _l("Approve it"),
        _l("From now on it is a post like any other. Its author finds that in the inbox."),
    ),
    Outcome.HIDDEN: (_l("Decline it"), _l("Nobody else reads it. Its author is told why.")),
}
CHOICES = {
    Outcome.KEPT: (_l("Keep it"), _l("Nothing is wrong with it. Its author is not told.")),
    Outcome.HIDDEN: (_l("Hide it"), _l("Nobody reads it any more. Its author is told why.")),
    Outcome.WARNED: (_l("Keep it, and warn"), _l("It stays. Its author is told what was wrong.")),
}
MEASURES = {
    Outcome.WARNED: (_l("Warn"), _l("They go on as before, and are told what was wrong.")),
    Outcome.SILENCED: (
        _l("Silence"),
        _l("They read everything. They do not post, react, vote or write in rooms."),
    ),
    Outcome.SUSPENDED: (
        _l("Suspend"),
        _l("The space is not there for them at all, until the end you choose."),
    ),
}
TAKEN = {
    Outcome.WARNED: _l("Warned"),
    Outcome.SILENCED: _l("Silenced"),
    Outcome.SUSPENDED: _l("Suspended"),
}
LENGTHS = {
    Lasts.DAY: _l("A day"),
    Lasts.THREE_DAYS: _l("Three days"),
    Lasts.WEEK: _l("A week"),
    Lasts.MONTH: _l("30 days"),
    Lasts.QUARTER: _l("90 days"),
    Lasts.LIFTED: _l("Until somebody lifts it (silence only)"),
}
ACTS = {
    "claim": _l("took it on"),
    "release": _l("let go of it"),
    "decide": _l("decided"),
    "answer": _l("took the second look"),
    "restore": _l("put it back"),
    "warn": _l("warned"),
    "silence": _l("silenced"),
    "suspend": _l("suspended"),
    "lift": _l("lifted it"),
    "slow": _l("set slow mode"),
    "links": _l("set how many links newcomers put in"),
    "approval": _l("set which first posts wait for approval"),
    "words": _l("changed the blocked words"),
}
STATES = {
    "open": _l("waiting"),
    "claimed": _l("somebody looks at it"),
    "kept": _l("kept"),
    "approved": _l("approved"),
    "hidden": _l("hidden"),
    "warned": _l("warned"),
    "overturned": _l("taken back"),
    "restored": _l("there again"),
    "member": _l("as everybody"),
    "silenced": _l("silenced"),
    "suspended": _l("suspended"),
    "lifted": _l("lifted"),
}
SLOWNESS = {
    0: _l("Off"),
    30: _l("30 seconds"),
    60: _l("A minute"),
    300: _l("5 minutes"),
    900: _l("15 minutes"),
    3600: _l("An hour"),
}
APPROVALS = {
    0: _l("Off"),
    1: _l("Until one post of theirs stands"),
    3: _l("Until 3 posts of theirs stand"),
}
LINKS = {
    None: _l("Any number"),
    0: _l("No links"),
    1: _l("One link"),
    2: _l("2 links"),
    5: _l("5 links"),
}


def state_words(what: str, state: str) -> str:
    """Return in words what an act of the record led from or to."""
    if what == "slow":
        return str(SLOWNESS[int(state)])
    if what == "approval":
        return str(APPROVALS[int(state)])
    if what == "links":
        return str(LINKS[None if state == "any" else int(state)])
    if what == "words":
        return str(ngettext("%(num)d word", "%(num)d words", int(state)))
    return str(STATES[state])
