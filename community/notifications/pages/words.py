"""What an entry of an inbox says: who did what, and why one is told."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from community.coursework.models import Marking
from community.discussions.models import ReactionKind
from community.kernel.pages import local_time
from community.notifications.queries import Entry
from community.notifications.rules import Reason

WHY = {
    Reason.MENTION: _l("You are mentioned."),
    Reason.GROUP: _l("A group that you are of is mentioned."),
    Reason.REPLY: _l("It answers a post of yours."),
    Reason.QUESTION: _l("It answers the thread that you began."),
    Reason.WATCHING: _l("You watch this."),
    Reason.ANNOUNCEMENT: _l("You belong to %(space)s."),
    Reason.REACTION: _l("You wrote it."),
    Reason.SCHEDULE: _l("You belong to %(space)s."),
    Reason.WORK: _l("You handed it in, in %(space)s."),
    Reason.SCORE: _l("You wrote it, in %(space)s."),
    Reason.MESSAGE: _l("They lead %(space)s, where you learn."),
    Reason.CERTIFICATE: _l("You learned in %(space)s."),
    Reason.MEASURE: _l("It is about you."),
}
"""Why one is told."""


def why_of(entry: Entry) -> str:
    """Return in a sentence why one is told of an entry."""
    return str(WHY[entry.why]) % {"space": entry.space}


def people_of(entry: Entry) -> str:
    """Return who wrote or reacted: "Ana Lima, Olu Ade and 3 others"."""
    names = list(entry.people)
    if entry.others:
        return str(
            ngettext(
                "%(names)s and %(num)d other",
                "%(names)s and %(num)d others",
                entry.others,
                names=", ".join(names),
            )
        )
    if len(names) > 1:
        return str(_("%(names)s and %(last)s", names=", ".join(names[:-1]), last=names[-1]))
    return "".join(names) or str(_("Somebody who leads it"))


def line_of(entry: Entry) -> str:
    """Return in a line what happened."""
    if entry.why is Reason.SCHEDULE:
        return _changes(entry.about)
    who = people_of(entry)
    if entry.why is Reason.REACTION:
        return _reactions(entry, who)
    if entry.is_thread:
        return _posts(entry, who)
    return _fact(entry, who)


def _posts(entry: Entry, who: str) -> str:
    number = entry.unread or entry.told
    said: dict[str, Any] = {"who": who, "space": entry.space}
    if entry.why is Reason.ANNOUNCEMENT and number == 1:
        return str(_("%(who)s announces in %(space)s", **said))
    if entry.why in {Reason.REPLY, Reason.QUESTION}:
        return str(
            ngettext(
                "%(num)d answer by %(who)s, in %(space)s",
                "%(num)d answers by %(who)s, in %(space)s",
                number,
                **said,
            )
        )
    return str(
        ngettext(
            "%(num)d post by %(who)s, in %(space)s",
            "%(num)d posts by %(who)s, in %(space)s",
            number,
            **said,
        )
    )


def _reactions(entry: Entry, who: str) -> str:
    several = len(entry.people) + entry.others
    kinds = {kind for row in entry.about for kind in (row.first, row.last)}
    said: dict[str, Any] = {"who": who, "space": entry.space}
    if kinds == {ReactionKind.THANKS}:
        return str(
            ngettext(
                "%(who)s thanks you for your post, in %(space)s",
                "%(who)s thank you for your post, in %(space)s",
                several,
                **said,
            )
        )
    return str(_("%(who)s reacted to your post, in %(space)s", **said))


def _fact(entry: Entry, who: str) -> str:
    said = {"who": who, "space": entry.space}
    if entry.why is Reason.WORK:
        if entry.about.what == Marking.ACCEPTED:
            return str(_("%(who)s accepted what you handed in", **said))
        return str(_("%(who)s gives it back to you to go on with", **said))
    if entry.why is Reason.SCORE:
        return str(_("%(who)s has read what you wrote: your score is there", **said))
    if entry.why is Reason.MESSAGE:
        return str(_("%(who)s wrote to you", **said))
    if entry.why is Reason.MEASURE:
        if entry.about.text:
            return str(_("In all spaces"))
        left = _("In a space you have left")
        return str(_("In %(space)s", space=entry.space)) if entry.space else str(left)
    if entry.about.what == "revoked":
        return str(_("Your certificate is not valid any more"))
    return str(_("Your certificate is there"))


def title_of(entry: Entry) -> str:
    """Return what an entry is called."""
    if entry.why is Reason.SCHEDULE and len(entry.about) > 1:
        return str(_("New times in %(space)s", space=entry.space))
    if entry.why is Reason.MEASURE:
        return str(_MEASURES[entry.about.what])
    return entry.title


_MEASURES = {
    "warned": _l("You were asked to write otherwise"),
    "silenced": _l("You were silenced"),
    "suspended": _l("You were suspended"),
    "lifted": _l("It was lifted"),
    "approved": _l("A post of yours was approved"),
    "declined": _l("A post of yours was not approved"),
    "hidden": _l("A post of yours was hidden"),
    "restored": _l("A post of yours was put back"),
}


def _changes(rows: Sequence[Any]) -> str:
    """Return what became of sessions, as they are planned now."""
    if len(rows) > 1:
        return str(
            ngettext(
                "%(num)d session has another time or was called off",
                "%(num)d sessions have another time or were called off",
                len(rows),
            )
        )
    [row] = rows
    when = {"when": local_time(row.starts_at, "full")}
    if row.called_off_at is not None:
        return str(_("Called off; it was to be on %(when)s", **when))
    if row.was_at is None:
        return str(_("It takes place after all, on %(when)s", **when))
    return str(_("It takes place on %(when)s now", **when))
