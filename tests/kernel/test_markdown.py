"""Markdown is safe whatever was typed, and fetches nothing from elsewhere."""

from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from community.kernel.markdown import headings, linked, render

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


@pytest.mark.parametrize(
    ("source", "address", "words"),
    [
        ("See https://example.org/a_b?c=1&d=2.", "https://example.org/a_b?c=1&amp;d=2", None),
        ("(http://example.org/wiki/Data_(law))", "http://example.org/wiki/Data_(law)", None),
        ("**https://example.org/_next/x_y_**", "https://example.org/_next/x_y", None),
        ("www.example.org, or not", "https://www.example.org", "www.example.org"),
        ("| a |\n|---|\n| https://example.org |", "https://example.org", None),
        ("HTTPS://example.org", "https://example.org", "HTTPS://example.org"),
    ],
)
def test_a_pasted_address_is_a_link_without_the_end_of_its_sentence(source, address, words):
    link = f'<a href="{address}" rel="nofollow noopener noreferrer">{words or address}</a>'
    assert link.lower() in render(source).lower()


@pytest.mark.parametrize(
    "source",
    [
        "`https://example.org`",
        "```\nhttps://example.org\n```",
        "www.example",
        "https:// example.org",
        "javascript://www.example.org",
        "xhttps://example.org",
        "https\\://example.org",
    ],
)
def test_what_only_looks_like_an_address_stays_text(source):
    assert "<a" not in render(source)


def test_a_link_is_not_linked_again_inside():
    html = render("[https://example.org/a](https://example.org/b) <https://example.org/c>")
    assert html.count("<a ") == 2
    assert 'href="https://example.org/b"' in html


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.sampled_from([*"<>\"'()[]*_~`!&;.:/ \n", "https://", "www.", "a.b", "javascript:"]),
        max_size=40,
    )
)
def test_whatever_address_is_pasted_nothing_runs(pieces):
    assert_harmless(render("".join(pieces), asset_url=ours))


def test_plain_text_is_escaped_and_its_addresses_are_links():
    assert str(linked("<b> & see www.example.org/?a=1&b=2).\nhttp://x.y")) == (
        "&lt;b&gt; &amp; see "
        '<a href="https://www.example.org/?a=1&amp;b=2" rel="nofollow noopener noreferrer">'
        "www.example.org/?a=1&amp;b=2</a>).\n"
        '<a href="http://x.y" rel="nofollow noopener noreferrer">http://x.y</a>'
    )
    assert 'href="https://www.www.https://"' in linked("www.www.https://")  # no scheme before it
    assert str(linked("https://x.y'onclick=alert(1)\"")).count("<a ") == 1


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from([*"<>\"'() .&;:/", "https://", "www.", "a.b", "on="]), max_size=40))
def test_whatever_line_is_said_nothing_runs(pieces):
    assert_harmless(str(linked("".join(pieces))))
