"""An assignment is done when something was handed in, or when a person has accepted it."""

import enum
from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from marshmallow import validate

from community.academy.kinds.assignment.rubric import read_rubric, write_rubric
from community.academy.kinds.fields import (
    FrontMatter,
    Line,
    Piece,
    WholeNumber,
    YesNo,
    at_most,
    from_to,
    load_front,
)
from community.academy.kinds.protocol import (
    Deadline,
    Evidence,
    Flaw,
    Parsed,
    SourceRefused,
    Verdict,
)
from community.kernel.files.sorts import SORTS

DEFAULT_WORDS, DEFAULT_MOST, MOST_WORDS = 1, 2_000, 5_000
MOST_FILES = 10
MOST_DAYS = 366
MOST_GRACE = 336
"""Hours."""
END_OF_DAY = "23:59"
PROMPT_LIMIT = 20_000
"""Characters."""
ENDINGS = tuple(suffix[1:] for suffix in SORTS)
"""The sorts of files there are, as front matter names them."""


class Done(enum.StrEnum):
    """What completes an assignment."""

    ACCEPTED = "accepted"  # a person says that it is good
    HANDED_IN = "handed_in"


class AssignmentFront(FrontMatter):
    """What is taken, until when, and what completes it."""

    about = lazy_gettext("Work to hand in, as text or files; a facilitator reads and answers it.")
    writing = lazy_gettext(
        "Say what to make, and for whom. A rubric may follow at the end, if you want one: each"
        " criterion begins with ## and its words, and ends in {criterion}; its levels stand below"
        " it with their points, - (3) Clear, and what a level means under it, indented, after a >."
        " Learners see the rubric before they begin."
    )
    piece_label = lazy_gettext("Criterion")
    pieces = (
        Piece(
            lazy_gettext("Criterion"),
            lazy_gettext(
                "## What is looked at {criterion}\n\n- (2) Clear\n  > What that means.\n"
                "- (1) Partly\n- (0) Missing"
            ),
        ),
    )

    text = YesNo(load_default=True, metadata={"label": lazy_gettext("A text is taken")})
    words = WholeNumber(
        load_default=DEFAULT_WORDS,
        validate=from_to(0, MOST_WORDS),
        metadata={
            "more": True,
            "label": lazy_gettext("Words at least"),
            "description": lazy_gettext("0: the text may be left out."),
        },
    )
    most = WholeNumber(
        load_default=DEFAULT_MOST,
        validate=from_to(1, MOST_WORDS),
        metadata={"more": True, "label": lazy_gettext("Words at most")},
    )
    files = WholeNumber(
        load_default=0,
        validate=from_to(0, MOST_FILES),
        metadata={
            "label": lazy_gettext("Files at most"),
            "description": lazy_gettext("0: no files are taken."),
        },
    )
    needed = WholeNumber(
        load_default=0,
        validate=from_to(0, MOST_FILES),
        metadata={"more": True, "label": lazy_gettext("Files at least")},
    )
    sorts = Line(
        load_default="",
        validate=at_most(200),
        metadata={
            "more": True,
            "label": lazy_gettext("Which files"),
            "description": lazy_gettext("Endings: pdf, docx. Empty: every sort there is."),
        },
    )
    due = WholeNumber(
        load_default=None,
        validate=from_to(0, MOST_DAYS),
        metadata={
            "label": lazy_gettext("Due, in days"),
            "description": lazy_gettext("After its module opens. Empty: with its module."),
        },
    )
    time = Line(
        load_default=END_OF_DAY,
        validate=validate.Regexp(
            r"([01][0-9]|2[0-3]):[0-5][0-9]\Z",
            error=lazy_gettext('This must be a time of day as "HH:MM", from "00:00" to "23:59".'),
        ),
        metadata={
            "more": True,
            "label": lazy_gettext("Time on that day"),
            "description": lazy_gettext("By the run's clock."),
            "input": "time",
        },
    )
    grace = WholeNumber(
        load_default=0,
        validate=from_to(0, MOST_GRACE),
        metadata={
            "more": True,
            "label": lazy_gettext("Grace"),
            "description": lazy_gettext("Hours after it is due before it counts as late."),
        },
    )
    done = Line(
        load_default=Done.ACCEPTED.value,
        validate=validate.OneOf(
            [each.value for each in Done],
            labels=[
                lazy_gettext("A facilitator has accepted it"),
                lazy_gettext("It was handed in"),
            ],
            error=lazy_gettext("This must be accepted or handed_in."),
        ),
        metadata={"label": lazy_gettext("Done when")},
    )


