"""What a word is, what somebody asks for, and where it stands."""

import datetime as dt

import pytest

from community.search.rules.asking import (
    LONGEST,
    MOST_TERMS,
    as_exact,
    as_fts5,
    as_tsquery,
    read,
    unfiltered,
)
from community.search.rules.passages import LENGTH, hits_in, passage
from community.search.rules.ranking import Candidate, ordered
from community.search.rules.words import (
    LONGEST_WORD,
    day_facts,
    period_facts,
    plain,
    vector,
    words,
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Low water, at SIX!", ["low", "water", "at", "six"]),
        ("Café Łódź Straße Ðæg", ["cafe", "lodz", "strasse", "daeg"]),
        ("e\u0301te\u0301", ["ete"]),
        ("don't data-stewards a_b", ["don", "t", "data", "stewards", "a", "b"]),
        ("日本語 ok", ["日", "本", "語", "ok"]),
        ("ﬁn ١٢٣", ["fin", "١٢٣"]),
        ("§post § 'a'", ["post", "a"]),
        ("", []),
    ],
)
def test_words_are_folded_and_apart(text, found):
    assert words(text) == found


def test_a_text_is_read_alike_whether_it_is_plain_or_not():
    text = "Every Word, of it: 3rd 1e5 10.5 a1"
    assert words(text) == words(text + " é")[:-1]


def test_a_long_word_counts_by_its_beginning():
    assert words("x" * 500) == ["x" * LONGEST_WORD] == words("ü" * 500 and "x" * 500)


def test_html_is_read_as_its_text():
    html = '<p>A <a href="/x" title="a > b">link</a></p><ul><li>B &amp; C</li></ul><p>D<br>E</p>'
    assert plain(html) == "A link\nB & C\nD\nE"


def test_a_question_is_read():
    asked = read('tide "low  water" -storm in:"Tide school" from:ana has:files is:solved pel')
    assert [term.words for term in asked.terms] == [("tide",), ("low", "water"), ("pel",)]
    assert [term.part for term in asked.terms] == [False, False, True]
    assert [term.words for term in asked.without] == [("storm",)]
    assert (asked.spaces, asked.by) == (["Tide school"], "ana")
    assert asked.facts == ["§has_file", "§solved"]
    assert asked.kinds == {"thread"}
    assert asked.hints == []


@pytest.mark.parametrize(
    ("text", "before", "after"),
    [
        ("before:2026-03-05", dt.date(2026, 3, 5), None),
        ("before:2026", dt.date(2026, 1, 1), None),
        ("after:2026-02", None, dt.date(2026, 2, 28)),
        ("after:2026", None, dt.date(2026, 12, 31)),
    ],
)
def test_days_are_read(text, before, after):
    asked = read(text)
    assert (asked.before, asked.after) == (before, after)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("has:nothing", "has"),
        ("is:blue", "is"),
        ("before:soon", "before"),
        ("after:2026-02-31", "after"),
        ("after:0000", "after"),
        ("-from:ana", "-from"),
        ('from:""', "from"),
    ],
)
def test_a_filter_that_makes_no_sense_is_a_hint(text, name):
    asked = read(f"tide {text}")
    assert [hint.name for hint in asked.hints] == [name]
    assert [term.words for term in asked.terms] == [("tide",)]


def test_what_looks_like_a_filter_and_is_none_is_words():
    asked = read("note:this https://example.org/a 10:30")
    assert [term.words for term in asked.terms] == [
        ("note", "this"),
        ("https", "example", "org", "a"),
        ("10", "30"),
    ]


def test_a_question_has_an_end():
    asked = read("a " * LONGEST)
    assert len(asked.terms) == MOST_TERMS
    assert read("!!! ... §§").is_empty


def test_one_letter_is_no_beginning_and_a_phrase_is_whole():
    assert not read("tide a").terms[-1].part
    assert not read('"low wat"').terms[-1].part


@pytest.mark.parametrize(
    "text",
    [
        'a" OR "b',
        "NEAR(a b)",
        "title:a",
        "a* b^",
        "a AND NOT b",
        "'a' | 'b':*",
        "a <-> b & !c",
        "a\\' (",
    ],
)
def test_nothing_typed_is_an_operator(text):
    asked = read(text)
    told = as_fts5(asked, ["§post"])
    inside = "".join(told.split('"')[1::2])
    assert set(inside) <= set("§post abcdefghijklmnopqrstuvwxyz")
    outside = "".join(told.split('"')[0::2])
    assert set(outside.replace("AND", "").replace("NOT", "")) <= set(" ()*")
    postgres = as_tsquery(asked.terms, ["§post"], asked.without)
    outside = "".join(postgres.split("'")[0::2])
    assert set(outside) <= set(" ()&!<->:*")


