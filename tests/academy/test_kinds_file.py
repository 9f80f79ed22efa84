"""Files and links as files: read with what is wrong, and written back the same."""

import pytest

from community.academy.kinds.builtin import FILE
from community.academy.kinds.protocol import Evidence, SourceRefused


@pytest.fixture(autouse=True)
def words(inside):
    """Refusals are said in a language."""


def flaws(**front):
    with pytest.raises(SourceRefused) as refused:
        FILE.read(front, "", 5)
    return {flaw.field: flaw.message for flaw in refused.value.flaws}


@pytest.mark.parametrize(
    "front",
    [
        {"file": "files/map.pdf"},
        {"link": "https://data.example.org/wells?year=2025#top"},
        {"link": "https://[2001:db8::1]:8443/"},
    ],
)
def test_one_thing_to_open_is_read_and_written_back_the_same(front):
    parsed = FILE.read(front, "What it is.\n", 5)
    assert parsed.settings == {"file": None, "link": None, **front}
    assert FILE.write(parsed.settings, parsed.body) == (front, "What it is.")
    assert FILE.named_files(parsed.settings) == {k: v for k, v in front.items() if k == "file"}


def test_it_needs_one_and_not_both():
    assert list(flaws()) == ["file"]
    assert list(flaws(file="files/a.pdf", link="https://example.org/")) == ["link"]


@pytest.mark.parametrize(
    "link",
    [
        "http://example.org/",
        "javascript:alert(1)",
        "data:text/html,x",
        "https://",
        "https:///path",
        "//example.org/",
        "example.org",
        "https://user:secret@example.org/",
        "https://bank.example@evil.example/",
        "https://example.org/a b",
        "https://example.org\\@evil.example/",
        'https://example.org/"><script>',
        "https://exämple.org/",
        "https://example.org:99999/",
        "https://[/",
    ],
)
def test_a_link_leads_to_a_host_by_tls_and_holds_nothing_else(link):
    assert "https://" in flaws(link=link)["link"]


def test_an_address_without_end_is_refused():
    assert "at most 1000" in flaws(link="https://example.org/" + "a" * 1_000)["link"]


@pytest.mark.parametrize(
    "path",
    ["map.pdf", "assets/map.svg", "files/../map.pdf", "files/a/b.pdf", "files/", "/files/a.pdf"],
)
def test_a_path_is_one_of_a_file_of_the_course(path):
    assert "a file of the course" in flaws(file=path)["file"]


def test_it_is_done_when_it_was_opened():
    link = {"file": None, "link": "https://example.org/"}
    assert FILE.rule(link, 5, Evidence(opened=True)).done
    assert str(FILE.rule(link, 5, Evidence()).missing) == "Open the link"
    assert str(FILE.rule({"file": "files/a.pdf", "link": None}, 5, Evidence()).missing) == (
        "Open the file"
    )
