"""Properties: what is written is read back the same, and only a refusal stops a reader."""

from collections.abc import Callable
from typing import Any

from factories.course_files import make_course, make_course_files
from hypothesis import given, settings
from hypothesis import strategies as st

from community.academy.formats.files import read_files, write_files
from community.academy.formats.source import (
    ActivitySource,
    AssetSource,
    CourseRefused,
    CourseSource,
    FileSource,
    ModuleSource,
)
from community.academy.kinds.builtin import KINDS, QUIZ
from community.academy.kinds.protocol import NamesFiles, SourceRefused
from community.academy.kinds.text import canonical_text, one_line
from community.kernel.errors import Invalid

ODD = [
    *(
        "---",
        "...",
        "null",
        "true",
        "No",
        "~",
        "12",
        "-1",
        "0x1F",
        "08:00",
        "1_000",
        "1e3",
        "2024-01-01",
    ),
    *(
        "a: b",
        "a #b",
        "#a",
        "- a",
        "? a",
        "'",
        '"',
        "'a'",
        '"a"',
        "[a",
        "{a}",
        "&a",
        "*a",
        "!a",
        "%a",
        "@a",
    ),
    *(
        "|",
        ">",
        "`a`",
        "a\\",
        "a:",
        ":a",
        "=",
        "<<",
        "\u00a0a\u00a0",
        "é\u0301",
        "עברית",
        "🙂",
        "\u200d",
        "\ufeff",
    ),
    *("> a", "1. a", "## a", "**a**", "a  b", "\ue000", "a\u00ada", "ﷺ", "x" * 200),
]
CHARACTERS = st.characters(exclude_categories=("Cs", "Cc", "Cn"), exclude_characters="\u2028\u2029")


def one_liner(most: int) -> st.SearchStrategy[str]:
    plain = st.text(CHARACTERS, min_size=1, max_size=30) | st.sampled_from(ODD)
    return plain.map(one_line).filter(lambda text: bool(text.strip()) and len(text) <= most)


def refers_to_nothing(text: str) -> bool:
    return "](" not in text and "]:" not in text


LINES = st.text(CHARACTERS | st.just("\t"), max_size=40) | st.sampled_from(
    [*ODD, "", "", "```", "~~~~", "- ( ) a", "- [x] a", "  > a", "    code", "| a | b |", "a  "]
)
TEXTS = st.lists(LINES, max_size=8).map("\n".join).map(canonical_text).filter(refers_to_nothing)
SLUGS = st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,8}){0,3}", fullmatch=True)
PROSE = (
    st.lists(one_liner(200).map(lambda line: f"t {line}") | st.just(""), max_size=5)
    .map("\n".join)
    .map(canonical_text)
    .filter(refers_to_nothing)
)
CODE = st.sampled_from(["", "\n\n```\n## a\n- ( ) b\n> c\n```", "\n\n~~~~ md\n~~~\n- [x] a\n~~~~"])
OPTIONS = st.lists(
    st.lists(one_liner(60).map(lambda line: f"o{line}"), min_size=1, max_size=3)
    .map("\n".join)
    .filter(refers_to_nothing),
    min_size=2,
    max_size=6,
    unique=True,
)


@st.composite
def questions(draw: st.DrawFn, number: int) -> dict[str, Any]:
    title = draw(one_liner(200).filter(refers_to_nothing))
    text = canonical_text(draw(PROSE) + draw(CODE))
    texts = draw(OPTIONS)
    single = draw(st.booleans())
    right = {draw(st.integers(0, len(texts) - 1))}
    if not single:
        right |= draw(st.sets(st.integers(0, len(texts) - 1)))
    return {
        "id": f"q{number}",
        "prompt": f"{title}\n\n{text}" if text else title,
        "kind": "single" if single else "multiple",
        "options": [
            {
                "id": f"q{number}o{n + 1}",
                "text": option,
                "right": n in right,
                "feedback": draw(TEXTS),
            }
            for n, option in enumerate(texts)
        ],
        "explanation": draw(TEXTS),
    }


@st.composite
def criteria(draw: st.DrawFn, number: int, title: str) -> dict[str, Any]:
    titles = draw(st.lists(one_liner(60), min_size=2, max_size=4, unique=True))
    return {
        "id": f"c{number}",
        "title": title,
        "text": canonical_text(draw(PROSE) + draw(CODE)),
        "levels": [
            {
                "id": f"c{number}l{at}",
                "points": draw(st.integers(0, 100)),
                "title": level,
                "text": draw(TEXTS),
            }
            for at, level in enumerate(titles, 1)
        ],
    }


FILE_NAMES = ("a", "slides_of-2025", "9")