def test_a_vector_says_where_words_stand():
    assert vector(["a"], ["b", "a"], ["§post"]) == "'a':1A,4 'b':3 '§post'"
    assert vector(["tide"], [], []) == "'tide':1A '¶ti' '¶tid'"


def test_what_may_go_on_is_asked_of_the_index_by_its_first_letters():
    terms = read('"low water" harb').terms
    assert as_tsquery(terms, ["§post"]) == "('low' <-> 'water') & '¶har' & '§post'"
    assert as_exact(terms) == "('low' <-> 'water') & ('harb':*)"
    assert as_exact(terms, titled=True) == "('low':A <-> 'water':A) & ('harb':*A)"


def test_each_day_of_a_period_has_one_of_its_words_and_days_far_away_have_none():
    first, end = dt.date(2024, 11, 20), dt.date(2026, 2, 3)
    facts = set(period_facts(first, end))
    assert len(facts) < 8
    day = dt.datetime(2024, 11, 19, 12, tzinfo=dt.UTC)
    while day.date() <= end:
        assert facts & set(day_facts(day)), day
        day += dt.timedelta(days=1)
    for far in ("2024-09-30", "2026-04-01", "1901-01-01", "2500-01-01"):
        at = dt.datetime.fromisoformat(far).replace(tzinfo=dt.UTC)
        assert not facts & set(day_facts(at)), far
        assert set(period_facts(at.date(), None)) & set(day_facts(at)), far
        assert set(period_facts(None, at.date())) & set(day_facts(at)), far


def test_where_words_stand_is_the_same_whichever_way_a_text_is_read():
    text = "Low  water, LOW water low; a_b o'clock\n9th watershed"
    for asked in ("low wat", '"low water low"', "b o", "9th", '"a b o"', "shed", '"low water" 9'):
        terms = read(asked).terms
        plain_hits = hits_in(text, terms)
        assert plain_hits == hits_in(f"{text} ł", terms), asked
        assert all(text[hit.start : hit.end].lower() == hit.folded for hit in plain_hits)


def test_a_passage_is_where_most_is_and_marks_it():
    text = "storm " + "x " * 400 + "the Café is Open now " + "y " * 400
    pieces = passage(text, read("cafe storm open").terms)
    assert [piece.text for piece in pieces if piece.hit] == ["Café", "Open"]
    assert (pieces[0].text, pieces[-1].text) == ("… ", " …")
    assert len("".join(piece.text for piece in pieces)) < LENGTH + 60


def test_a_passage_marks_phrases_and_beginnings_and_nothing_else():
    text = "low tide, low water, watershed"
    hits = [p.text for p in passage(text, read('"low water" wate').terms) if p.hit]
    assert hits == ["low", "water", "watershed"]
    assert [p.text for p in passage("tide table", read("tid").terms) if p.hit] == ["tide"]
    assert not any(piece.hit for piece in passage("tide", read("ti ok").terms))


def test_a_text_without_a_hit_is_shown_from_its_beginning():
    pieces = passage("word " * 100, read("other").terms)
    assert pieces[0].text.startswith("word word")
    assert passage("", read("other").terms) == []


def test_what_fits_better_comes_first_and_of_equals_the_newer():
    now = dt.datetime(2026, 3, 3, tzinfo=dt.UTC)
    old, fresh = now - dt.timedelta(days=900), now - dt.timedelta(days=1)
    better, newer, older = (
        Candidate(1, "a", old, 3.0),
        Candidate(2, "a", fresh, 1.0),
        Candidate(3, "a", old, 1.0),
    )
    assert ordered([older, newer, better], now, by_rank=True) == [better, newer, older]
    assert ordered([better, newer], now, by_rank=False) == [newer, better]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ('tide in:academy from:"ana lima" -gauge', "tide -gauge"),
        ('has:wings "low water"', '"low water"'),
        ("is:solved", ""),
        ("https://example.org tide", "https://example.org tide"),
    ],
)
def test_a_question_is_left_without_its_filters(text, left):
    assert unfiltered(text) == left
