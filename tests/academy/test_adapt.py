"""Adapt courses: which part becomes what, and what is said about the rest."""

import io
import json

import pytest
from factories.adapt import LONG, choice, one, package, part, questions, read, text_of
from factories.course_files import SVG
from PIL import Image

from community.academy.formats.source import CourseRefused


def png(side=40):
    out = io.BytesIO()
    Image.new("RGB", (side, 30), "teal").save(out, "PNG")
    return out.getvalue()


def told(report):
    return [str(note) for note in (*report.changed, *report.dropped)]


def fate(report, sort):
    tally = report.sorts[sort]
    return tally.found, tally.kept, tally.turned, tally.dropped


# ------------------------------------------------------------------ structure


def test_pages_become_modules_with_their_articles_and_blocks_in_order(tmp_path):
    files = package(
        part(2, title="Second", body=LONG, _parentId="b-2"),
        part(1, title="First", body=LONG),
        part(3, title="Third", body=LONG, _parentId="b-3"),
        contentObjects=[
            {"_id": "menu", "_type": "menu", "title": "Everything"},
            {"_id": "p-1", "_parentId": "menu", "_type": "page", "title": "One", "body": "Hello."},
            {"_id": "p-2", "_parentId": "menu", "_type": "page", "title": "Two"},
        ],
        articles=[
            {"_id": "a-2", "_parentId": "p-2", "title": "An article", "body": "Its words."},
            {"_id": "a-1", "_parentId": "p-1"},
        ],
        blocks=[
            {"_id": "b-3", "_parentId": "a-2"},
            {"_id": "b-1", "_parentId": "a-1"},
            {"_id": "b-2", "_parentId": "a-1"},
        ],
    )
    [(course, report)] = read(tmp_path, files)
    assert course.title == "A course"
    assert [(m.slug, m.title) for m in course.modules] == [("one", "One"), ("two", "Two")]
    assert course.modules[0].body == "Hello."
    assert [a.title for a in course.modules[0].activities] == ["First", "Second"]
    assert "Its words." in text_of(course.modules[1])
    assert "course: menu “Everything”: its pages stay" in told(report.files[0])


def test_what_hangs_on_nothing_is_kept_and_told(tmp_path):
    files = package(
        part(1, title="Lost", body=LONG, _parentId="nowhere"),
        part(2, title="Found", body=LONG),
        blocks=[{"_id": "b-1", "_parentId": "a-9"}],
        articles=None,
        contentObjects=None,
    )
    [(course, report)] = read(tmp_path, files)
    assert [a.title for a in course.modules[0].activities] == ["Found", "Lost"]
    lines = told(report.files[0])
    assert "course: a-9: not in articles.json; what is below it stays" in lines
    assert "course: nowhere: not in blocks.json; what is below it stays" in lines


def test_parents_in_a_circle_and_names_given_twice_lose_nothing(tmp_path):
    files = package(
        part(1, title="One", body=LONG),
        part(1, title="Again", body=LONG),
        contentObjects=[
            {"_id": "m-1", "_parentId": "m-2", "_type": "menu"},
            {"_id": "m-2", "_parentId": "m-1", "_type": "menu"},
        ],
        articles=[{"_id": "a-1", "_parentId": "a-1"}, {"_id": "a-1", "_parentId": "b-1"}],
        blocks=[{"_id": "b-1", "_parentId": "a-1"}, {"_id": "b-1", "_parentId": "b-1"}],
    )
    [(course, _report)] = read(tmp_path, files)
    assert [a.title for a in course.modules[0].activities] == ["One", "Again"]


def test_each_language_is_a_course_and_the_default_one_comes_first(tmp_path):
    files = {
        **package(part(1, title="Words", body=LONG)),
        **package(part(1, title="Mots", body=LONG), language="fr", course={"title": "Un cours"}),
        "course/config.json": json.dumps({"_defaultLanguage": "fr"}).encode(),
    }
    found = read(tmp_path, files)
    assert [(c.language, c.title) for c, _ in found] == [("fr", "Un cours"), ("en", "A course")]
    [(course, _report)] = read(tmp_path, files, language="en", title="Mine", licence="CC-BY-4.0")
    assert (course.title, course.licence) == ("Mine", "CC-BY-4.0")
    with pytest.raises(CourseRefused, match="There is no de in it; there are: fr, en"):
        read(tmp_path, files, language="de")


