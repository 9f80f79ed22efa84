"""LiaScript-flavoured courses: what is kept, what becomes what, and what is said about the rest."""

from pathlib import Path

import pytest
from factories.course_files import SVG
from factories.liascript import LONG, bodies, one, read
from hypothesis import example, given, settings
from hypothesis import strategies as st

from community.academy.formats.files import read_files, write_files
from community.academy.formats.liascript import read_liascript
from community.academy.formats.liascript_sections import plain_title
from community.academy.formats.paging import words_in
from community.academy.formats.source import CourseRefused
from community.academy.kinds.builtin import KINDS


def test_each_file_becomes_a_module_in_order_of_names(tmp_path: Path) -> None:
    course, report = read(
        tmp_path, f"# One\n\n{LONG}", f"Two\n===\n\n{LONG}", f"## Three\n\n{LONG}"
    )

    assert [(m.slug, m.title) for m in course.modules] == [
        ("part-1", "One"),
        ("part-2", "Two"),
        ("part-3", "Three"),
    ]
    assert [(file.file, file.module) for file in report.files] == [
        ("01_part-1.md", "One"),
        ("02_part-2.md", "Two"),
        ("03_part-3.md", "Three"),
    ]


def test_empty_and_almost_empty_files_open_later_and_the_report_says_so(tmp_path: Path) -> None:
    course, report = read(
        tmp_path, "\n", "# Plans\n\n## Why?\n\nSoon.\n\n### How?\n", f"# C\n{LONG}"
    )

    empty, outline, full = course.modules
    assert (empty.title, empty.opens_later) == ("Part 1", True)
    assert empty.body == "The source has no text for this module yet."
    assert (outline.title, outline.opens_later, outline.activities) == ("Plans", True, ())
    assert outline.body == "## Why?\n\nSoon.\n\n### How?"
    assert not full.opens_later
    assert [file.opens_later for file in report.files] == [True, True, False]
    assert report.opens_later == 2
    assert report.as_text().count("opens later") == 2


def test_underlined_and_marked_headings_are_sections_and_lines_across_are_not(
    tmp_path: Path,
) -> None:
    module, report = one(
        tmp_path,
        f"# T\n\nFirst  \n-----\n\n{LONG}\n\n---\n\n## Second ##\n-------\n{LONG}\n\n* * *\n",
    )

    assert [activity.title for activity in module.activities] == ["First", "Second", "Long"]
    assert [note.line for note in report.dropped] == [8, 11, 14]
    assert "---" not in bodies(module)


def test_short_neighbours_share_a_page_with_their_headings(tmp_path: Path) -> None:
    module, _report = one(tmp_path, "# T\n\n## A\n\na b c\n\n### Sub\n\nd\n\n## B\n\ne f")

    (page,) = module.activities
    assert page.title == "A · B · Long"
    assert page.body == f"## A\n\na b c\n\n### Sub\n\nd\n\n## B\n\ne f\n\n## Long\n\n{LONG}".rstrip(
        "\n"
    )
    assert page.minutes == 2  # 306 words at 200 a minute, rounded up


def test_a_page_of_one_section_has_its_heading_as_title(tmp_path: Path) -> None:
    module, _report = one(tmp_path, f"# T\n\n## A\n\n{LONG}\n\n### Sub\n\nd\n\n#### Deeper\n\ne")

    assert module.activities[0].body == f"{LONG}\n\n## Sub\n\nd\n\n### Deeper\n\ne"


def test_a_heading_without_text_at_the_end_is_dropped_and_said(tmp_path: Path) -> None:
    course, report = read(tmp_path, f"# T\n\n## A\n\n{LONG}\n\n## Nothing here\n")

    assert [activity.title for activity in course.modules[0].activities] == ["A"]
    assert [str(note) for note in report.files[0].dropped] == [
        "line 7: heading without text: Nothing here"
    ]
    assert report.count("headings") == 2


def test_a_short_opening_introduces_the_module_and_a_long_one_is_a_page(tmp_path: Path) -> None:
    short, long = read(
        tmp_path, f"# S\n\nHello.\n\n## A\n\n{LONG}", f"# L\n\n{LONG}\n\n## A\n\n{LONG}"
    )[0].modules

    assert (short.body, [a.title for a in short.activities]) == ("Hello.", ["A"])
    assert (long.body, [a.title for a in long.activities]) == ("", ["L", "A"])


def test_the_header_gives_language_and_authors(tmp_path: Path) -> None:
    head = "<!--\nauthors: Ada L., Bo B.\nemail: x@example.org\nlanguage: DE\nTODO\n- write\n-->\n"
    course, report = read(
        tmp_path, f"{head}# A\n{LONG}", f"{head.replace('Bo B.', 'Cy')}# B\n{LONG}"
    )

    assert course.language == "de"
    assert course.body == "Authors: Ada L., Bo B., Cy"
    assert course.modules[1].body == "*Authors: Ada L., Cy*"
    assert [note.line for note in report.files[0].changed] == [1]
    assert "TODO" not in bodies(course.modules[0])
    assert "example.org" not in bodies(course.modules[0])


