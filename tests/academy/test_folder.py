"""The files of a course: what is read, what is written back, and what is refused, where."""

import pytest
from factories.course_files import QUIZ, SVG, make_course, make_course_files

from community.academy.formats import files as files_module
from community.academy.formats.files import read_files, write_files
from community.academy.formats.source import CourseRefused, ModuleSource
from community.academy.kinds.builtin import KINDS

PAGE = "01-first/01-reading.md"
HEAD = "---\nkind: page\ntitle: Reading\nminutes: 4\n"


def refused(files: dict[str, bytes]) -> CourseRefused:
    with pytest.raises(CourseRefused) as caught:
        read_files(files, KINDS)
    return caught.value


def test_a_course_is_read_in_order_with_everything_in_it() -> None:
    course = read_files(make_course_files(), KINDS)

    assert (course.title, course.language, course.body) == ("A course", "en", "What it is about.")
    first, second = course.modules
    assert (first.slug, first.title, first.body, first.opens_later) == (
        "first",
        "First",
        "Welcome.",
        False,
    )
    assert [(a.slug, a.kind, a.minutes, a.required) for a in first.activities] == [
        ("reading", "page", 4, True),
        ("check", "quiz", 5, True),
        ("talk", "discussion", 15, True),
        ("meet", "live_session", 90, True),
    ]
    assert (second.opens_later, second.activities) == (True, ())
    assert [(a.path, a.media_type, a.data) for a in course.assets] == [
        ("assets/waves.svg", "image/svg+xml", SVG)
    ]


def test_what_is_written_is_what_was_read() -> None:
    files = make_course_files()

    assert write_files(read_files(files, KINDS), KINDS) == files


def test_footnotes_are_no_links() -> None:
    text = "---\ntitle: A\n---\n\nOne[^1], two^[Inline, [a](https://a.org).]\n\n[^1]: Ibid.\n"

    assert (
        write_files(read_files(make_course_files(**{"course.md": text}), KINDS), KINDS)["course.md"]
        == text.encode()
    )


def test_loose_writing_comes_back_in_canonical_form() -> None:
    loose = make_course_files(
        **{
            "01-first/module.md": None,
            PAGE: None,
            "01-first/02-check.md": None,
            "01-first/03-talk.md": None,
            "01-first/04-meet.md": None,
            "07-first/module.md": "\ufeff---  \r\ntitle:  'First' # a note\r\n---\r\nWelcome.",
            "07-first/20-reading.md": (
                "---\nphase: before\nrequired: false\nminutes: 4\ntitle: >\n  Reading\n  more\n"
                "kind: page\n---\n\n\n  \nLead.\t\n \n\n\nEnd\n\n"
            ),
            "07-first/31-meet.md": (
                "---\nkind: live_session\ntitle: No\nminutes: 90\nattend: 50\ntime: 08:00\n---\n"
            ),
            "02-second/module.md": None,
        }
    )

    written = write_files(read_files(loose, KINDS), KINDS)

    assert {name: data.decode() for name, data in written.items() if name.startswith("01")} == {
        "01-first/module.md": "---\ntitle: First\n---\n\nWelcome.\n",
        "01-first/01-reading.md": (
            "---\nkind: page\ntitle: Reading more\nminutes: 4\nrequired: false\nphase: before\n"
            "---\n\nLead.\t\n\n\n\nEnd\n"
        ),
        "01-first/02-meet.md": (
            '---\nkind: live_session\ntitle: "No"\nminutes: 90\ntime: "08:00"\n---\n'
        ),
    }


