"""Markdown is safe whatever was typed, and fetches nothing from elsewhere."""

from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from community.kernel.emoji import EMOJI
from community.kernel.markdown import FileShown, headings, linked, render
from community.kernel.markdown_rules import MOST_EMOJI, Call

TAGS = frozenset(
    """p br hr em strong del s code pre span div a sup h2 h3 h4 h5 h6 ul ol li blockquote section
    table thead tbody tr th td figure figcaption img""".split()  # noqa: SIM905  # reads better
)
ATTRIBUTES = {
    "href",
    "title",
    "id",
    "class",
    "rel",
    "src",
    "alt",
    "loading",
    "start",
    "aria-hidden",
}


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


def shown_here(address):
    return {
        "/files/tea.png": FileShown("PNG, 1 kB", 80, 60),
        "/files/map.pdf": FileShown("PDF, <1> kB"),
    }.get(address)


def test_files_of_ours_are_shown_as_what_they_are():
    picture = render("![Tea](/files/tea.png)", file_shown=shown_here)
    assert '<img class="figure" src="/files/tea.png" alt="Tea"' in picture
    assert 'width="80" height="60"' in picture
    figure = render('![Tea](/files/tea.png "Green")', file_shown=shown_here)
    assert figure.startswith('<figure class="fig"><img')
    for source in ("[Map](/files/map.pdf)", "![Map](/files/map.pdf)", '![Map](/files/map.pdf "x")'):
        line = render(source, file_shown=shown_here)
        assert 'href="/files/map.pdf"' in line
        assert 'class="file"' in line
        assert '<span class="file-note">(PDF, &lt;1&gt; kB)</span>' in line
    for source in ("[x](/files/theirs.pdf)", "[x](https://example.org/files/map.pdf)"):
        assert "class=" not in render(source, file_shown=shown_here)
    assert "<img" not in render("![x](/files/theirs.png)", file_shown=shown_here)


def test_tasks_are_signs_with_a_word_and_no_control_that_does_nothing():
    html = render("- [ ] write\n- [x] *read*\n  1. [X] twice\n- [x]no\n- plain [x] inside")
    assert html.count('<li class="task">') == 1
    assert html.count('<li class="task done">') == 2
    assert '<span class="visually-hidden">To do:</span> write' in html
    assert '<span class="visually-hidden">Done:</span> <em>read</em>' in html
    assert '<span class="sign" aria-hidden="true">☑</span>' in html
    assert "[x]no" in html
    assert "plain [x] inside" in html
    assert "<input" not in html


@pytest.mark.parametrize("source", ["[x] no list", "> [ ] a quote", "# [x] a heading"])
def test_a_box_outside_a_list_is_no_task(source):
    assert "task" not in render(source)


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("Done :tada:", "Done 🎉"),
        (":heart::+1:", "❤️👍"),
        ("**:smile:**", "<strong>😄</strong>"),
        ("(:tea:)", "(🍵)"),
        ("[:tada:](https://example.org)", ">🎉</a>"),
    ],
)
def test_an_emoji_is_written_by_its_name(source, shown):
    assert shown in render(source)


@pytest.mark.parametrize(
    "source",
    ["`:tada:`", "```\n:tada:\n```", "10:100:5", "a:tada:", ":tada:a", ":nosuch:", "\\:tada:"],
)
def test_what_only_looks_like_an_emoji_stays_as_it_was_typed(source):
    html = render(source)
    assert not any(sign in html for sign in EMOJI.values())


def test_only_so_many_emoji_are_written():
    html = render(":tada: " * (MOST_EMOJI + 3))
    assert html.count("🎉") == MOST_EMOJI
    assert html.count(":tada:") == 3


def ada(source, at, end):
    words = 'Ada <b> "L"'
    return (
        Call(at + 4, words, "/people/1")
        if source.startswith("@Ada", at) and at + 4 <= end
        else None
    )


def test_who_is_called_is_a_quiet_link_whatever_the_name():
    assert render("Ask @Ada.", calls=ada) == (
        '<p>Ask <a class="mention" href="/people/1" rel="nofollow noopener noreferrer">'
        '@Ada &lt;b&gt; "L"</a>.</p>\n'
    )
    group = render("Ask @all", calls=lambda *_: Call(8, "all"))
    assert '<span class="mention">@all</span>' in group


@pytest.mark.parametrize(
    "source",
    [
        "`@Ada`",
        "```\n@Ada\n```",
        "[for @Ada](https://example.org)",
        "<https://example.org/@Ada>",
        "https://example.org/@Ada",
        "me@Ada.example",
        "\\@Ada",
    ],
)
def test_nobody_is_called_in_code_or_links_or_addresses(source):
    assert "mention" not in render(source, calls=ada)


def test_somebody_chosen_whom_nobody_knows_is_a_name():
    assert render("Ask @[Ada L](person:abc).") == "<p>Ask @Ada L.</p>\n"


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [*"<>\"'()[]*_`!&;: \n-", "@", "Ada", "@[Ada](person:x)", "- [x] ", ":tada:"]
        ),
        max_size=40,
    )
)
def test_whoever_is_called_nothing_runs(pieces):
    assert_harmless(render("".join(pieces), asset_url=ours, calls=ada))