@pytest.mark.parametrize(
    ("line", "becomes", "note"),
    [
        (
            '!?[A film](https://a.org/f "[Us](https://a.org), [CC BY](https://b.org)")',
            "[Film: A film (opens elsewhere)](https://a.org/f) — [Us](https://a.org), [CC BY](https://b.org)",
            "changed",
        ),
        (
            "![A (b)](https://a.org/x_(1).png?w=1&h=2) after",
            "[Picture: A (b) (opens elsewhere)](https://a.org/x_(1).png?w=1&h=2) after",
            "changed",
        ),
        (
            "![](https://a.org/x.png)",
            "[Picture: a.org (opens elsewhere)](https://a.org/x.png)",
            "changed",
        ),
        (
            "?[Birds](https://a.org/b.mp3)",
            "[Sound: Birds (opens elsewhere)](https://a.org/b.mp3)",
            "changed",
        ),
        ("??[Page](https://a.org)", "[Page: Page (opens elsewhere)](https://a.org)", "changed"),
        ("Really? [Yes](https://a.org)", "Really? [Yes](https://a.org)", ""),
        (
            '<img width="3" alt="Boat" src="https://a.org/b.png" /> (us)',
            "[Picture: Boat (opens elsewhere)](https://a.org/b.png) (us)",
            "changed",
        ),
        (
            '<iframe src="https://a.org/v"></iframe>',
            "[Film: a.org (opens elsewhere)](https://a.org/v)",
            "changed",
        ),
        ("![Gone](img/none.png)", "Picture: Gone", "dropped"),
        ("![Up](../../secret.png)", "Picture: Up", "dropped"),
        ("!?[x](javascript:alert(1))", "Film: x", "dropped"),
        ("<u>Term</u> and <b>bold</b>", "**Term** and **bold**", "changed"),
        ("a<br>b", "a b", "changed"),
        ('<span class="x">kept</span>', "kept", "dropped"),
        ("<https://a.org> a < b > c", "<https://a.org> a < b > c", ""),
        ("Known.^12^", "Known.¹²", "changed"),
        ("said.[^1](By whom?)", "said.^[By whom?]", "changed"),
        ("{{1-2}} later", " later", "dropped"),
        ("--{{0}}-- spoken", " spoken", "dropped"),
        ("{1}{soon}", "soon", "changed"),
        ("see [there](./other.md) and [slide](#3)", "see there and slide", "dropped"),
        ("[go](https://a.org/b)", "[go](https://a.org/b)", ""),
        ("[write](mailto:a@b.org)", "[write](mailto:a@b.org)", ""),
        ("one <!-- two --> three", "one  three", "dropped"),
        ("`<u>^1^![x](http://a)` and ``{{1}} ` ``", "`<u>^1^![x](http://a)` and ``{{1}} ` ``", ""),
        ("The answer: [[42]] it is", "The answer: ____ it is", "changed"),
    ],
)
def test_what_plain_markdown_cannot_say_becomes_what_it_can(
    tmp_path: Path, line: str, becomes: str, note: str
) -> None:
    module, report = one(tmp_path, f"# T\n\n## A\n\n{line}")

    assert f"## A\n\n{becomes}\n\n## Long" in bodies(module)
    notes = {"changed": report.changed, "dropped": report.dropped, "": []}
    assert {n.line for n in report.changed + report.dropped} == ({5} if note else set())
    assert len(notes[note]) == len(report.changed + report.dropped)


@pytest.mark.parametrize(
    "text",
    [
        "@onload\n",
        "@WebSerial.eval(`x`)\n",
        "<script>\nlet x = '## no';\n</script>",
        "<style>\n.a { }\n</style>",
        "<!--\n## no\n[[X]] no\n-->",
        "[[!]]",
        "[[____]]",
        "[(1)] survey",
        "[[a] (b)]\n",
    ],
)
def test_what_has_no_place_is_dropped_and_said(tmp_path: Path, text: str) -> None:
    module, report = one(tmp_path, f"# T\n\nBefore\n\n{text}\n\nAfter")

    assert "Before\n\nAfter" in bodies(module)
    assert [note.line for note in report.dropped] == [5]
    assert not report.changed


def test_code_is_left_alone(tmp_path: Path) -> None:
    code = "```md\n# no heading\n<!-- stays -->\n[[X]] stays\n[[ ]] stays\n![x](http://a/b)\n```"

    module, report = one(tmp_path, f"# T\n\n## A\n\n{code}")

    assert code in bodies(module)
    assert not report.changed + report.dropped
    assert report.kept["quizzes"] == 0