@st.composite
def asks(draw: st.DrawFn, number: int) -> dict[str, Any]:
    title = draw(one_liner(200).filter(lambda text: not text.endswith(" *")))
    text = canonical_text(draw(PROSE) + draw(CODE))
    kind = draw(st.sampled_from(["single", "multiple", "scale", "text"]))
    chosen = kind in ("single", "multiple")
    options = (
        st.lists(one_liner(60), min_size=2, max_size=5, unique=True) if chosen else st.just([])
    )
    end = one_liner(60) if kind == "scale" else st.just("")
    return {
        "id": f"q{number}",
        "prompt": f"{title}\n\n{text}" if text else title,
        "required": draw(st.booleans()),
        "kind": kind,
        "options": [
            {"id": f"q{number}o{n}", "text": text} for n, text in enumerate(draw(options), 1)
        ],
        "most": draw(st.integers(2, 10)) if kind == "scale" else None,
        "low": draw(end),
        "high": draw(end),
    }


@st.composite
def assignments(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    body = canonical_text(f"t {draw(one_liner(100).filter(refers_to_nothing))}" + draw(CODE))
    words, files, text = draw(st.integers(0, 99)), draw(st.integers(0, 10)), draw(st.booleans())
    files = files if text else max(1, files)
    due = draw(st.none() | st.integers(0, 366))
    titles = draw(st.lists(one_liner(60), max_size=3, unique=True))
    return body, {
        "text": text,
        "words": words,
        "most": draw(st.integers(max(1, words), 5_000)),
        "files": files,
        "needed": draw(st.integers(0, files)),
        "sorts": draw(st.sampled_from([[], ["pdf"], ["pdf", "docx"]])) if files else [],
        "due": due,
        "time": "23:59" if due is None else draw(st.sampled_from(["23:59", "08:00"])),
        "grace": draw(st.integers(0, 336)),
        "done": draw(st.sampled_from(["accepted", "handed_in"])),
        "rubric": [draw(criteria(n, title)) for n, title in enumerate(titles, 1)],
    }


LINKS = st.from_regex(r"https://[a-z]{1,9}\.org/[a-z0-9?=&#%._~-]{0,20}", fullmatch=True)
PATHS = st.sampled_from(FILE_NAMES).map(lambda name: f"files/{name}.pdf")
TIMES = st.times().map(lambda time: f"{time:%H:%M}")
SETTINGS: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "discussion": st.fixed_dictionaries({"posts": st.integers(1, 20)}),
    "live_session": st.fixed_dictionaries(
        {"day": st.integers(1, 7), "time": TIMES, "attend": st.integers(1, 100)}
    ),
    "file": st.fixed_dictionaries({"file": st.none(), "link": LINKS})
    | st.fixed_dictionaries({"file": PATHS, "link": st.none()}),
}
"""Of kinds that have settings, and nothing in their text hangs on them."""


@st.composite
def activities(draw: st.DrawFn, slug: str) -> ActivitySource:
    kind = draw(st.sampled_from(sorted(KINDS)))
    body, given_settings = draw(TEXTS), draw(SETTINGS.get(kind, st.just({})))
    if kind == "assignment":
        body, given_settings = draw(assignments())
    if kind in ("page", "discussion", "reflection"):
        body = canonical_text(f"{draw(one_liner(200).filter(refers_to_nothing))}\n\n{body}")
    if kind == "checklist":
        body = canonical_text(draw(PROSE))
        words = draw(st.lists(one_liner(200), min_size=1, max_size=4, unique=True))
        items = [{"id": f"i{n}", "text": text} for n, text in enumerate(words, 1)]
        fewer = st.none() if len(items) == 1 else st.none() | st.integers(1, len(items) - 1)
        given_settings = {"ticks": draw(fewer), "items": items}
    if kind == "film":
        body = canonical_text(draw(PROSE))
        captions = draw(st.sampled_from([None, "files/c.vtt"]))
        times = draw(st.lists(st.integers(1, 80_000), max_size=3, unique=True).map(sorted))
        titles = [draw(one_liner(100)) for _time in range(len(times) + 1)]
        chapters = [
            {"at": at, "title": title} for at, title in zip([0, *times], titles, strict=True)
        ]
        given_settings = {
            "file": draw(st.sampled_from(["files/f.mp4", "files/f-2.webm"])),
            "poster": draw(st.sampled_from([None, "assets/p.png"])),
            "captions": captions,
            "captions_in": draw(st.sampled_from([None, "en", "pt-BR"])) if captions else None,
            "watch": draw(st.integers(1, 100)),
            "chapters": draw(st.sampled_from([[], chapters])),
        }
    if kind == "survey":
        body = canonical_text(draw(PROSE) + draw(CODE))
        given_settings = {
            "anonymous": draw(st.booleans()),
            "counts": draw(st.booleans()),
            "asks": [draw(asks(n)) for n in range(1, draw(st.integers(1, 3)) + 1)],
        }
    if kind == "reflection":
        words = draw(st.integers(1, 5_000))
        given_settings = {
            "readers": draw(st.sampled_from(["private", "mentor", "cohort"])),
            "words": words,
            "most": draw(st.integers(words, 5_000)),
        }
    if kind == "quiz":
        body = canonical_text(draw(PROSE) + draw(CODE))
        count = draw(st.integers(1, 3))
        given_settings = {
            "attempts": draw(st.none() | st.integers(1, 20)),
            "pass": draw(st.integers(1, 100)),
            "questions": [draw(questions(n)) for n in range(1, count + 1)],
        }
    return ActivitySource(
        slug=slug,
        kind=kind,
        title=draw(one_liner(200)),
        minutes=draw(st.integers(1, 600)),
        required=draw(st.booleans()),
        phase=draw(st.sampled_from([None, "before", "during", "after"])),
        settings=given_settings,
        body=body,
    )