def test_several_courses_side_by_side_are_one_and_in_order_of_their_numbers(tmp_path):
    files = {}
    for number in (10, 2, 1):
        text = part(1, title="T", body=LONG)
        head = {"title": f"Part {number}"}
        files |= package(text, root=f"module{number}", course=head, contentObjects=None)
    [(course, report)] = read(tmp_path, files)
    assert [module.title for module in course.modules] == ["Part 1", "Part 2", "Part 10"]
    assert [file.file for file in report.files] == ["module1/en", "module2/en", "module10/en"]
    assert course.title == "Course"


def test_outcomes_open_the_module_and_resources_close_it(tmp_path):
    head = {
        "title": "A course",
        "description": "<p>About it.</p>",
        "_learningOutcomes": [{"outcome": "Count <em>wells</em>", "credits": 5}, {"outcome": ""}],
        "_resources": {
            "title": "More",
            "_resourcesItems": [
                {
                    "title": "A site",
                    "description": "Read<br>it",
                    "_link": "https://example.org/(a)",
                },
                {"title": "A file", "_link": "course/en/pdf/a.pdf"},
            ],
        },
    }
    module, report = one(tmp_path, course=head)
    assert module.body.startswith("About it.\n\nWhat you will be able to do:\n\n- Count *wells*")
    assert text_of(module).endswith(
        "## More\n\n- [A site](https://example.org/%28a%29) — Read it\n- A file"
    )
    assert fate(report, "outcomes") == (2, 1, 0, 1)
    assert fate(report, "resources") == (2, 2, 0, 0)
    assert "course: target of the link to course/en/pdf/a.pdf" in told(report)


# ------------------------------------------------------------------ texts


@pytest.mark.parametrize("component", ["accordion", "narrative", "hotgraphic", "flipcard", "novel"])
def test_what_unfolds_becomes_headings_with_text(tmp_path, component):
    items = [
        {"title": "Fold", "body": "<p>Inside <strong>it</strong>.</p>", "strapline": "A line"},
        {"title": "", "body": ""},
    ]
    made = part(1, component, title="Folds", body="Look.", instruction="Click +.", _items=items)
    module, report = one(tmp_path, made)
    assert "## Folds\n\nLook.\n\n### Fold\n\nInside **it**.\n\nA line" in text_of(module)
    assert "Click" not in text_of(module)
    assert fate(report, f"component {component}") == (1, 0, 1, 0)
    assert fate(report, "items") == (2, 0, 1, 1)
    assert fate(report, "instructions") == (1, 0, 0, 1)
    assert f"c-1: {component}: Folds -> headings with text" in told(report)


def test_headings_in_a_text_are_headings_of_the_page(tmp_path):
    body = "<p>Lead.</p><h3>Below &amp; <em>on</em></h3><p># no heading</p><h6></h6>"
    module, _report = one(tmp_path, part(1, title="Top", body=body))
    assert "## Top\n\nLead.\n\n### Below & on\n\n\\# no heading" in text_of(module)


def test_another_title_than_is_shown_is_told(tmp_path):
    module, report = one(tmp_path, part(1, title="Inner", displayTitle="Shown", body="Text."))
    assert "Inner" not in text_of(module)
    assert "c-1: title “Inner”: another is shown" in told(report)


def test_what_is_empty_is_dropped_by_name(tmp_path):
    _module, report = one(tmp_path, part(1), part(2, "blank"), part(3, "graphic", _graphic={}))
    assert [line for line in told(report) if "empty" in line] == [
        "c-1: text: it is empty",
        "c-2: blank: it is empty",
        "c-3: graphic: it is empty",
    ]
    assert fate(report, "component text") == (2, 1, 0, 1)


@pytest.mark.parametrize(
    "values",
    [
        {"_component": "iFrame-vimeo", "_source": "https://player.vimeo.com/video/1"},
        {"_component": "youtube", "_media": {"source": "//player.vimeo.com/video/1"}},
        {"_component": "media", "_media": {"mp4": "https://player.vimeo.com/video/1"}},
    ],
)
def test_a_film_elsewhere_becomes_a_link(tmp_path, values):
    module, report = one(tmp_path, part(1, **{"title": "A [talk]", "instruction": "CC", **values}))
    link = "[Film: A \\[talk\\] (opens elsewhere)](https://player.vimeo.com/video/1)"
    assert f"## A \\[talk\\]\n\nCC\n\n{link}" in text_of(module)
    assert fate(report, "films") == (1, 0, 1, 0)


