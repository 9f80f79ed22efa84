"""Components of Adapt as sections and questions: what each becomes, and the count of it.

Texts stay texts, questions become questions, films links. What unfolds, turns or slides (accordion,
narrative, hot graphic, flip cards, and what we do not know by name) becomes headings with its
texts, so that nobody has to click to read.
"""

import re
from urllib.parse import urlsplit

from flask_babel import gettext as _

from community.academy.formats.adapt_parts import Part
from community.academy.formats.adapt_pictures import Pictures
from community.academy.formats.adapt_questions import QUESTIONS, Asked, asked_by, right_in
from community.academy.formats.adapt_sections import START, Sections
from community.academy.formats.html_text import Html, film_link
from community.academy.formats.references import is_address
from community.academy.formats.report import FileReport, Note
from community.academy.formats.sections import Section
from community.academy.kinds.protocol import ActivityKind

_PLAIN = frozenset({"text", "graphic"})
_FILM = re.compile(r"vimeo|youtube|^(?:media|video|audio)$|iframe", re.IGNORECASE)
_ADDRESSES = ("mp4", "webm", "ogv", "mp3", "ogg", "source", "src")
_TITLES = ("displayTitle", "title", "strapline", "frontTitle", "term", "_title")
_NO_TEXTS = frozenset(
    {"alt", "ariaLabel", "instruction", "mobileInstruction", "classes", "feedback", "text"}
)
"""Keys of an item that are no text to read, or are read apart."""


