"""What every page of the studio shows: the outline of a draft, what clashed, what was refused."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from community.academy.formats.drafts import DraftProblem
from community.academy.kinds.builtin import KINDS
from community.academy.kinds.protocol import ActivityKind
from community.academy.pages.facts import OWN
from community.academy.pages.typed import file_line, picture_line
from community.academy.policy import visible_drafts
from community.academy.queries import DraftModuleLine, DraftOutline, FileLine, draft_outline
from community.academy.rules import draft_file_address
from community.accounts.queries import people
from community.kernel.addresses import site_path, url_for
from community.kernel.context import Context
from community.kernel.differences import word_changes
from community.kernel.errors import CommunityError, Conflict, Invalid
from community.kernel.keys import new_key
from community.kernel.policy import find
from community.kernel.schemas import as_key

FIELDS = {
    "title": _l("Title"),
    "language": _l("Language"),
    "licence": _l("Licence"),
    "summary": _l("In one line"),
    "minutes": _l("Minutes"),
    "phase": _l("When"),
    "opens_later": _l("Only outlined for now"),
    "release": _l("When it opens"),
}


@dataclasses.dataclass(frozen=True, slots=True)
class Note:
    """Something to mend: at a line of the text, or at the whole."""

    line: int | None
    message: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """What is kept now, where somebody else was faster; ``pieces`` compares it with one's own."""

    by: str
    at: dt.datetime
    title: str
    revision: int
    pieces: Sequence[Any]


@dataclasses.dataclass(frozen=True, slots=True)
class Shown:
    """A picture of the draft."""

    id: uuid.UUID
    path: str
    address: str


@dataclasses.dataclass(slots=True, kw_only=True)
class Desk:
    """A draft as its pages are drawn; ``here`` is the id of what is open, or "course".

    ``refused`` says in words why what was typed could not be saved.
    """

    outline: DraftOutline
    here: uuid.UUID | str = "course"
    conflict: Clash | None = None
    refused: str = ""
    picture_errors: Mapping[str, Sequence[str]] = dataclasses.field(default_factory=dict)
    file_errors: Mapping[str, Sequence[str]] = dataclasses.field(default_factory=dict)
    nonce: str = dataclasses.field(default_factory=lambda: new_key().hex)

    @property
    def draft(self) -> DraftOutline:
        """What the course says of itself."""
        return self.outline

    @property
    def course_title(self) -> str:
        return self.outline.title or _("A course without a title")

    @property
    def kinds(self) -> Sequence[ActivityKind]:
        """The kinds an author chooses from, in the order in which they are offered."""
        return tuple(KINDS.values())

    def kind_label(self, name: str) -> str:
        """Return what people call a kind."""
        return str(KINDS[name].label)

    @property
    def module(self) -> DraftModuleLine | None:
        """The module that is open, or holds what is open; else the last one."""
        for module in self.outline.modules:
            if self.here == module.id or any(a.id == self.here for a in module.activities):
                return module
        return self.outline.modules[-1] if self.outline.modules else None

    @property
    def pictures(self) -> Sequence[Shown]:
        """The pictures of the draft, by their paths."""
        return [
            Shown(each.id, each.path, site_path(draft_file_address(self.outline.id, each.path)))
            for each in self.outline.pictures
        ]

    @property
    def files(self) -> Sequence[FileLine]:
        """The files of the draft, by their paths."""
        return self.outline.files

    def address(self, path: str) -> str:
        """Return where a file of the draft is found."""
        return site_path(draft_file_address(self.outline.id, path))

    @property
    def page(self) -> str:
        """The address of what is open."""
        if self.here == "course":
            return url_for("academy.studio", draft_id=self.outline.id)
        if any(module.id == self.here for module in self.outline.modules):
            return url_for("academy.studio_module", draft_id=self.outline.id, module_id=self.here)
        return url_for("academy.studio_activity", draft_id=self.outline.id, activity_id=self.here)

    @property
    def insists(self) -> bool:
        """Whether what is only missing is said aloud: saving or publishing was refused."""
        return bool(self.refused or request.args.get("mend"))

    @property
    def new_file(self) -> str:
        """The Markdown that links to a file that was added just now."""
        key = as_key(request.args.get("file", ""))
        path = next((each.path for each in self.outline.files if each.id == key), None)
        return file_line(path, request.args.get("words", "")) if path else ""

    @property
    def new_picture(self) -> str:
        """The Markdown of a picture that was added just now, to be put into a text."""
        key = as_key(request.args.get("picture", ""))
        path = next((each.path for each in self.outline.pictures if each.id == key), None)
        if path is None:
            return ""
        return picture_line(path, request.args.get("alt", ""), request.args.get("caption", ""))


def desk_of(ctx: Context, draft_id: uuid.UUID, here: uuid.UUID | str = "course") -> Desk:
    """Return the desk of a draft one may edit; raises NotFound."""
    find(visible_drafts(ctx), draft_id)
    return Desk(outline=draft_outline(draft_id), here=here)


def in_words(problem: DraftProblem, labels: Mapping[str, str] | None = None) -> str:
    """Return a problem with the name of the field it is about."""
    field = problem.field or ""
    label = FIELDS.get(field) or (labels or {}).get(field)
    return f"{label}: {_said(problem)}" if label else _said(problem)


def _said(problem: DraftProblem) -> str:
    """Return what is wrong as the studio says it, where nobody types keys."""
    told: dict[str, str] = {
        _("This key is missing."): _("This is still to be filled in."),
        _("Name a film of the course."): _("Choose a film, or upload one."),
        _("Name a file of the course, or an address."): _(
            "Choose a file, upload one, or give an address."
        ),
        _("The course has no module: a folder such as 01-welcome."): _(
            "The course has no module yet."
        ),
        _("The module has no activity; is it one that opens later (opens_later: true)?"): _(
            "The module has no activity yet. Add one, or tick “Only outlined for now”."
        ),
    }
    return told.get(problem.message, problem.message)


def wrong_fields(problems: Sequence[DraftProblem]) -> dict[str, list[str]]:
    """Return what is wrong with fields, by their names in the form."""
    found: dict[str, list[str]] = {}
    for problem in problems:
        if problem.field:
            name = problem.field if problem.field in FIELDS else OWN + problem.field
            found.setdefault(name, []).append(_said(problem))
    return found


def take(desk: Desk, error: CommunityError, body: str) -> dict[str, list[str]]:
    """Let a desk say why something was not saved; return what is wrong, by field.

    ``body`` is the text that was typed, to be compared with what is kept.
    """
    if isinstance(error, Invalid):
        flat = {name: _flat(found) for name, found in error.fields.items()}
        desk.refused = " ".join([str(error.message), *(" ".join(each) for each in flat.values())])
        return flat
    kept = error.details.get("kept") if isinstance(error, Conflict) else None
    if kept is None:
        desk.refused = str(error.message)
        return {}
    key = as_key(kept["changed_by"] or "")
    desk.conflict = Clash(
        by=people([key])[key].name if key else "",
        at=dt.datetime.fromisoformat(kept["changed_at"]),
        title=kept["title"],
        revision=kept["revision"],
        pieces=word_changes(body, kept["body"]),
    )
    return {}


def _flat(found: Any) -> list[str]:
    if isinstance(found, Mapping):
        return [text for each in found.values() for text in _flat(each)]
    return [found] if isinstance(found, str) else [str(each) for each in found]