@pytest.mark.parametrize(
    ("file", "text", "line", "says"),
    [
        # the head
        ("course.md", None, None, "missing"),
        ("course.md", "A course", 1, "begin with a line ---"),
        ("course.md", "---\ntitle: A\n", 1, "not closed"),
        ("course.md", "---\n---\n", 1, "title: This key is missing"),
        ("course.md", "---\ntitle:\n---\n", 2, "title: This key has no value"),
        ("course.md", "---\ntitle: ''\n---\n", 2, "title: This key has no value"),
        ("course.md", "---\ntitle: 12\n---\n", 2, "title: This must be text; put it in quotes"),
        ("course.md", f"---\ntitle: {'x' * 201}\n---\n", 2, "at most 200"),
        ("course.md", f"---\ntitle: A\n\nsummary: {'x' * 301}\n---\n", 4, "at most 300"),
        ("course.md", "---\ntitle: A\nlanguage: English\n---\n", 3, "language tag"),
        ("course.md", "---\ntitle: A\nlicence: CC BY\n---\n", 3, "SPDX"),
        (
            "course.md",
            "---\ntitle: A\nlicense: CC0-1.0\n---\n",
            3,
            "license: This key is not known",
        ),
        (
            "course.md",
            "---\ntitle: A\nlicence: x\ntitle: B\n---\n",
            4,
            "title: This key is given twice",
        ),
        ("course.md", "---\ntitle: A: B\n---\n", 2, "not YAML"),
        ("course.md", "---\ntitle: A\n  licence: x: y\n---\n", 3, "not YAML"),
        ("course.md", "---\ntitle: 'A\n---\n", 2, "not YAML"),
        ("course.md", "---\n- title\n---\n", 2, "key: value"),
        ("course.md", "---\ntitle\n---\n", 2, "key: value"),
        ("course.md", "---\nlicence: x\ntitle: [A]\n---\n", 3, "key: value"),
        ("course.md", "---\ntitle: {a: b}\n---\n", 2, "key: value"),
        ("course.md", f"---\ntitle: {'[' * 9000}\n---\n", 2, "key: value"),
        ("course.md", "---\ntitle: &a A\nsummary: *a\n---\n", 2, "Anchors"),
        ("course.md", "---\ntitle: A\nsummary: *a\n---\n", 3, "Anchors"),
        ("course.md", "---\ntitle: A\nsummary: !!python/object:os.system x\n---\n", 3, "tags"),
        ("course.md", "---\ntitle: A\n...\nsummary: x\n---\n", 3, "one document"),
        ("course.md", f"---\ntitle: A\n# {'x' * 16_000}\n---\n", 1, "longer than 16000"),
        # the text
        ("course.md", "---\ntitle: A\n---\nok\n![x](https://a.org/x.png)\n", 5, "assets folder"),
        (
            "course.md",
            "---\ntitle: A\n---\nok\n\nsee\n![x](assets/no.svg)\n",
            7,
            "no assets/no.svg",
        ),
        (
            "course.md",
            "---\ntitle: A\n---\n[x](https://a.org)\nand\n![x](https://a.org)\n",
            6,
            "assets folder",
        ),
        ("course.md", "---\ntitle: A\n---\n[x](assets/no.svg)\n", 4, "no assets/no.svg"),
        ("course.md", "---\ntitle: A\n---\n[x](../02-second/module.md)\n", 4, "A link leads to"),
        ("course.md", "---\ntitle: A\n---\n[x](//evil.org)\n", 4, "A link leads to"),
        ("course.md", "---\ntitle: A\n---\n[x]: /etc/passwd\n\n[x]\n", 6, "A link leads to"),
        ("course.md", b"---\ntitle: A\n---\n\nok\n\xff\n", 6, "not UTF-8"),
        ("course.md", b"---\ntitle: A\n---\n\n\xed\xa0\x80\n", 5, "not UTF-8"),
        ("course.md", "---\ntitle: A\n---\n\n\nx\x00y\n", 6, "U+0000"),
        ("course.md", "---\ntitle: A\x1b[31m\n---\n", 2, "U+001B"),
        ("course.md", "---\ntitle: A\x85B\n---\n", 2, "U+0085"),
        ("course.md", "---\ntitle: A\n---\n\ufffe\n", 4, "U+FFFE"),
        ("course.md", "---\ntitle: A\n---\n\U0001ffff\n", 4, "U+1FFFF"),
        ("course.md", b"---\ntitle: A\n---\n" + b"x" * 1_000_000, None, "larger than 1000 kB"),
        ("course.md", f"---\ntitle: A\n---\n{'x' * 60_000}\n", 4, "longer than 60000"),
        ("course.md", "---\ntitle: A\n---\n[![a](b.png)\nx](c) x\n", 5, "not to c"),
        ("course.md", "---\ntitle: A\n---\n[![a](b.png)\nx](c) x\n", 4, "b.png does not"),
        ("course.md", "---\ntitle: A\n---\nx[^1]\n\n[^1]: ok\n\n    [no](x)\n", 8, "not to x"),
        # modules
        ("01-first/module.md", None, None, "missing"),
        ("01-first/module.md", "---\ntitle: A\nopens_later: yes\n---\n", 3, "true or false"),
        ("01-first/module.md", "---\ntitle: A\nopens_later: 1\n---\n", 3, "true or false"),
        (
            "01-first/module.md",
            "---\ntitle: A\nopens_later: true\n---\n",
            None,
            "no activities yet",
        ),
        ("02-second/module.md", "---\ntitle: A\n---\n", None, "has no activity"),
        (
            "03-first/module.md",
            "---\ntitle: A\nopens_later: true\n---\n",
            None,
            "taken by 01-first",
        ),
        # activities
        (PAGE, "---\ntitle: A\nminutes: 5\n---\nText", 1, "kind: This key is missing"),
        (PAGE, "---\ntitle: A\nkind: video\nminutes: 5\n---\nText", 3, "no kind of this name"),
        (PAGE, "---\nkind: 1\ntitle: A\nminutes: 5\n---\nText", 2, "kind: This must be text"),
        (PAGE, "---\nkind: page\ntitle: A\n---\nText", 1, "minutes: This key is missing"),
        (PAGE, "---\nkind: page\ntitle: A\nminutes: 0\n---\nText", 4, "from 1 to 600"),
        (PAGE, "---\nkind: page\ntitle: A\nminutes: 601\n---\nText", 4, "from 1 to 600"),
        (PAGE, "---\nkind: page\ntitle: A\nminutes: 2.5\n---\nText", 4, "whole number"),
        (PAGE, "---\nkind: page\ntitle: A\nminutes: '5'\n---\nText", 4, "whole number"),
        (PAGE, "---\nkind: page\ntitle: A\nminutes: true\n---\nText", 4, "whole number"),
        (PAGE, f"---\nkind: page\ntitle: A\nminutes: {'9' * 5000}\n---\nText", 4, "whole number"),
        (PAGE, f"{HEAD}required: no\n---\nText", 5, "true or false"),
        (PAGE, f"{HEAD}phase: later\n---\nText", 5, "before, during or after"),
        (PAGE, f"{HEAD}attempts: 3\n---\nText", 5, "attempts: This key is not known"),
        (PAGE, f"{HEAD}---\n\n \n", 6, "needs a text"),
        ("01-first/02-check.md", QUIZ.replace("(x)", "( )"), 11, "No option is marked"),
        ("01-first/02-check.md", QUIZ.replace("70", "101"), 6, "pass: This must be from 1 to 100"),
        ("01-first/02-check.md", QUIZ + "late\n", 27, "no option, feedback"),
        ("01-first/02-check.md", QUIZ + "  > ![x](http://a.org/x.png)\n", 27, "assets folder"),
        ("01-first/09-reading.md", f"{HEAD}---\nText", None, "taken by 01-reading"),
        # names
        ("notes.txt", "", None, "none of them"),
        ("01-first/notes.txt", "", None, "none of them"),
        ("01-first/1-a.md", "", None, "none of them"),
        ("01-first/05-A.md", "", None, "none of them"),
        ("01-first/05-a--b.md", "", None, "none of them"),
        (f"01-first/05-{'a' * 81}.md", "", None, "none of them"),
        ("01-first/sub/05-a.md", "", None, "none of them"),
        ("first/module.md", "", None, "none of them"),
        ("assets/sub/waves.svg", SVG, None, "none of them"),
        ("../course.md", "", None, "none of them"),
        # pictures
        ("assets/Waves.svg", SVG, None, "small letters"),
        ("assets/waves.gif", b"GIF89a", None, "small letters"),
        ("assets/waves.svg", b"x" * 524_289, None, "larger than 512 kB"),
        ("assets/waves.png", SVG, None, "not what its name says"),
        ("assets/waves.svg", SVG.replace(b"<path", b"<script/>\n<path"), 2, "<script>"),
    ],
)
def test_a_broken_course_is_refused_naming_file_and_line(
    file: str, text: str | bytes | None, line: int | None, says: str
) -> None:
    problems = refused(make_course_files(**{file: text})).problems

    found = [problem for problem in problems if says in problem.message]
    assert [(problem.file, problem.line) for problem in found] == [(file, line)], problems


