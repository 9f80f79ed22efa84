"""Adapt archives that are broken, hostile or too large: refused in words, never a crash."""

import io
import json
import os
import stat
import tarfile
import zipfile
from html import escape
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from factories.adapt import LONG, choice, package, packed, part, read
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from community.academy.formats import archives
from community.academy.formats.adapt import read_adapt
from community.academy.formats.adapt_parts import MAX_ITEMS, MAX_JSON, MAX_PARTS
from community.academy.formats.files import read_files, write_files
from community.academy.formats.html_text import Html
from community.academy.formats.references import broken_references
from community.academy.formats.source import CourseRefused
from community.academy.kinds.builtin import KINDS
from community.kernel import markdown


def refused(path):
    with pytest.raises(CourseRefused) as caught:
        read_adapt(path, KINDS)
    return " ".join(str(problem) for problem in caught.value.problems)


def tarred(place, *members, compressed=True):
    path = place / "course.tar.gz"
    with tarfile.open(path, "w:gz" if compressed else "w") as archive:
        for member in members:
            archive.addfile(member, io.BytesIO(b"x" * member.size))
    return path


def member(name, kind=tarfile.REGTYPE, size=0, to=""):
    made = tarfile.TarInfo(name)
    made.type, made.size, made.linkname = kind, size, to
    return made


# ------------------------------------------------------------------ archives


@pytest.mark.parametrize("name", ["course.zip", "course.tar", "course.tar.gz"])
def test_every_sort_of_archive_and_a_folder_are_the_same_course(tmp_path, name):
    files = package(part(1, title="Words", body=LONG))
    [(course, _report)] = read_adapt(packed(tmp_path, files, name), KINDS)
    folder = tmp_path / "folder"
    for each, data in files.items():
        (folder / each).parent.mkdir(parents=True, exist_ok=True)
        (folder / each).write_bytes(data)
    [(other, _report)] = read_adapt(folder, KINDS)
    assert course == other


@pytest.mark.parametrize(
    "name",
    ["../a.json", "/a.json", "a/../../b.json", "C:/a.json", "a\\b.json", "a\nb.json", "x" * 400],
)
def test_a_name_that_leads_out_is_refused(tmp_path, name):
    assert "This name leads out of the archive" in refused(tarred(tmp_path, member(name)))
    packed(tmp_path, {name: b"{}"})
    if "\\" not in name:  # a ZIP's own reader makes a slash of it
        assert "This name leads out of the archive" in refused(tmp_path / "course.zip")


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE]
)
def test_links_and_devices_are_refused(tmp_path, kind):
    words = refused(tarred(tmp_path, member("course/en/a.json", kind, to="/etc/passwd")))
    assert words == "course/en/a.json: Only files may be here: no links, no devices."


def test_a_link_in_a_zip_or_a_folder_is_refused(tmp_path):
    link = zipfile.ZipInfo("course/en/components.json")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(link, "/etc/passwd")
    assert "no links" in refused(tmp_path / "a.zip")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "components.json").symlink_to("/etc/passwd")
    assert "cannot be read" in refused(folder)
    (folder / "components.json").unlink()
    (folder / "en").symlink_to("/etc")
    assert "Symbolic links are not followed." in refused(folder)
    (folder / "en").unlink()
    os.mkfifo(folder / "pipe.json")
    assert "Only files may be here" in refused(folder)
    (tmp_path / "to").symlink_to(folder)
    assert "Symbolic links are not followed." in refused(tmp_path / "to")


def test_a_name_that_stands_there_twice_is_refused(tmp_path):
    both = (member("a/components.json"), member("a/./components.json"))
    assert "stands there twice" in refused(tarred(tmp_path, *both))


def test_too_many_files_and_too_much_in_them_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "MAX_MEMBERS", 3)
    many = [member(f"{number}.txt") for number in range(4)]
    assert "There are more than 3 files." in refused(tarred(tmp_path, *many))
    large = member("course/en/components.json", size=MAX_JSON + 1)
    assert "larger than 5000 kB" in refused(tarred(tmp_path, large))


@pytest.mark.parametrize("name", ["a.js", "a.json"])
def test_a_bomb_goes_off_within_its_limits(tmp_path, monkeypatch, name):
    monkeypatch.setattr(archives, "MAX_UNPACKED", 2_000_000)
    bomb = [member(f"{number}{name}", size=1_500_000) for number in range(3)]
    path = tarred(tmp_path, *bomb)
    assert path.stat().st_size < 20_000
    assert "There is more than 2 MB in it." in refused(path)


def test_a_head_that_lies_about_its_size_is_refused(tmp_path):
    path = tarred(tmp_path, member("a.json", size=600), compressed=False)
    path.write_bytes(path.read_bytes()[:700])
    assert "This is no archive that can be read" in refused(path)


@pytest.mark.parametrize(
    "data", [b"", b"text", b"PK\x03\x04nothing", b"\x1f\x8b\x08broken", b"\0" * 999]
)
def test_what_is_no_archive_is_refused(tmp_path, data):
    (tmp_path / "course.zip").write_bytes(data)
    assert refused(tmp_path / "course.zip")
    assert "There is no file or folder of this name." in refused(tmp_path / "nowhere")