_KEYS = tuple(AssignmentFront().fields)


class AssignmentKind:
    """Work that is handed in, given back and accepted; the body says what to make.

    Settings: the keys of its front matter (``sorts`` a list of endings, empty: every sort; ``due``
    None: with the module), and ``rubric``: ``[{id, title, text, levels: [{id, points, title,
    text}]}]``, empty without one. Texts in it are Markdown.
    """

    name = "assignment"
    label = lazy_gettext("Assignment")
    front_schema = AssignmentFront

    def read(self, front: Mapping[str, Any], body: str, line: int) -> Parsed:
        loaded, flaws = load_front(AssignmentFront, front)
        prompt, rubric, body_flaws = read_rubric(body, line)
        flaws.extend(body_flaws)
        if not prompt:
            flaws.append(Flaw(_("An assignment says what to make."), line=line))
        if len(prompt) > PROMPT_LIMIT:
            message = _("The prompt is longer than %(limit)d characters.", limit=PROMPT_LIMIT)
            flaws.append(Flaw(message, line=line))
        sorts: list[str] = []
        if loaded:
            sorts, more = _read_sorts(loaded["sorts"])
            flaws.extend([*more, *_flaws_between(loaded)])
        if flaws:
            raise SourceRefused(flaws)
        return Parsed({**loaded, "sorts": sorts, "rubric": rubric}, prompt)

    def write(self, settings: Mapping[str, Any], body: str) -> tuple[dict[str, Any], str]:
        said = {**settings, "sorts": ", ".join(settings["sorts"])}
        usual = {name: each.load_default for name, each in AssignmentFront().fields.items()}
        front = {key: said[key] for key in _KEYS if said[key] != usual[key]}
        return front, write_rubric(body, settings["rubric"])

    def learner_view(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        return dict(settings)

    def rule(self, settings: Mapping[str, Any], minutes: int, evidence: Evidence) -> Verdict:
        if evidence.accepted > 0 or (settings["done"] == Done.HANDED_IN and evidence.handed_in > 0):
            return Verdict(done=True, fraction=1.0)
        if evidence.handed_in > 0:
            return Verdict(False, 0.5, lazy_gettext("A facilitator has to accept it"))
        return Verdict(False, 0.0, lazy_gettext("Hand in your work"))

    def deadline(self, settings: Mapping[str, Any]) -> Deadline:
        return Deadline(settings["due"], settings["time"], settings["grace"])

    def endings(self, settings: Mapping[str, Any]) -> Sequence[str]:
        """Return the endings of files that are taken, without the dot."""
        return settings["sorts"] or ENDINGS


def _read_sorts(text: str) -> tuple[list[str], list[Flaw]]:
    named = [part.strip(" \t").removeprefix(".").lower() for part in text.split(",")]
    named = [] if named == [""] else named
    if not set(named) <= set(ENDINGS):
        known = ", ".join(ENDINGS)
        message = _("This must be endings with commas between them, of: %(known)s.", known=known)
        return [], [Flaw(message, field="sorts")]
    return [each for each in ENDINGS if each in named], []


def _flaws_between(loaded: Mapping[str, Any]) -> list[Flaw]:
    """Return what is wrong with keys beside others."""
    flaws = []
    if not loaded["text"] and not loaded["files"]:
        flaws.append(Flaw(_("Take a text, files or both."), field="text"))
    if loaded["words"] > loaded["most"]:
        flaws.append(Flaw(_("This is fewer than the words it has at least."), field="most"))
    if loaded["needed"] > loaded["files"]:
        flaws.append(Flaw(_("This is more than the files it has at most."), field="needed"))
    if loaded["sorts"] and not loaded["files"]:
        flaws.append(Flaw(_("No files are taken: say how many first."), field="sorts"))
    if loaded["time"] != END_OF_DAY and loaded["due"] is None:
        flaws.append(Flaw(_("Name the day first: due, in days."), field="time"))
    return flaws
