"""The part of a form that puts a poll into a post, and what it says.

Filled it is a poll; with neither a question nor options it is none. Drafts do not keep it.
"""

from collections.abc import Mapping
from typing import Any

from flask import current_app, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from community.discussions.models import PollKind, PollShows
from community.discussions.operations import PollGiven
from community.discussions.pages.given import number
from community.discussions.schemas import PollIn
from community.kernel.doors import reader
from community.kernel.errors import Invalid
from community.kernel.pages import kept
from community.kernel.schemas import load

POLL_FIELDS = tuple(
    f"poll_{name}" for name in ("question", "options", "kind", "most", "until", "shows", "named")
)
KINDS = {
    PollKind.SINGLE: (_l("One option"), ""),
    PollKind.MULTIPLE: (_l("Several options"), ""),
    PollKind.RANKED: (
        _l("An order, the best first"),
        _l("Counted by instant-runoff: the last one goes, until one has more than half."),
    ),
}
SHOWS = {
    PollShows.ALWAYS: _l("Always"),
    PollShows.VOTED: _l("To who has voted, and to all once it is closed"),
    PollShows.CLOSED: _l("Once it is closed"),
}
_LABELS = {
    "question": _l("Question"),
    "options": _l("Options"),
    "most": _l("At most"),
    "local_at": _l("Takes votes until"),
}
_POLL = PollIn()
NOTHING_WRONG: Mapping[str, Any] = {}


def adding_poll(errors: Mapping[str, Any] = NOTHING_WRONG) -> Markup:
    """Return the part of a form that puts a poll into a post: as it was typed, or empty."""
    wrong = errors.get("poll")
    if wrong or poll_is_typed():
        return _part(_typed(), wrong)
    return _empty(reader().zone)


def poll_is_typed() -> bool:
    """Whether the form that was sent says anything of a poll."""
    typed = _typed()
    return any(typed[name].strip() for name in ("poll_question", "poll_options"))


def _typed() -> dict[str, str]:
    return {name: request.form.get(name, "") for name in POLL_FIELDS}


@kept
def _empty(_zone: str) -> Markup:
    """Return the part with nothing in it: the same for all who read in one zone."""
    return _part(dict.fromkeys(POLL_FIELDS, ""))


def _part(typed: Mapping[str, str], wrong: Any = None) -> Markup:
    module = current_app.jinja_env.get_template("discussions/_poll.html").module
    made: Markup = module.adding(  # type: ignore[attr-defined]  # a macro
        typed,
        wrong,
        kinds=[(kind.value, words, hint) for kind, (words, hint) in KINDS.items()],
        shows=[(each.value, words) for each, words in SHOWS.items()],
        zone=reader().zone,
    )
    return made


def lines_of(text: str) -> list[str]:
    """Return the options of a text, one a line."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def poll_given() -> PollGiven | None:
    """Return the poll of the form that was sent; None for none. Raises Invalid of ``poll``."""
    form = request.form
    question, options = form.get("poll_question", ""), lines_of(form.get("poll_options", ""))
    if not question.strip() and not options:
        return None
    until, most = form.get("poll_until", ""), form.get("poll_most", "").strip()
    given = {
        "question": question,
        "options": options,
        "kind": form.get("poll_kind") or PollKind.SINGLE,
        "most": (number(most) or most) if most else None,
        "shows": form.get("poll_shows") or PollShows.ALWAYS,
        "named": bool(form.get("poll_named")),
        "local_at": until or None,
        "zone": reader().zone if until else None,
    }
    try:
        return PollGiven(**load(_POLL, given))
    except Invalid as error:
        raise of_poll(error) from error


def of_poll(error: Invalid) -> Invalid:
    """Return an error of a poll's own fields as one of ``poll``; any other as it is."""
    ours = {name: words for name, words in error.fields.items() if name in _LABELS}
    if not ours:
        return error
    said = [
        _("%(label)s: %(text)s", label=_LABELS[name], text=text)
        for name, words in ours.items()
        for text in _texts(words)
    ]
    return Invalid(error.message, fields={"poll": said})


def poll_identity() -> str:
    """Return what tells one poll of a form from another, for the id of its act."""
    return "\0".join(request.form.get(name, "") for name in POLL_FIELDS)


def _texts(words: Any) -> list[str]:
    if isinstance(words, Mapping):
        return [text for some in words.values() for text in _texts(some)]
    return [str(text) for text in words]