def test_a_film_that_is_nowhere_is_told(tmp_path):
    media = {"mp4": "course/en/video/a.mp4", "poster": "course/en/video/a.jpg"}
    _module, report = one(tmp_path, part(1, "media", title="Talk", _media=media))
    assert "c-1: film “Talk”: it is nowhere" in told(report)
    assert "c-1: file course/en/video/a.mp4: films are added in the studio" in told(report)
    assert fate(report, "films") == (1, 0, 0, 1)


# ------------------------------------------------------------------ pictures


def test_pictures_come_along_drawn_anew_with_their_words_and_credit(tmp_path):
    graphic = {"alt": "Waves", "large": "course/en/images/Waves 1.PNG", "*credit": "Ana *Lind*"}
    text = '<p>See <img src="en/images/waves.svg" alt="Lines"> it</p>'
    files = {
        **package(part(1, "graphic", _graphic=graphic), part(2, title="T", body=text + LONG)),
        "course/en/images/Waves 1.PNG": png(3_000),
        "course/en/images/waves.svg": SVG,
        "course/en/fonts/a.woff": b"font",
    }
    [(course, report)] = read(tmp_path, files)
    assert [asset.path for asset in course.assets] == ["assets/waves-1.png", "assets/waves.svg"]
    assert Image.open(io.BytesIO(course.assets[0].data)).width == 1_600
    text = text_of(course.modules[0])
    assert "![Waves](assets/waves-1.png)\n\nPicture: Ana \\*Lind\\*" in text
    assert "See ![Lines](assets/waves.svg) it" in text
    assert fate(report.files[0], "pictures") == (2, 2, 0, 0)
    assert fate(report.files[0], "component graphic") == (1, 1, 0, 0)
    assert "archive: 1 files .woff: not looked at" in told(report.files[0])


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("course/en/a.png", b"text", "This is no JPEG, PNG or WebP picture."),
        ("course/en/b.png", b"", "it is not in the archive"),
        ("course/en/a.svg", b"<svg onload='x'/>", "This is not an SVG drawing."),
    ],
)
def test_a_picture_that_cannot_be_taken_is_told_with_its_words(tmp_path, name, data, why):
    graphic = {"alt": "Waves", "src": "course/en/a" + name[-4:]}
    made = part(1, "accordion", title="T", _items=[{"title": "I", "_graphic": graphic}])
    [(course, report)] = read(tmp_path, {**package(made), name: data})
    assert not course.assets
    lines = [line for line in told(report.files[0]) if "picture" in line]
    assert lines == [f"c-1: picture course/en/a{name[-4:]} (Waves): {why}"]


# ------------------------------------------------------------------ questions


def test_a_single_choice_keeps_what_is_right_and_what_is_said(tmp_path):
    said = {
        "correct": "<h5>Yes!</h5><p>It is.</p>",
        "_incorrect": {"final": "No.", "notFinal": "Again."},
        "_partlyCorrect": {"final": "Lorem ipsum"},
    }
    module, report = one(tmp_path, choice(1, False, True, False, _feedback=said, instruction="Go"))
    [question] = questions(module)
    assert question["prompt"] == "Question 1\n\nWhich?"
    assert [(o["right"], o["feedback"]) for o in question["options"]] == [
        (False, "No."),
        (True, "**Yes!**\n\nIt is."),
        (False, "No."),
    ]
    assert (question["kind"], question["explanation"]) == ("single", "")
    assert fate(report, "questions") == (1, 1, 0, 0)
    assert fate(report, "answers") == (3, 3, 0, 0)
    assert fate(report, "right answers") == (1, 1, 0, 0)
    assert fate(report, "feedback") == (4, 2, 0, 2)
    assert sum("feedback" in line for line in told(report)) == 2


def test_a_multiple_choice_is_explained_at_its_end(tmp_path):
    said = {"correct": "All.", "_incorrect": "None.", "_partlyCorrect": {"final": "Some."}}
    module, report = one(tmp_path, choice(1, True, True, False, _selectable=2, _feedback=said))
    [question] = questions(module)
    assert question["kind"] == "multiple"
    assert question["explanation"] == (
        "All.\n\nIf it was partly right: Some.\n\nIf it was not right: None."
    )
    assert fate(report, "feedback") == (3, 3, 0, 0)


