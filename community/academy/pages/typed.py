"""What the forms of the studio hold, as it was typed; and the way back to where one was."""

import re
import uuid

from flask import request
from flask_babel import gettext as _

from community.academy.pages.facts import whole
from community.academy.policy import visible_drafts
from community.academy.schemas import EditsIn
from community.kernel.addresses import url_for
from community.kernel.doors import current_context
from community.kernel.errors import Invalid
from community.kernel.policy import find
from community.kernel.schemas import load

_EDITS = EditsIn()
_PLACE = re.compile(r"(?:/(?:modules|activities)/[0-9a-f-]{36})?")


def writes_draft(draft_id: uuid.UUID) -> None:
    """Raise NotFound for a draft that the reader does not write; asked before a file is read."""
    find(visible_drafts(current_context()), draft_id)


def text(name: str) -> str:
    """Return a field of the form with the line ends that are kept."""
    return request.form.get(name, "").replace("\r\n", "\n").replace("\r", "\n")


def line(name: str) -> str:
    """Return a field of the form as one line."""
    return " ".join(text(name).split())


def yes(name: str) -> bool | str:
    """Return whether a box is ticked; what no box of ours sends stays, to be refused."""
    return {"": False, "yes": True}.get(found := request.form.get(name, ""), found)


def edits_looked_at() -> int:
    """Return how many edits the draft had on the page that was sent; raises Invalid."""
    given: int = load(_EDITS, {"edits": whole(line("edits"))})["edits"]
    return given


def way_back(draft_id: uuid.UUID, default: str) -> str:
    """Return the page of this draft that a form was sent from, else ``default``.

    Raises Invalid for an address that is no page of the draft.
    """
    home = url_for("academy.studio", draft_id=draft_id)
    wanted = request.form.get("back", "")
    if wanted and not (wanted.startswith(home) and _PLACE.fullmatch(wanted.removeprefix(home))):
        message = _("This is no page of the draft.")
        raise Invalid(message, fields={"back": [message]})
    return wanted or default


def file_line(path: str, words: str) -> str:
    """Return the Markdown that links to a file, by the words it is called."""
    return f"[{_words(words)}]({path})"


def _words(text: str) -> str:
    words = " ".join(text.split())
    for sign in "\\[]":
        words = words.replace(sign, "\\" + sign)
    return words


def picture_line(path: str, alt: str, caption: str) -> str:
    """Return the Markdown that shows a picture, with the words for those who do not see it."""
    words = _words(alt)
    below = " ".join(caption.split()).replace("\\", "\\\\").replace('"', '\\"')
    return f'![{words}]({path} "{below}")' if below else f"![{words}]({path})"