def test_pictures_of_the_course_come_along(tmp_path: Path) -> None:
    (tmp_path / "img").mkdir()
    (tmp_path / "img" / "Big Wave.SVG").write_bytes(SVG)
    (tmp_path / "img" / "bad.svg").write_bytes(SVG.replace(b"<path", b"<script/><path"))
    (tmp_path / "img" / "link.svg").symlink_to(tmp_path / "img" / "Big Wave.SVG")
    course, report = read(
        tmp_path,
        "# T\n\n![Wave](img/Big%20Wave.SVG)\n\n![Again](<img/Big%20Wave.SVG>)\n\n"
        f"![Bad](img/bad.svg) ![Link](img/link.svg)\n\n{LONG}",
    )

    assert [(asset.path, asset.data) for asset in course.assets] == [("assets/big-wave.svg", SVG)]
    text = bodies(course.modules[0])
    assert "![Wave](assets/big-wave.svg)\n\n![Again](assets/big-wave.svg)" in text
    assert "Picture: Bad Picture: Link" in text
    assert [note.line for note in report.files[0].dropped] == [7, 7]


# ---------------------------------------------------------------- refusals and properties


@pytest.mark.parametrize(
    ("texts", "file", "line"),
    [
        ([], "", None),
        ([f"# A\n{LONG}", b"# B\n\n\xff"], "02_part-2.md", 3),
        (["# A\n\nx\x00"], "01_part-1.md", 3),
        ([b"x" * 1_000_001], "01_part-1.md", None),
        (["# A"] * 41, "", None),
    ],
)
def test_what_is_no_course_is_refused_naming_file_and_line(
    tmp_path: Path, texts: list[str | bytes], file: str, line: int | None
) -> None:
    with pytest.raises(CourseRefused) as refused:
        read(tmp_path, *texts)

    assert [(p.file, p.line) for p in refused.value.problems] == [(file or tmp_path.name, line)]


def test_nothing_is_read_through_links(tmp_path: Path) -> None:
    (tmp_path / "secret.md").write_text(f"# Secret\n{LONG}")
    (tmp_path / "course").mkdir()
    (tmp_path / "course" / "01.md").symlink_to(tmp_path / "secret.md")
    (tmp_path / "link").symlink_to(tmp_path / "course")

    for path in (tmp_path / "course", tmp_path / "link", tmp_path / "none"):
        with pytest.raises(CourseRefused):
            read_liascript(path, KINDS)


def test_a_single_file_is_a_course_of_one_module(tmp_path: Path) -> None:
    file = tmp_path / "open-data.md"
    file.write_text(f"# Open data\n\n{LONG}")

    course, _report = read_liascript(file, KINDS, licence="CC-BY-4.0", summary="Short.")

    assert (course.title, course.licence, course.summary) == ("Open data", "CC-BY-4.0", "Short.")
    assert [module.slug for module in course.modules] == ["open-data"]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("**What** is `this`?", "What is this?"),
        ("C# and F#", "C# and F#"),
        ("The [UNESCO](https://a.org) text³", "The UNESCO text"),
        ("two\nlines  here", "two lines here"),
        ("snake_case stays", "snake_case stays"),
        ("2 * 3 * 4", "2 * 3 * 4"),
        ("x" * 300, "x" * 199 + "…"),
    ],
)
def test_titles_are_plain(text: str, title: str) -> None:
    assert plain_title(text) == title


def test_words_are_counted_as_a_reader_reads_them() -> None:
    assert words_in("Two words. — [and a link](https://a.org/b/c), * 1") == 6


PIECES = st.sampled_from(
    [
        *("# A", "## B", "### C", "## Quiz", "D\n---", "E\n===", "---", "####", "# ", "## *"),
        *(
            "[[X]] a",
            "[[ ]] b",
            "[(X)] a",
            "[( )] b",
            "    [[x]] c",
            "[[?]] h",
            "[[!]]",
            "****",
            "[[t]]",
        ),
        *(
            "text",
            "text  ",
            "- item",
            "1. one",
            "> quote",
            "**Quiz**",
            "**Question 1: a**\nb",
            "",
            "",
        ),
        *("```", "~~~", "<!--", "-->", "<script>", "</script>", "<u>u</u>", "| a |\n|---|\n| b |"),
        *(
            "![p](http://a.org)",
            "![p\nq](http://a.org)",
            "!?[f](x)",
            "[l](x)",
            "[l]: x",
            "[l]",
            "{{1}}",
            "@m",
        ),
        *(
            "[^1]",
            "[^1]: note",
            "    code",
            "`",
            "^1^",
            "\\",
            "<",
            "]",
            "](",
            "![",
            "\u00a0",
            "\ue0000\ue001",
        ),
        LONG,
    ]
)


@settings(max_examples=200, deadline=None)
@example(text="\u00a0\n[[X]] a\n[[ ]] b")
@example(text="[^1]: note\n![p\nq](http://a.org)")
@example(text="[l]: x\n[^1]: note\ntext\n[l]: x")
@example(text="# A\n![p\nq](http://a.org)\nD\n---")  # a heading whose text would be a picture
@given(
    text=st.lists(PIECES, max_size=25).map("\n".join)
    | st.lists(PIECES, max_size=25).map("\n\n".join)
)
def test_whatever_is_written_becomes_a_course_of_ours(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    root = tmp_path_factory.mktemp("course")

    course, report = read(root, text)

    assert read_files(write_files(course, KINDS), KINDS) == course
    activities = course.modules[0].activities
    assert report.pages == sum(activity.kind == "page" for activity in activities)
    assert report.questions == sum(len(a.settings.get("questions", [])) for a in activities)