def test_questions_that_follow_one_another_are_one_quiz_and_texts_end_it(tmp_path):
    module, _report = one(
        tmp_path,
        part(1, title="Before", body=LONG),
        choice(2, True, False),
        choice(3, True, False),
        part(4, body="Between."),
        choice(5, False, True),
    )
    kinds = [(a.kind, a.title) for a in module.activities]
    assert kinds == [
        ("page", "Before"),
        ("quiz", "Quiz: Page"),
        ("page", "Before, continued"),
        ("quiz", "Quiz: Page"),
        ("page", "Long"),
    ]
    assert [len(questions(module)), module.activities[2].body] == [3, "Between."]


def test_pictures_to_choose_from_or_what_they_show(tmp_path):
    graphics = [{"src": "en/a.png", "alt": "Teal"}, {"src": "en/none.png", "alt": "Nothing"}]
    items = [{"_graphic": g, "_shouldBeSelected": n == 0} for n, g in enumerate(graphics)]
    files = package(part(1, "gmcq", title="Which?", _items=items), part(2, body=LONG))
    [(course, _report)] = read(tmp_path, {**files, "course/en/a.png": png()})
    [question] = questions(course.modules[0])
    assert [o["text"] for o in question["options"]] == ["![Teal](assets/a.png)", "Nothing"]


def test_what_is_typed_is_a_question_for_each_box(tmp_path):
    items = [
        {"prefix": "The", "suffix": "flows", "_answers": ["river", "River Tana"]},
        {"_answers": ["12.5", "12,6"]},
    ]
    made = part(1, "textinput", title="Fill in", _items=items, _allowsAnyCase=False)
    module, report = one(tmp_path, made)
    words, number = questions(module)
    assert words["prompt"] == "Fill in The ____ flows"
    assert [o["text"] for o in words["options"]] == ["river", "River Tana"]
    assert (words["kind"], words["exact"]) == ("text", ["case"])
    assert [o["text"] for o in number["options"]] == ["12.5", "12.6"]
    assert fate(report, "questions") == (2, 2, 0, 0)


def test_pairs_keep_what_matches_nothing(tmp_path):
    def options(right):
        return [{"text": t, "_isCorrect": t == right} for t in ("Water", "Bread", "Stone")]

    items = [
        {"text": "A well", "_options": options("Water")},
        {"text": "A mill", "_options": options("Bread")},
    ]
    module, _report = one(tmp_path, part(1, "matching", title="Match", _items=items))
    [question] = questions(module)
    assert [(o["text"], o["match"]) for o in question["options"]] == [
        ("A well", "Water"),
        ("A mill", "Bread"),
        ("", "Stone"),
    ]


@pytest.mark.parametrize(
    ("values", "answer"),
    [
        ({"_correctAnswer": 7}, ("7", "")),
        ({"_correctAnswer": "", "_correctRange": {"_bottom": 2, "_top": 5}}, ("3.5", "1.5")),
    ],
)
def test_a_slider_is_a_number(tmp_path, values, answer):
    module, _report = one(tmp_path, part(1, "slider", title="How many?", **values))
    [question] = questions(module)
    assert [(o["text"], o["tolerance"]) for o in question["options"]] == [answer]


@pytest.mark.parametrize(
    ("made", "why"),
    [
        (choice(1, False, False), "No option is marked as right with an x."),
        (choice(1, True), "A question has 2 to 12 options"),
        (choice(1, True, False, title="x" * 400), "This is longer than 300 characters."),
        (part(1, "matching", title="Q", _items=[]), "A question has 2 to 12 options"),
        (part(1, "slider", title="Q"), "This option has no text."),
        (choice(1, True, False, body="<p>- ( ) like an answer</p>"), ""),
    ],
)
def test_a_question_that_cannot_be_ours_is_told_with_the_reason(tmp_path, made, why):
    module, report = one(tmp_path, made)
    if not why:  # a text that only looks like an answer is a text
        assert len(questions(module)) == 1
        return
    assert questions(module) == []
    [line] = [line for line in told(report) if "question “" in line]
    assert line.startswith("c-1: question “")
    assert why in line
    assert report.sorts["questions"].dropped == 1


def test_a_sort_of_question_we_do_not_know_stays_as_text(tmp_path):
    made = part(1, "ordering", title="Order", _items=[{"text": "One"}], _feedback={"correct": "Y"})
    module, report = one(tmp_path, made)
    assert "One" in text_of(module)
    assert any("questions of a sort that we do not have" in line for line in told(report))