def test_every_problem_is_told_at_once_and_in_order() -> None:
    error = refused(
        make_course_files(
            **{
                "course.md": "---\ntitel: A\n---\n",
                PAGE: "---\nkind: page\ntitle: A\nminutes: x\nfoo: 1\n---\n![x](assets/y.svg)\n",
                "01-first/02-check.md": QUIZ.replace("(x)", "( )").replace("[x]", "[ ]"),
                "readme.txt": "",
            }
        )
    )

    assert [(problem.file, problem.line) for problem in error.problems] == [
        (PAGE, 4),
        (PAGE, 5),
        (PAGE, 7),
        ("01-first/02-check.md", 11),
        ("01-first/02-check.md", 22),
        ("course.md", 1),
        ("course.md", 2),
        ("readme.txt", None),
    ]
    assert f"{PAGE}:4: minutes: This must be a whole number." in str(error).split("\n")
    assert error.fields[PAGE][0] == "line 4: minutes: This must be a whole number."
    assert (error.status, error.code) == (422, "invalid")


@pytest.mark.parametrize(
    ("files", "says"),
    [
        (
            {
                f"{n:02d}-m{n}/module.md": "---\ntitle: M\nopens_later: true\n---\n"
                for n in range(10, 10 + files_module.MAX_MODULES)
            },
            "more than 40 modules",
        ),
        (
            {f"01-first/{n:02d}-p{n}.md": f"{HEAD}---\nText" for n in range(10, 67)},
            "more than 60 activities",
        ),
        ({f"assets/p{n}.svg": SVG for n in range(200)}, "more than 200 pictures"),
    ],
)
def test_a_course_with_too_many_parts_is_refused(
    files: dict[str, str | bytes | None], says: str
) -> None:
    assert says in str(refused(make_course_files(**files)))


def test_a_course_without_modules_is_refused() -> None:
    assert "no module" in str(refused({"course.md": b"---\ntitle: A\n---\n"}))


def test_a_module_that_opens_later_is_written_without_activities() -> None:
    course = make_course()
    later = ModuleSource("later", "Later", opens_later=True, body="What will be there.")
    course = type(course)(course.title, modules=(*course.modules, later))

    assert write_files(course, KINDS)["02-later/module.md"] == (
        b"---\ntitle: Later\nopens_later: true\n---\n\nWhat will be there.\n"
    )
