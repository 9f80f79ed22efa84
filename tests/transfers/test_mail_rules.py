"""Which thread a message belongs to, what a subject says, and what plain text becomes."""

import datetime as dt
import random

import pytest

from community.kernel.markdown import render
from community.transfers.formats.html_mail import text_of_html
from community.transfers.formats.plain import as_markdown
from community.transfers.rules import Head, Note, base_subject, placed, shown_title, tidy_name

DAY = dt.datetime(2020, 3, 3, 10, tzinfo=dt.UTC)


def head(key, *parents, base="low water", reply=False, days=0.0):
    return Head(key, parents, base, reply, DAY + dt.timedelta(days=days))


def laid_out(heads, known=()):
    return [
        (heads[each.index].key, each.root, each.parent, each.note)
        for each in placed(heads, dict(known))
    ]


def test_answers_stand_below_what_they_answer_and_oldest_first():
    heads = [head("c", "b", days=2), head("a"), head("b", "a", days=1), head("d", "a", days=0.5)]
    assert laid_out(heads) == [
        ("a", "a", None, None),
        ("d", "a", "a", None),
        ("b", "a", "a", None),
        ("c", "a", "b", None),
    ]


def test_an_answer_stands_after_what_it_answers_whatever_its_clock_said():
    heads = [head("a", days=3), head("b", "a", days=1), head("c", "b", days=2)]
    assert [key for key, *_rest in laid_out(heads)] == ["a", "b", "c"]


def test_the_nearest_reference_that_is_there_counts():
    heads = [head("a"), head("c", "gone", "a", days=1)]
    assert laid_out(heads)[1] == ("c", "a", "a", None)


def test_answers_to_one_missing_message_stand_together():
    heads = [head("a", "gone", base="one"), head("b", "gone", base="two", days=90)]
    assert laid_out(heads) == [("a", "a", None, Note.ORPHAN), ("b", "a", None, Note.SIBLING)]


def test_an_orphan_joins_its_subject_while_that_is_talked_about():
    heads = [head("a"), head("b", "gone", days=10), head("c", "away", days=90)]
    assert laid_out(heads) == [
        ("a", "a", None, None),
        ("b", "a", None, Note.SUBJECT),
        ("c", "c", None, Note.ORPHAN),
    ]
    lone = [head("a"), head("b", days=1)]  # it says no word of answering
    assert [root for _key, root, *_rest in laid_out(lone)] == ["a", "b"]
    sign = [head("a"), head("b", reply=True, days=1)]
    assert laid_out(sign)[1] == ("b", "a", None, None)


def test_an_earlier_import_goes_on():
    assert laid_out([head("b", "old", days=1)], {"old": "root"}.items()) == [
        ("b", "root", "old", None)
    ]


def test_messages_that_answer_one_another_in_a_ring_do_not_hang():
    heads = [head("a", "c"), head("b", "a", days=1), head("c", "b", days=2), head("d", "d", days=3)]
    places = laid_out(heads)
    assert {key for key, *_rest in places} == {"a", "b", "c", "d"}
    assert sum(parent is None for _key, _root, parent, _note in places) == 2


def test_chains_and_crowds_of_any_shape_come_out_whole_and_alike():
    chance = random.Random(7)
    heads = [
        head(f"k{n}", *([f"k{chance.randrange(-3, 3_000)}"] if n % 3 else []), days=n / 50)
        for n in range(3_000)
    ]
    first = laid_out(heads)
    assert first == laid_out(heads)
    seen = set()
    for key, _root, parent, _note in first:
        assert parent is None or parent in seen
        seen.add(key)
    assert len(seen) == 3_000


@pytest.mark.parametrize(
    ("subject", "base", "reply"),
    [
        ("Low water", "low water", False),
        ("Re: Low  water", "low water", True),
        ("[list] Re: AW: Low water (fwd)", "low water", True),
        ("Fwd: Low water", "low water", False),
        ("Re[2]: Low water", "low water", True),
        ("Regarding: water", "regarding: water", False),
        ("[list]", "[list]", False),
        ("", "", False),
    ],
)
def test_subjects(subject, base, reply):
    assert base_subject(subject) == (base, reply)