class Builder(Sections):
    """Gathers the items of one module; ``line`` counts its parts."""

    def __init__(
        self, root: str, pictures: Pictures, quiz: ActivityKind, report: FileReport
    ) -> None:
        super().__init__(report)
        self.html = Html(self._picture, self._told)
        self.places: dict[int, str] = {}
        """The name of the part at each line."""
        self._root = root
        self._pictures = pictures
        self._quiz = quiz
        self._part: Part | None = None

    def add(self, part: Part) -> None:
        """Add an article, a block or a component."""
        self._next(part)
        shown, other = part.text("displayTitle"), part.text("title")
        if shown and other and shown != other:
            self.note(_("title “%(other)s”: another is shown", other=self.html.plain(other)[:80]))
        if part.level == "components":
            self._component(part)
        elif part.text("displayTitle", "title") or part.text("body"):
            self.report.tally(part.level).found += 1
            self.report.tally(part.level).kept += 1
            self._texts_of(part.text("displayTitle", "title"), part.text("body"))

    def open_with(self, body: str) -> None:
        """Let the module begin with a text."""
        first = self.items[0]
        if body and isinstance(first, Section):
            first.text = "\n\n".join(each for each in (first.text, self.html.text(body)) if each)

    def close(self) -> None:
        """Let what follows be of the course, not of its last part."""
        self._part = None

    def section(self, part: Part, title: str, markdown: str) -> None:
        """Add a section of Markdown that is made already."""
        self._next(part)
        self.begin(title)
        self.append(markdown)

    def _next(self, part: Part) -> None:
        self.line += 1
        self._part = part
        self.places[self.line] = part.id

    def at(self, message: str) -> str:
        """Return a message with the name of the part that is in hand."""
        return f"{self._part.id}: {message}" if self._part and self._part.id else message

    def note(self, what: str, became: str = "") -> None:
        """Tell the report of something in the part that is in hand."""
        at = self._part.id if self._part else ""
        notes = self.report.changed if became else self.report.dropped
        notes.append(Note(self.line, what, became, at=at or _("course")))

    # ---- what the texts hold

    def _picture(self, address: str, alt: str) -> str | None:
        at = (self._part.id if self._part else "") or _("course")
        return self._pictures.take(
            address, alt, root=self._root, report=self.report, at=at, line=self.line
        )

    def _told(self, what: str, became: str) -> None:
        self.note(what, became)

    # ---- components

    def _component(self, part: Part) -> None:
        name = part.component
        tally = self.report.tally(_("component %(name)s", name=name))
        tally.found += 1
        if name in QUESTIONS:
            taken = self._ask(part)
        elif _FILM.search(name):
            taken = self._film(part)
        else:
            taken = self._texts(part)
        if not taken:
            tally.dropped += 1
        elif name in QUESTIONS or name in _PLAIN:
            tally.kept += 1
        else:
            tally.turned += 1

    def _texts(self, part: Part) -> bool:
        """Add the texts and pictures of a component, of its items as well."""
        title, body = part.text("displayTitle", "title"), part.text("body")
        items = part.items()
        picture = self._graphic(part.inside("_graphic"))
        if not (title or body or items or picture):
            graphic = part.inside("_graphic")
            if not graphic.text("large", "src", "medium", "small"):
                self.note(_("%(name)s: it is empty", name=part.component))
            return False
        self._texts_of(title, body)
        self.append(picture)
        self._instruction(part, stays=part.component in _PLAIN)
        for item in items:
            self._item(item)
        if part.component not in _PLAIN:
            self.note(f"{part.component}: {self.html.plain(title)[:80]}", _("headings with text"))
        if part.values.get("_feedback"):
            self.note(_("questions of a sort that we do not have: their texts stay"))
        return True

    def _item(self, item: Part) -> None:
        tally = self.report.tally(_("items"))
        tally.found += 1
        title = item.text(*_TITLES)
        bodies = [
            item.text(key)
            for key, value in item.values.items()
            if isinstance(value, str) and key[:1] not in "_*" and key not in _NO_TEXTS
        ]
        bodies = [each for each in dict.fromkeys((*bodies, item.text("text"))) if each]
        texts = [each for each in bodies if each not in {title, item.text(*_TITLES[1:])}]
        picture = self._graphic(item.inside("_graphic"))
        if not (title or texts or picture):
            tally.dropped += 1
            self.note(_("an item without texts"))
            return
        tally.turned += 1
        self.begin(self.html.plain(title), level=START + 1)
        for each in texts:
            self.append(self.html.text(each), level=START + 2)
        self.append(picture)

    def _graphic(self, graphic: Part) -> str:
        """Return the picture of a part with its credit, or nothing."""
        address = graphic.text("src", "large", "medium", "small")
        if not address:
            return ""
        shown = self.html.picture(address, graphic.text("alt", "title"))
        if not shown:
            return ""
        credit = ", ".join(
            self.html.line(text)
            for text in (
                graphic.text("*credit"),
                graphic.text("*license"),
                graphic.text("attribution"),
            )
            if text
        )
        return f"{shown}\n\n{_('Picture: %(credit)s', credit=credit)}" if credit else shown

    def _film(self, part: Part) -> bool:
        tally = self.report.tally(_("films"))
        tally.found += 1
        title = part.text("displayTitle", "title")
        self._texts_of(title, part.text("body"))
        self._instruction(part, stays=True)
        media = part.inside("_media")
        addresses = [part.text("_source", "source", "src"), *(media.text(n) for n in _ADDRESSES)]
        links = [each for each in (_whole(address) for address in addresses) if each]
        for address in addresses:
            if address and not _whole(address):
                self.note(_("file %(name)s: films are added in the studio", name=address[:120]))
        if not links:
            tally.dropped += 1
            self.note(_("film “%(title)s”: it is nowhere", title=self.html.plain(title)[:80]))
            return bool(title or part.text("body"))
        tally.turned += 1
        name = self.html.plain(title) or urlsplit(links[0]).netloc
        self.append(film_link(name, links[0], sound=part.component == "audio"))
        self.note(f"{part.component} {links[0]}", _("link"))
        return True

    def _instruction(self, part: Part, *, stays: bool) -> None:
        text = part.text("instruction")
        if not text:
            return
        tally = self.report.tally(_("instructions"))
        tally.found += 1
        if stays:
            tally.kept += 1
            self.append(self.html.text(text, headings=False))
        else:
            tally.dropped += 1
            words = self.html.plain(text)[:60]
            what = _("instruction “%(words)s”: it is about the other player", words=words)
            self.note(what)

    def _texts_of(self, title: str, body: str) -> None:
        self.begin(self.html.plain(title))
        self.append(self.html.text(body))

    # ---- questions

    def _ask(self, part: Part) -> bool:
        asked = asked_by(part, self.html, self._quiz)
        self._count(asked)
        self._instruction(part, stays=False)
        for flaw in asked.lost:
            words = self.html.plain(part.text("displayTitle", "title", "body"))[:60]
            self.note(_("question “%(words)s”: %(flaw)s", words=words, flaw=flaw))
        for flaw in asked.feedback_lost:
            self.note(flaw)
        if asked.questions:
            self.ask(asked.questions)
        return bool(asked.questions)

    def _count(self, asked: Asked) -> None:
        whole = not asked.lost
        kept = sum(len(question["options"]) for question in asked.questions)
        right = sum(right_in(question) for question in asked.questions)
        lost = len(asked.feedback_lost)
        for sort, found, taken in (
            (_("questions"), len(asked.questions) + len(asked.lost), len(asked.questions)),
            (_("answers"), asked.answers, asked.answers if whole else min(kept, asked.answers)),
            (_("right answers"), asked.right, asked.right if whole else min(right, asked.right)),
            (_("feedback"), asked.feedback, max(0, asked.feedback - lost) if whole else 0),
        ):
            tally = self.report.tally(sort)
            tally.found += found
            tally.kept += taken
            tally.dropped += found - taken


def _whole(address: str) -> str:
    """Return the whole address of something elsewhere, or nothing."""
    whole = f"https:{address}" if address.startswith("//") else address
    return whole if is_address(whole) else ""
