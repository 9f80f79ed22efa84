"""Questions of Adapt as questions of ours: what is asked, what is right, and what is said then."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from flask_babel import gettext as _

from community.academy.formats.adapt_parts import Part
from community.academy.formats.html_text import Html
from community.academy.formats.paging import numbered
from community.academy.kinds.protocol import ActivityKind, SourceRefused
from community.academy.kinds.quiz.answers import MATCHING, MULTIPLE, NUMERIC, SINGLE, TEXT
from community.academy.kinds.quiz.settings import DEFAULT_PASS
from community.academy.kinds.quiz.source import LIMITS
from community.academy.kinds.quiz.values import EXACT, canonical_number, number_of

Question = dict[str, Any]

_BETWEEN = "notFinal"


@dataclass(slots=True)
class Asked:
    """What one component asks; ``answers`` and ``right`` are those it holds, taken or not."""

    questions: list[Question] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    """Why a question is not taken."""
    answers: int = 0
    right: int = 0
    feedback: int = 0
    feedback_lost: list[str] = field(default_factory=list)


def asked_by(part: Part, html: Html, quiz: ActivityKind) -> Asked:
    """Return the questions of a component whose name is in QUESTIONS."""
    asked = Asked()
    sayings = _sayings(part, html, asked)
    for question in QUESTIONS[part.component](part, html, sayings, asked):
        flaw = _flaw(question, quiz)
        if flaw:
            asked.lost.append(flaw)
        else:
            asked.questions.append(question)
    return asked


def right_in(question: Question) -> int:
    """Return how many answers of a question are right."""
    options = question["options"]
    return sum(option.get("right", bool(option["text"])) for option in options)


def _flaw(question: Question, quiz: ActivityKind) -> str:
    """Return why a quiz of this question alone could not be written and read again, or nothing."""
    settings = {"attempts": None, "pass": DEFAULT_PASS, "questions": [numbered(1, question)]}
    try:
        front, body = quiz.write(settings, "")
        read = quiz.read(front, body, 1)
    except SourceRefused as refused:
        return str(refused.flaws[0].message)
    same = read.settings == settings and not read.body
    return "" if same else str(_("its words would be read as something else"))


@dataclass(frozen=True, slots=True)
class _Sayings:
    right: str
    wrong: str
    partly: str


def _sayings(part: Part, html: Html, asked: Asked) -> _Sayings:
    """Return what is said at the end to whoever is right, wrong, or partly right."""
    feedback = part.inside("_feedback")
    said: dict[str, str] = {}
    correct = feedback.values.get("correct") or feedback.values.get("_correct")
    for name, value in (
        ("correct", correct),
        ("_incorrect", feedback.values.get("_incorrect")),
        ("_partlyCorrect", feedback.values.get("_partlyCorrect")),
    ):
        texts = value if isinstance(value, dict) else {"final": value}
        slots = Part(part.file, part.level, part.id, texts)
        if slots.text(_BETWEEN):
            asked.feedback += 1
            lost = _("feedback between attempts: one is told at the end of each here")
            asked.feedback_lost.append(lost)
        if final := slots.text("final"):
            asked.feedback += 1
            said[name] = html.text(final, headings=False)
    if "_partlyCorrect" in said and part.component in _CHOICES and not _several(part):
        lost = _("feedback on a partly right answer: a single choice has none")
        asked.feedback_lost.append(lost)
        del said["_partlyCorrect"]
    return _Sayings(*(said.get(name, "") for name in ("correct", "_incorrect", "_partlyCorrect")))


def _explanation(sayings: _Sayings, asked: Asked) -> str:
    """Return as one text what was said after a question whose answers have no word of their own."""
    parts = [sayings.right]
    if sayings.partly and sayings.partly != sayings.right:
        parts.append(_("If it was partly right: %(text)s", text=sayings.partly))
    if sayings.wrong and sayings.wrong != sayings.right:
        parts.append(_("If it was not right: %(text)s", text=sayings.wrong))
    return _within("explanation", "\n\n".join(part for part in parts if part), asked)


def _within(sort: str, text: str, asked: Asked) -> str:
    if len(text) <= LIMITS[sort]:
        return text
    lost = _("feedback longer than %(most)d characters", most=LIMITS[sort])
    asked.feedback_lost.append(lost)
    return ""


def _prompt(part: Part, html: Html) -> str:
    """Return the words of a question: its title asks, its body tells more."""
    title = html.line(part.text("displayTitle", "title"))
    body = part.text("body")
    more = html.text(body, headings=False)
    first, _gap, rest = more.partition("\n\n")
    if not title and "\n" not in first and len(first) <= LIMITS["title"]:
        title, more = first, rest
    title = title or _("Question")
    return f"{title}\n\n{more}" if more else title


def _question(kind: str, prompt: str, options: list[Question], explanation: str) -> Question:
    return {"prompt": prompt, "kind": kind, "options": options, "explanation": explanation}


def _several(part: Part) -> bool:
    """Whether more than one answer is right, or may be chosen."""
    right = sum(item.values.get("_shouldBeSelected") is True for item in part.items())
    return right > 1 or part.number("_selectable") not in {"", "1"}


def _choices(part: Part, html: Html, sayings: _Sayings, asked: Asked) -> list[Question]:
    """One or several of its answers are right."""
    several = _several(part)
    options = []
    for item in part.items():
        right = item.values.get("_shouldBeSelected") is True
        asked.answers += 1
        asked.right += right
        own = item.text("feedback")
        if own:
            asked.feedback += 1
        said = html.text(own, headings=False) if own else ""
        if not said and not several:
            said = sayings.right if right else sayings.wrong
        words = " ".join(
            each for each in (_pictured(item, html), html.line(item.text("text"))) if each
        )
        options.append(
            {"text": words, "right": right, "feedback": _within("feedback", said, asked)}
        )
    kind = MULTIPLE if several else SINGLE
    explanation = _explanation(sayings, asked) if several else ""
    return [_question(kind, _prompt(part, html), options, explanation)]


def _pictured(item: Part, html: Html) -> str:
    """Return the picture of an answer, or what it shows where it is not there."""
    graphic = item.inside("_graphic")
    address, alt = graphic.text("src", "large", "medium", "small"), graphic.text("alt")
    if not address:
        return ""
    return html.picture(address, alt) or ("" if item.text("text") else html.line(alt))


def _typed(part: Part, html: Html, sayings: _Sayings, asked: Asked) -> list[Question]:
    """Each of its boxes is a question: what may be typed there stands with it."""
    items = part.items()
    prompt, explanation = _prompt(part, html), _explanation(sayings, asked)
    questions = []
    for item in items:
        values = item.values.get("_answers", part.values.get("_answers"))
        answers = [str(each) for each in values] if isinstance(values, list) else []
        asked.answers += len(answers)
        asked.right += len(answers)
        around = [html.line(item.text(name)) for name in ("prefix", "suffix")]
        title, _gap, more = prompt.partition("\n\n")
        if any(around):
            title = " ".join(each for each in (title, around[0], "____", around[1]) if each)
        numbers = bool(answers) and all(number_of(each) is not None for each in answers)
        options = [_typed_option(each, numbers=numbers) for each in dict.fromkeys(answers)]
        question = _question(
            NUMERIC if numbers else TEXT,
            f"{title}\n\n{more}" if more else title,
            options,
            explanation,
        )
        if not numbers and part.values.get("_allowsAnyCase") is False:
            question["exact"] = [EXACT[0]]
        questions.append(question)
    return questions


def _typed_option(text: str, *, numbers: bool) -> Question:
    plain = " ".join(text.split())
    return (
        {"text": canonical_number(plain), "tolerance": "", "feedback": ""}
        if numbers
        else {"text": plain, "feedback": ""}
    )


def _pairs(part: Part, html: Html, sayings: _Sayings, asked: Asked) -> list[Question]:
    """To each of its lines one of a list is right; what is right nowhere stands alone."""
    pairs: dict[str, str] = {}
    others: dict[str, None] = {}
    for item in part.items():
        left = html.line(item.text("text"))
        for choice in item.items("_options"):
            words = html.line(choice.text("text"))
            asked.answers += 1
            if choice.values.get("_isCorrect") is True:
                asked.right += 1
                pairs.setdefault(left, words)
            others.setdefault(words)
    options = [{"text": left, "match": right, "feedback": ""} for left, right in pairs.items()]
    alone = [words for words in others if words not in pairs.values()]
    options += [{"text": "", "match": words, "feedback": ""} for words in alone]
    explanation = _explanation(sayings, asked)
    return [_question(MATCHING, _prompt(part, html), options, explanation)]


def _number(part: Part, html: Html, sayings: _Sayings, asked: Asked) -> list[Question]:
    """A number on a scale is right, or what lies between two."""
    explanation = _explanation(sayings, asked)
    between = part.inside("_correctRange")
    low, high = (number_of(between.number(name)) for name in ("_bottom", "_top"))
    value, tolerance = part.number("_correctAnswer"), ""
    if number_of(value) is None and low is not None and high is not None and low <= high:
        value, tolerance = _written((low + high) / 2), _written((high - low) / 2)
    asked.answers += 1
    asked.right += 1
    option = {"text": value, "tolerance": "" if tolerance == "0" else tolerance, "feedback": ""}
    return [_question(NUMERIC, _prompt(part, html), [option], explanation)]


def _written(value: Fraction) -> str:
    """Return a number of few digits as files have it."""
    text = f"{float(value):.6f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


_CHOICES = frozenset({"mcq", "gmcq"})
_Read = Callable[[Part, Html, _Sayings, Asked], list[Question]]
QUESTIONS: Mapping[str, _Read] = {
    "mcq": _choices,
    "gmcq": _choices,
    "textinput": _typed,
    "matching": _pairs,
    "slider": _number,
}