@st.composite
def courses(draw: st.DrawFn) -> CourseSource:
    modules = []
    for slug in draw(st.lists(SLUGS, min_size=1, max_size=3, unique=True)):
        slugs = draw(st.lists(SLUGS, max_size=3, unique=True))
        modules.append(
            ModuleSource(
                slug=slug,
                title=draw(one_liner(200)),
                summary=draw(st.just("") | one_liner(300)),
                body=draw(TEXTS),
                opens_later=not slugs,
                activities=tuple(draw(activities(s)) for s in slugs),
            )
        )
    named = {
        path
        for module in modules
        for activity in module.activities
        if isinstance(kind := KINDS[activity.kind], NamesFiles)
        for path in kind.named_files(activity.settings).values()
    }
    short = st.from_regex(r"[a-z0-9][a-z0-9_-]{0,9}", fullmatch=True)
    more = {f"files/{name}.pdf" for name in draw(st.sets(short, max_size=2))}
    pictures = {f"assets/{name}.png" for name in draw(st.sets(short, max_size=2))}
    paths = named | more | pictures
    return CourseSource(
        title=draw(one_liner(200)),
        language=draw(st.sampled_from(["en", "de", "pt-BR", "zh-Hant-TW"])),
        licence=draw(st.sampled_from(["", "CC-BY-4.0", "GPL-3.0+"])),
        summary=draw(st.just("") | one_liner(300)),
        body=draw(TEXTS),
        modules=tuple(modules),
        assets=tuple(
            AssetSource(path, "image/png", b"\x89PNG\r\n\x1a\n" + path.encode())
            for path in sorted(paths)
            if path.startswith("assets/")
        ),
        files=tuple(FileSource(p, "0" * 64, 9) for p in sorted(paths) if p.startswith("files/")),
    )


@settings(max_examples=60, deadline=None)
@given(courses())
def test_reading_what_was_written_gives_the_same_course(course: CourseSource) -> None:
    files = write_files(course, KINDS)

    again = read_files(files, KINDS, held=course.files)

    assert again == course
    assert write_files(again, KINDS) == files


def outcome(attempt: Callable[[], Any]) -> Any:
    try:
        return attempt()
    except Invalid as refused:
        return refused


QUIZ_PIECES = st.sampled_from(
    [
        *(
            "## Q",
            "##",
            "##Q",
            "### Q",
            "## A\t",
            "- ( ) a",
            "- (x) b",
            "- (X) c",
            "- [ ] d",
            "- [x] e",
        ),
        *(
            "- [x]",
            "-  ( ) a",
            "  - ( ) a",
            "  > f",
            "\t> f",
            "> g",
            ">",
            " > h",
            "  more",
            "text",
            "",
            " ",
        ),
        *("```", "~~~", "````", "\u00a0", "- (x) \u00a0", "- ( ) a\r", "  > ```", "## \u2003"),
    ]
)


@settings(max_examples=250, deadline=None)
@given(st.lists(QUIZ_PIECES, max_size=14).map("\n".join))
def test_any_quiz_that_is_accepted_is_written_back_the_same(body: str) -> None:
    parsed = outcome(lambda: QUIZ.read({}, body, 1))
    if isinstance(parsed, SourceRefused):
        lines = [flaw.line or 0 for flaw in parsed.flaws]
        assert lines
        assert all(1 <= line <= body.count("\n") + 1 for line in lines)
        return
    activity = ActivitySource("q", "quiz", "Q", 1, settings=parsed.settings, body=parsed.body)

    course = make_course(activity)

    assert read_files(write_files(course, KINDS), KINDS) == course


NAMES = st.sampled_from(sorted(make_course_files()))


@settings(max_examples=150, deadline=None)
@given(NAMES, st.data())
def test_a_damaged_file_is_read_or_refused_and_nothing_else(name: str, data: st.DataObject) -> None:
    files = make_course_files()
    content = files[name]
    start = data.draw(st.integers(0, len(content)), "start")
    end = data.draw(st.integers(start, min(len(content), start + 20)), "end")
    noise = st.binary(max_size=12) | TEXTS.map(str.encode) | st.sampled_from(ODD).map(str.encode)
    files[name] = content[:start] + data.draw(noise, "noise") + content[end:]

    course = outcome(lambda: read_files(files, KINDS))

    if isinstance(course, CourseRefused):
        named = {problem.file for problem in course.problems}
        assert named
        assert name in named or name.startswith("assets/")
        return
    assert read_files(write_files(course, KINDS), KINDS) == course