# ------------------------------------------------------------------ JSON


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"components": None}, "There is no components.json"),
        ({"components": {}}, "This is no list of objects."),
        ({"components": [1]}, "This is no list of objects."),
        ({"course": []}, "This is no object."),
        ({"components": [part(1)] * (MAX_PARTS + 1)}, "There are more than 3000 parts."),
        ({"components": [part(1, title=7)]}, "c-1: title is no text."),
        ({"components": [part(1, _items="x")]}, "c-1: _items is no list of objects."),
        ({"components": [part(1, _items=[{}] * (MAX_ITEMS + 1))]}, "_items holds more than 100."),
        ({"components": [part(1, _graphic=[])]}, "c-1: _graphic is no object."),
        ({"components": [part(1, body="<b>" * 50)]}, "c-1: Tags stand in one another"),
        ({"components": [part(1, body="<p></p>" * 3_000)]}, "c-1: A text has more than 4000 tags."),
        ({"components": [part(1, body="x" * 60_001)]}, "c-1: A text has more than 60000 char"),
        ({"components": [choice(1, True, False, _feedback="x")]}, "c-1: _feedback is no object."),
    ],
)
def test_what_is_not_as_it_must_be_is_refused_with_its_place(tmp_path, changes, why):
    files = package(part(1, title="T", body=LONG), **changes)
    assert why in refused(packed(tmp_path, files))


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[" * 90_000, b"\xff\xfe", b'["\\ud800"]', b"NaN", b"[1e999999]"]
)
def test_what_is_no_json_is_refused_with_its_line(tmp_path, data):
    path = packed(tmp_path, {"course/en/components.json": data})
    assert refused(path).startswith("course/en/components.json")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)
TAGS = "<p> </p> <b> </b> <li> <ul> </ul> <table><tr><td> <h2> </h2> <a_href='x'> </a> <br> <pre>"
TAGS += (
    " <a_href='https://a.b/('> <img_src='a.png'> </pre> <code> <iframe_src='//a.b'> <soup> <h99999>"
)
SIGNS = "<![x <!-- --> &amp;lt; &#0; # - ( ) > ``` 1. | ** [x] ]( ![ \\ {points=2} word --- = ~~ <"
PIECES = [each.replace("_", " ") for each in TAGS.split()] + SIGNS.split()
HTML = st.lists(
    st.sampled_from([*PIECES, "\n", "\u2028", "\x0b", " ", "- ( ) ", "assets/a.png"]), max_size=14
).map("".join)
KEYS = [
    *("_id", "_parentId", "_component", "title", "displayTitle", "body", "instruction", "_items"),
    *("_feedback", "_graphic", "_media", "_source", "text", "_options", "_answers", "_selectable"),
    *(
        "_shouldBeSelected",
        "correct",
        "_incorrect",
        "_correctAnswer",
        "_correctRange",
        "_isCorrect",
    ),
]
VALUES = st.one_of(
    HTML,
    HTML,
    st.sampled_from(["a-1", "b-1", "p-1", "", "mcq", "gmcq", "textinput", "matching", "slider"]),
    st.booleans(),
    JSON,
)


def objects(depth):
    values = (
        VALUES
        if depth == 0
        else VALUES | objects(depth - 1) | st.lists(objects(depth - 1), max_size=3)
    )
    return st.dictionaries(st.sampled_from(KEYS), values, max_size=8)


LEVEL = st.lists(objects(2), max_size=4) | JSON


@settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    components=LEVEL,
    blocks=LEVEL,
    articles=LEVEL,
    pages=LEVEL,
    head=objects(1) | JSON,
)
def test_nothing_but_a_refusal_stops_the_reader(
    tmp_path_factory: pytest.TempPathFactory, components, blocks, articles, pages, head
):
    place = tmp_path_factory.mktemp("any")
    levels = {"contentObjects": pages, "articles": articles, "blocks": blocks, "course": head}
    _tried(place, package(components=components, **levels))


def _tried(place: Path, files):
    """Read a package: it is refused in words, or a course that is written and read the same."""
    try:
        found = read(place, files)
    except CourseRefused:
        return
    for course, report in found:
        assert read_files(write_files(course, KINDS), KINDS) == course
        assert report.as_text()
        for file in report.files:
            for sort, tally in file.sorts.items():
                whole = tally.kept + tally.turned + tally.dropped
                assert (sort, tally.found) == (sort, whole)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_sound_package_with_one_value_changed_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data
):
    item = {"title": "Fold", "body": "<p>In.</p>", "_graphic": {"src": "a.png", "alt": "A"}}
    said = {"correct": "Yes.", "_incorrect": {"final": "No."}}
    files = package(
        part(1, title="T", body=LONG),
        part(2, "accordion", title="A", _items=[item]),
        choice(3, True, False, _feedback=said),
        part(4, "media", title="F", _media={"mp4": "https://a.b/c"}),
    )
    name = data.draw(st.sampled_from(sorted(files)))
    tree = json.loads(files[name])
    node, holder, key = tree, None, None
    while isinstance(node, dict | list) and node and data.draw(st.booleans()):
        keys = sorted(node) if isinstance(node, dict) else list(range(len(node)))
        holder, key = node, data.draw(st.sampled_from(keys))
        node = node[key]
    value = data.draw(VALUES)
    if holder is None:
        tree = value
    else:
        holder[key] = value
    _tried(tmp_path_factory.mktemp("any"), {**files, name: json.dumps(tree).encode()})


def _converted(html):
    return Html(lambda _address, _alt: None, lambda _what, _became: None).text(html)


@settings(max_examples=300, deadline=None)
@given(HTML)
def test_foreign_html_refers_to_nothing_that_is_not_there(html):
    made = _converted(html)
    assert broken_references(made, set()) == []
    assert "\x0b" not in made


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from([*SIGNS.split(), "a", "_", "*", " ", "2", "+", "#"]), max_size=10))
def test_what_only_looks_like_markdown_stays_the_words_it_is(pieces):
    words = "".join(pieces).replace("&#0;", "").replace("`", "'")
    shown = BeautifulSoup(markdown.render(_converted(f"<p>{escape(words)}</p>")), "html.parser")
    assert shown.get_text().split() == words.split()
