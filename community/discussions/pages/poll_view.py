"""A poll as a page draws it: what it shows in a sentence, in bars and in numbers."""

import dataclasses
from collections.abc import Sequence
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from community.discussions.models import PollKind, PollShows
from community.discussions.queries import PollSeen
from community.kernel.addresses import url_for
from community.kernel.doors import reader
from community.kernel.pages import time_in


@dataclasses.dataclass(frozen=True, slots=True)
class PollActs:
    """What its reader may do with a poll; ``keeps``: close it, and open it again."""

    votes: bool
    keeps: bool


def poll_markup(poll: PollSeen, acts: PollActs, *, whole: bool = False, error: str = "") -> Markup:
    """Return a poll as its reader sees it; ``whole``: on its own page."""
    who = reader()
    macros: Any = current_app.jinja_env.get_template("discussions/_poll.html").module
    until = poll.closes_at and time_in(who.zone, who.language, poll.closes_at, "full")
    made: Markup = macros.poll(
        poll,
        base=url_for("discussions.poll", post_id=poll.post_id),
        votes=acts.votes and not poll.closed,
        keeps=acts.keeps,
        until=until,
        said=said_of(poll),
        drawing=_drawing(poll),
        hidden=_why_hidden(poll),
        rule=_rule_words(poll),
        percents=_percents(poll),
        places=[_place_words(place) for place in range(1, len(poll.mine) + 1)],
        whole=whole,
        error=error,
    )
    return made


def said_of(poll: PollSeen) -> str:
    """Return what the results of a poll show, in a sentence; empty where they are hidden."""
    found = poll.results
    if found is None:
        return ""
    if not poll.voters:
        return str(_("Nobody has voted.") if poll.closed else _("Nobody has voted yet."))
    winners, ranked = found["winners"], poll.kind is PollKind.RANKED
    counts = found["rounds"][-1]["counts"] if ranked else found["counts"]
    told = {
        "names": _listed([poll.options[each - 1] for each in winners]),
        "most": counts[winners[0] - 1],
        "of": sum(count or 0 for count in counts) if ranked else poll.voters,
        "at": len(found["rounds"]),
    }
    tie = len(winners) > 1
    if ranked and tie and len(winners) < sum(count is not None for count in counts):
        said = _(
            "A tie between %(names)s: in round %(at)d several are last with equally many, and who"
            " wins depends on which of them goes.",
            **told,
        )
    elif ranked and tie and len({counts[each - 1] for each in winners}) > 1:
        said = _("A tie between %(names)s.", **told)
    elif ranked and tie:
        said = _("A tie in round %(at)d: %(names)s, with %(most)d of %(of)d each.", **told)
    elif ranked and poll.closed:
        said = _("%(names)s wins in round %(at)d, with %(most)d of %(of)d.", **told)
    elif ranked:
        said = _("%(names)s would win in round %(at)d, with %(most)d of %(of)d.", **told)
    elif tie:
        said = _("A tie: %(names)s, with %(most)d of %(of)d each.", **told)
    elif poll.closed:
        said = _("%(names)s has the most votes: %(most)d of %(of)d.", **told)
    else:
        said = _("%(names)s is ahead, with %(most)d of %(of)d.", **told)
    return str(said)


def _listed(names: Sequence[str]) -> str:
    quoted = [_("“%(name)s”", name=name) for name in names]
    if len(quoted) == 1:
        return str(quoted[0])
    return str(_("%(some)s and %(last)s", some=", ".join(quoted[:-1]), last=quoted[-1]))


def _why_hidden(poll: PollSeen) -> str:
    if poll.results is not None:
        return ""
    if poll.shows is PollShows.VOTED:
        return str(_("The results are shown to who has voted, and to all once it is closed."))
    return str(_("The results are shown once the poll is closed."))


def _percents(poll: PollSeen) -> list[int]:
    if poll.results is None:
        return []
    voters = max(1, poll.voters)
    # to the nearest, halves up: as the script rounds that draws them anew
    return [(200 * count + voters) // (2 * voters) for count in poll.results["counts"]]


def _place_words(place: int) -> str:
    """Return which choice of its reader's an option is."""
    words = (_("your first choice"), _("your second choice"), _("your third choice"))
    return str(words[place - 1]) if place <= 3 else str(_("your choice %(place)d", place=place))


def _drawing(poll: PollSeen) -> dict[str, str]:
    """Return the words a script says of results that are told to all; none where it cannot."""
    if poll.shows is not PollShows.ALWAYS or poll.kind is PollKind.RANKED or poll.closed:
        return {}
    return {
        "ahead": str(_("{names} is ahead, with {most} of {of}.")),
        "tie": str(_("A tie: {names}, with {most} of {of} each.")),
        "name": str(_("“{name}”")),
        "names": str(_("{some} and {last}")),
    }


def _rule_words(poll: PollSeen) -> str:
    """Return how one chooses."""
    if poll.kind is PollKind.RANKED:
        return str(_("Say which is best, second, and so on. You need not place them all."))
    if poll.kind is PollKind.SINGLE:
        return str(_("Choose one."))
    return str(ngettext("Choose %(num)d.", "Choose at most %(num)d.", poll.most))
