"""Markdown is safe whatever was typed, and fetches nothing from elsewhere."""

from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from community.kernel.markdown import headings, render

TAGS = frozenset(
    """p br hr em strong del s code pre span div a sup h2 h3 h4 h5 h6 ul ol li blockquote section
    table thead tbody tr th td figure figcaption img""".split()  # noqa: SIM905  # reads better
)
ATTRIBUTES = {"href", "title", "id", "class", "rel", "src", "alt", "loading", "start"}


def elements(html: str) -> list[tuple[str, list[tuple[str, str | None]]]]:
    found = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag, attrs):
            found.append((tag, attrs))

    Reader().feed(html)
    return found


def ours(path: str) -> str | None:
    return f"/files/{path}" if path.startswith("assets/") else None


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "[x](vbscript:x)",
        "![x](javascript:alert(1))",
        '![x](https://elsewhere.example/p.png" onerror="alert(1))',
        "<svg onload=alert(1)>",
        '<a href="x" style="position:fixed">x</a>',
        "```html\n<script>alert(1)</script>\n```",
        "| <b onmouseover=alert(1)> |\n|---|\n| x |",
        "[^1]\n\n[^1]: <iframe src=//x>",
    ],
)
def test_nothing_that_runs_comes_through(source):
    assert_harmless(render(source, asset_url=ours))


@settings(
    max_examples=150,
    deadline=None,
)
@given(st.text(alphabet="<>\"'=()[]!&;:/#*_`|^ \nabcehijlmoprstvx1", max_size=160))
def test_whatever_is_typed_nothing_runs(source):
    assert_harmless(render(source, asset_url=ours))


def assert_harmless(html: str) -> None:
    """Read the page as a browser would: known tags, no handlers, no addresses that run."""
    for tag, attributes in elements(html):
        assert tag in TAGS, tag
        for name, value in attributes:
            assert name in ATTRIBUTES, (tag, name)
            if name == "href":
                assert (value or "").lower().split(":")[0] in {"http", "https", "mailto"} or (
                    ":" not in (value or "").split("/")[0]
                ), value
            if name == "src":
                assert (value or "").startswith("/files/"), value


def test_a_picture_of_ours_with_a_caption_is_a_figure():
    html = render('![Four waves](assets/waves.svg "Waves since 1966")', asset_url=ours)
    assert '<figure class="fig">' in html
    assert 'src="/files/assets/waves.svg"' in html
    assert 'alt="Four waves"' in html
    assert "<figcaption>Waves since 1966</figcaption>" in html
    assert "<p>" not in html


def test_a_picture_from_elsewhere_becomes_a_titled_link():
    html = render("![A map](https://elsewhere.example/map.png)", asset_url=ours)
    assert "<img" not in html
    assert 'href="https://elsewhere.example/map.png"' in html
    assert "Picture: A map" in html
    assert 'rel="nofollow noopener noreferrer"' in html


def test_headings_begin_below_the_pages_own_and_make_an_outline():
    html = render("# One\n\ntext\n\n## Two\n\n# Three & more")
    assert "<h1" not in html
    assert [text for _key, text in headings(html)] == ["One", "Two", "Three &amp; more"]


def test_code_is_coloured_by_class_and_tables_scroll_in_themselves():
    html = render("```python\nx = 1\n```\n\n| a |\n|---|\n| 1 |")
    assert '<span class="' in html
    assert '<div class="scroll"><table class="plain">' in html
