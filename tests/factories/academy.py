"""Courses: small sources, and versions imported from them."""

import uuid

from flask import Flask

from community.academy.formats.source import (
    ActivitySource,
    AssetSource,
    CourseSource,
    ModuleSource,
)
from community.academy.operations import import_course
from community.academy.queries import DraftOutline
from community.kernel.context import Context
from factories.files import MP4, VTT, file_source

PICTURE = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8">'
    b"<title>Waves</title><desc>Two waves</desc>"
    b'<rect width="8" height="8"/></svg>\n'
)
QUESTIONS = [
    {
        "id": "q1",
        "prompt": "Which of these is data?",
        "kind": "single",
        "options": [
            {"id": "q1o1", "text": "A rumour", "right": False, "feedback": "Not yet."},
            {"id": "q1o2", "text": "A list of wells", "right": True, "feedback": "Yes."},
        ],
        "explanation": "What is written down can be checked.",
    },
    {
        "id": "q2",
        "prompt": "Which apply?",
        "kind": "multiple",
        "options": [
            {"id": "q2o1", "text": "Findable", "right": True, "feedback": ""},
            {"id": "q2o2", "text": "Reusable", "right": True, "feedback": ""},
            {"id": "q2o3", "text": "Secret", "right": False, "feedback": ""},
        ],
        "explanation": "",
    },
]


def page_source(slug: str = "what-counts", **more: object) -> ActivitySource:
    values: dict[str, object] = {
        "slug": slug,
        "kind": "page",
        "title": "What counts as data",
        "minutes": 8,
        "body": 'A first paragraph.\n\n![Two waves](assets/waves.svg "The waves")',
        **more,
    }
    return ActivitySource(**values)  # type: ignore[arg-type]


def quiz_source(slug: str = "check", **more: object) -> ActivitySource:
    values: dict[str, object] = {
        "slug": slug,
        "kind": "quiz",
        "title": "Check what you read",
        "minutes": 5,
        "settings": {"attempts": None, "pass": 60, "questions": QUESTIONS},
        **more,
    }
    return ActivitySource(**values)  # type: ignore[arg-type]


def discussion_source(slug: str = "a-dataset", **more: object) -> ActivitySource:
    values: dict[str, object] = {
        "slug": slug,
        "kind": "discussion",
        "title": "A dataset you wish you had",
        "minutes": 15,
        "settings": {"posts": 1},
        "body": "Which dataset would change your work?",
        **more,
    }
    return ActivitySource(**values)  # type: ignore[arg-type]


def session_source(slug: str = "a-circle", **more: object) -> ActivitySource:
    values: dict[str, object] = {
        "slug": slug,
        "kind": "live_session",
        "title": "A circle of failures",
        "minutes": 60,
        "settings": {"day": 3, "time": "15:00", "attend": 50},
        "body": "Four rounds of ten minutes.",
        **more,
    }
    return ActivitySource(**values)  # type: ignore[arg-type]


def checklist_source(slug: str = "before-you-ask", **more: object) -> ActivitySource:
    values: dict[str, object] = {
        "slug": slug,
        "kind": "checklist",
        "title": "Before you ask",
        "minutes": 10,
        "settings": {
            "ticks": None,
            "items": [
                {"id": "i1", "text": "Find out who *holds* it"},
                {"id": "i2", "text": "Say what it is for"},
                {"id": "i3", "text": "Name a date"},
            ],
        },
        "body": "Three things to do before you write.",
        **more,
    }
    return ActivitySource(**values)  # type: ignore[arg-type]


def link_source(slug: str = "the-wells", **more: object) -> ActivitySource:
    """A file or a link; ``settings`` say which."""
    values: dict[str, object] = {
        "slug": slug,
        "kind": "file",
        "title": "The list of wells",
        "minutes": 5,
        "settings": {"file": None, "link": "https://data.example.org/wells?year=2025"},
        "body": "Look for the wells of your own district.",
        **more,
    }
    return ActivitySource(**values)  # type: ignore[arg-type]


def reflection_source(slug: str = "what-stays", **more: object) -> ActivitySource:
    """For the cohort, unless its settings say otherwise."""
    values: dict[str, object] = {
        "slug": slug,
        "kind": "reflection",
        "title": "What stays with you",
        "minutes": 10,
        "settings": {"readers": "cohort", "words": 3, "most": 200},
        "body": "What would you tell a colleague who was not here?",
        **more,
    }
    return ActivitySource(**values)  # type: ignore[arg-type]


def _ask(number: int, prompt: str, kind: str, *options: str, **more: object) -> dict[str, object]:
    return {
        "id": f"q{number}",
        "prompt": prompt,
        "required": False,
        "kind": kind,
        "options": [{"id": f"q{number}o{n}", "text": t} for n, t in enumerate(options, 1)],
        "most": None,
        "low": "",
        "high": "",
        **more,
    }