def test_a_title_loses_the_signs_of_replies_and_stays_short():
    assert shown_title("Re: RE: [R-gui] Low\n water") == "[R-gui] Low water"
    assert shown_title("x" * 300) == "x" * 199 + "…"
    assert shown_title("\u202eleft") == "left"


@pytest.mark.parametrize(
    ("name", "address", "shown"),
    [
        ("Ada Lind", "ada@a.example", "Ada Lind"),
        ('"Lind, Ada"', "ada@a.example", "Lind, Ada"),
        ("", "ada.lind@a.example", "ada.…"),
        ("ada@a.example", "ada@a.example", "ad…"),
        ("ada at a.example", "", "ad…"),
        ("", "", ""),
    ],
)
def test_a_name_is_never_an_address(name, address, shown):
    assert tidy_name(name, address) == shown


def shown(text, **how):
    return render(as_markdown(text, **how))


def test_quotes_stay_quotes_and_answers_stand_between_them():
    html = shown("On Tue, Ada wrote:\n> Who signs?\n>> Nobody.\nI do.")
    assert html.count("<blockquote>") == 3
    assert "<p>I do.</p>" in html


def test_nothing_is_taken_for_markdown():
    text = "# no heading\n1. no list\n- nor this\n*not bold* _nor this_ `x` [a](b) <b> :smile: a|b"
    html = shown(text)
    for tag in ("<h", "<ol", "<ul", "<em>", "<strong>", "<code>", "<a ", "<b>"):
        assert tag not in html
    assert ":smile:" in html


def test_addresses_of_pages_stay_links():
    assert 'href="http://example.org/a_b_c*d"' in shown("See <http://example.org/a_b_c*d>, please")


def test_what_is_set_out_with_spaces_stays_so():
    html = shown("Output:\n\n    a   b\n    1   2\n\n> x <- 3   # deep")
    assert "<pre>" in html
    assert "    1   2" in html


def test_long_lines_flow_and_short_ones_end():
    long = "This line is as long as a mail program makes lines before it breaks them"
    assert "<br" not in shown(f"{long}\n{long}")
    assert "<br" in shown("Rose Street 3\nTown")


def test_a_signature_stands_apart():
    html = shown("Yes.\n\n-- \nAda\nHeron Institute")
    assert "<hr" in html
    assert html.index("<hr") < html.index("Heron")


def test_flowed_text_flows():
    text = "This goes \non here.\n> Said \n> so.\n-- \nAda"
    assert as_markdown(text, flowed=True).startswith("This goes on here.\n\n> Said so.")
    assert as_markdown("Wort \nteil", flowed=True, joined=True) == "Wortteil"


def test_deep_quotes_and_long_texts_end():
    html = shown("> " * 400 + "deep\n" + "> word\n" * 3_000)
    assert html.count("<blockquote>") <= 12


def test_html_becomes_words_without_scripts():
    html = (
        "<html><style>p{}</style><script>alert(1)</script><p>Dear <b>all</b>,</p>"
        '<blockquote><p>Who signs?</p></blockquote><ul><li>One<li>Two</ul><a href="https://e.org">here</a>'
        '<a href="javascript:alert(1)">bad</a><table><tr><td>a<td>b</tr></table></html>'
    )
    text = text_of_html(html)
    assert "alert" not in text
    assert "Dear all," in text
    assert "> Who signs?" in text
    assert "- One" in text
    assert "here (https://e.org)" in text
    assert "a b" in text


def test_quotes_of_html_stay_quotes_also_without_paragraphs():
    text = text_of_html("Yes.<blockquote>Who<br>signs?</blockquote>Ada &amp; Bo<!-- <b>no</b> -->")
    assert text == "Yes.\n\n> Who\n> signs?\n\nAda & Bo"


def test_html_that_never_ends_is_read_once():
    """Tags in tags, and what does not close, took a tree or a search for each."""
    for piece in ("<div>", "<b>", "<!--", "<a <", "<a a='", "<script>", "</script", "<![", "&#9"):
        long = piece * (100_000 // len(piece))
        assert text_of_html(f"<p>Dear all</p>{long}").startswith("Dear all"), piece
    assert text_of_html("<div>" * 150_000 + "deep" + "</div>" * 20_000) == "deep"
    assert text_of_html("<div><!--</div>-->" * 50_000 + "deep") == "deep"