ASKS = [
    _ask(1, "How was it?", "single", "Good", "So *so*", required=True),
    _ask(2, "What helped?", "multiple", "Talking", "Reading", "Time"),
    _ask(3, "How sure are you?", "scale", most=4, low="Not at all", high="Very"),
    _ask(4, "Anything else?", "text"),
]


def survey_source(slug: str = "how-was-it", **more: object) -> ActivitySource:
    """With names, unless its settings say otherwise."""
    values: dict[str, object] = {
        "slug": slug,
        "kind": "survey",
        "title": "How was it?",
        "minutes": 5,
        "settings": {"anonymous": False, "counts": False, "asks": ASKS},
        "body": "Four questions.",
        **more,
    }
    return ActivitySource(**values)  # type: ignore[arg-type]


def _level(at: str, points: int, title: str, text: str = "") -> dict[str, object]:
    return {"id": at, "points": points, "title": title, "text": text}


_CLEAR = "Somebody who was not here knows *whose* problem it is.\n\nAnd why now."
RUBRIC = [
    {
        "id": "c1",
        "title": "Purpose",
        "text": "Whose problem it is.",
        "levels": [
            _level("c1l1", 3, "Clear", _CLEAR),
            _level("c1l2", 1, "Partly"),
            _level("c1l3", 0, "Missing"),
        ],
    },
    {
        "id": "c2",
        "title": "Tone",
        "text": "",
        "levels": [_level("c2l1", 2, "Kind"), _level("c2l2", 0, "Rude")],
    },
]


def assignment_settings(**more: object) -> dict[str, object]:
    """A text of three words at least, and up to two files, marked by a rubric."""
    return {
        "text": True,
        "words": 3,
        "most": 200,
        "files": 2,
        "needed": 0,
        "sorts": [],
        "due": None,
        "time": "23:59",
        "grace": 0,
        "done": "accepted",
        "rubric": RUBRIC,
        **more,
    }


def assignment_source(slug: str = "a-letter", **more: object) -> ActivitySource:
    values: dict[str, object] = {
        "slug": slug,
        "kind": "assignment",
        "title": "A letter to who holds it",
        "minutes": 60,
        "settings": assignment_settings(),
        "body": "Write to whoever holds the data you need.",
        **more,
    }
    return ActivitySource(**values)  # type: ignore[arg-type]


def film_source(slug: str = "the-talk", **more: object) -> ActivitySource:
    """A film; its course needs the files that ``FILMS`` holds."""
    values: dict[str, object] = {
        "slug": slug,
        "kind": "film",
        "title": "A talk about wells",
        "minutes": 2,
        "settings": {
            "file": "files/talk.mp4",
            "poster": None,
            "captions": "files/talk.vtt",
            "captions_in": "en",
            "watch": 90,
            "chapters": [{"at": 0, "title": "Welcome"}, {"at": 65, "title": "Who *holds* it"}],
        },
        "body": "What is said in it.",
        **more,
    }
    return ActivitySource(**values)  # type: ignore[arg-type]


FILMS = (file_source("files/talk.mp4", MP4), file_source("files/talk.vtt", VTT))


def module_source(number: int = 1, **more: object) -> ModuleSource:
    """One activity of each kind."""
    values: dict[str, object] = {
        "slug": f"module-{number}",
        "title": f"Module {number}",
        "summary": "Why, and for whom.",
        "body": "An introduction.",
        "activities": (page_source(), quiz_source(), discussion_source(), session_source()),
        **more,
    }
    return ModuleSource(**values)  # type: ignore[arg-type]


def course_source(title: str = "Sharing data", **more: object) -> CourseSource:
    """Two modules with one activity of each kind, and a third that opens later."""
    values: dict[str, object] = {
        "title": title,
        "licence": "CC-BY-4.0",
        "summary": "A small course.",
        "body": "What it is about.",
        "modules": (
            module_source(1),
            module_source(2),
            module_source(3, opens_later=True, activities=()),
        ),
        "assets": (AssetSource("assets/waves.svg", "image/svg+xml", PICTURE),),
        **more,
    }
    return CourseSource(**values)  # type: ignore[arg-type]


def make_version(
    app: Flask, space_id: uuid.UUID, source: CourseSource | None = None, **more: str
) -> uuid.UUID:
    """Import a course into a space, at the command line; returns the version's id."""
    ctx = Context.begin(None, origin="shell")
    with app.app_context():
        return import_course(ctx, space_id, source or course_source(), **more).id


def all_flaws(outline: DraftOutline) -> int:
    """Return how much keeps a draft from being published, as its outline counts it."""
    own = outline.flaws + sum(module.flaws for module in outline.modules)
    return own + sum(line.flaws for line in outline.activities)
