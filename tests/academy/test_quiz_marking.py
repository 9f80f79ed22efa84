"""Marking by the sheet of an attempt: partial credit, rounding, numbers, short texts, lots."""

import json
from fractions import Fraction

import pytest
from factories.quizzes import right_answers, settings_of
from hypothesis import given
from hypothesis import strategies as st

from community.academy.kinds.quiz.scoring import in_order, mark, overlooked, refuse_unfit
from community.academy.kinds.quiz.sheets import make_sheet
from community.academy.kinds.quiz.values import comparable, half_up, is_near, number_of
from community.kernel.errors import Invalid

SEEDS = st.integers(0, 2**31 - 1)
TWO = "- (x) a\n- ( ) b"


def shares(body, answers, seed=1, **front):
    sheet = make_sheet(settings_of(body, **front), seed=seed)
    return [each.share for each in mark(sheet, answers(sheet)).questions]


@given(SEEDS, st.booleans(), st.booleans())
def test_all_right_is_all_points_and_nothing_is_none(seed, questions, options):
    settings = settings_of(shuffle_questions=questions, shuffle_options=options)
    sheet = make_sheet(settings, seed=seed)
    assert make_sheet(settings, seed=seed) == sheet
    assert json.loads(json.dumps(sheet)) == sheet
    assert mark(sheet, right_answers(sheet)).score == 100
    assert mark(sheet, {}).score == 0
    assert overlooked(sheet, right_answers(sheet)) == {}
    ordering = next(q for q in sheet["questions"] if q["kind"] == "ordering")
    assert [option["place"] for option in ordering["options"]] != [1, 2, 3]


@given(SEEDS, st.data())
def test_a_score_is_within_bounds_and_all_or_nothing_is_never_more(seed, data):
    settings = settings_of()
    sheet = make_sheet(settings, seed=seed)
    answers = {}
    for question in sheet["questions"]:
        ids = [option["id"] for option in question["options"]]
        if question["kind"] in ("numeric", "text"):
            answer = [data.draw(st.text(max_size=20))]
        elif question["kind"] in ("ordering", "matching"):
            values = [c["id"] for c in question.get("choices", ())] or ["1", "2", "3"]
            some = data.draw(st.lists(st.sampled_from(ids), unique=True))
            answer = [f"{key}={data.draw(st.sampled_from(values))}" for key in some]
        else:
            most = 1 if question["kind"] == "single" else None
            answer = data.draw(st.lists(st.sampled_from(ids), unique=True, max_size=most))
        answers[question["id"]] = answer
    result = mark(sheet, answers)
    strict = mark({**sheet, "partial": False}, answers)
    assert 0 <= strict.score <= result.score <= 100
    for each in result.questions:
        assert 0 <= each.share <= 1
        assert 0 <= each.hundredths <= each.points * 100
        assert each.right == (each.share == 1)
        assert not (each.right and each.partly)
    kept = {q["id"]: in_order(q, answers[q["id"]]) for q in sheet["questions"]}
    assert mark(sheet, kept) == result


@given(st.fractions(min_value=0, max_value=10_000))
def test_rounding_is_to_the_nearest_and_a_half_goes_up(value):
    rounded = half_up(value)
    assert value - Fraction(1, 2) < rounded <= value + Fraction(1, 2)


@given(st.lists(st.booleans(), min_size=1, max_size=50))
def test_per_cent_are_of_the_points(marks):
    sheet = make_sheet(settings_of(f"## Q\n\n{TWO}\n\n" * len(marks)), seed=0)
    answers = {f"q{n}": [f"q{n}o{1 if right else 2}"] for n, right in enumerate(marks, 1)}
    right, total = sum(marks), len(marks)
    assert mark(sheet, answers).score == (200 * right + total) // (2 * total)


def test_points_weigh():
    sheet = make_sheet(settings_of(f"## A {{points=3}}\n\n{TWO}\n\n## B\n\n{TWO}"), seed=0)
    result = mark(sheet, {"q1": ["q1o1"]})
    assert (result.score, [each.hundredths for each in result.questions]) == (75, [300, 0])


@pytest.mark.parametrize(
    ("picked", "share"),
    [
        ("a b", 1),
        ("a", Fraction(1, 2)),
        ("a c", 0),
        ("a b c", Fraction(1, 2)),
        ("a b c d", 0),
        ("c d", 0),
        ("", 0),
    ],
)
def test_of_several_choices_what_is_wrong_is_taken_off(picked, share):
    body = "## Q\n\n- [x] a\n- [x] b\n- [ ] c\n- [ ] d"
    ids = dict(zip("abcd", ("q1o1", "q1o2", "q1o3", "q1o4"), strict=True))
    answers = {"q1": [ids[each] for each in picked.split()]}
    assert shares(body, lambda _sheet: answers) == [share]
    assert shares(body, lambda _sheet: answers, partial=False) == [int(share == 1)]


@pytest.mark.parametrize(
    ("order", "share"),
    [
        ((1, 2, 3), 1),
        ((2, 1, 3), Fraction(1, 3)),
        ((1, 3, 2), Fraction(1, 3)),
        ((2, 3, 1), 0),
        ((3, 2, 1), 0),
        ((1, 1, 1), 0),
        ((1, 2, None), Fraction(1, 3)),
    ],
)
def test_an_order_earns_its_pairs_less_those_the_other_way_round(order, share):
    def answers(sheet):
        [question] = sheet["questions"]
        places = {each["id"]: order[each["place"] - 1] for each in question["options"]}
        return {"q1": [f"{key}={place}" for key, place in places.items() if place]}

    assert shares("## Q\n\n- (1) a\n- (2) b\n- (3) c", answers) == [share]


def test_matches_earn_one_by_one():
    def answers(sheet):
        [question] = sheet["questions"]
        first, second = question["options"]
        return {"q1": [f"{each['id']}={first['match']}" for each in (first, second)]}

    assert shares("## Q\n\n- (=) a = x\n- (=) b = y", answers) == [Fraction(1, 2)]


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("12.5", Fraction(25, 2)),
        (" 12,5 ", Fraction(25, 2)),
        ("+1 000,25", Fraction(4001, 4)),
        ("\u22123", Fraction(-3)),
        ("1.000.000", None),
        ("12.", None),
        ("1e3", None),
        ("\u0663", None),
        ("nan", None),
        ("", None),
        ("9" * 41, None),
    ],
)
def test_numbers_are_read_with_a_point_or_a_comma(typed, number):
    assert number_of(typed) == number


@pytest.mark.parametrize(
    ("given_", "value", "tolerance", "near"),
    [
        ("0.3", "0.3", "", True),
        ("0.30001", "0.3", "", False),
        ("13", "12.5", "0.5", True),
        ("13.01", "12.5", "0.5", False),
        ("98", "100", "2%", True),
        ("97.9", "100", "2%", False),
        ("-102", "-100", "2%", True),
        ("0.01", "0", "5%", False),
    ],
)
def test_a_tolerance_holds_at_both_ends_exactly(given_, value, tolerance, near):
    found = number_of(given_)
    assert found is not None
    assert is_near(found, value, tolerance) is near


@given(st.text(max_size=40), st.sets(st.sampled_from(["case", "spaces", "accents"])))
def test_a_text_is_compared_in_one_form(text, exact):
    once = comparable(text, tuple(exact))
    assert comparable(once, tuple(exact)) == once
    if "case" not in exact:
        assert comparable(text.upper().lower(), tuple(exact)) == comparable(
            text.lower().upper().lower(), tuple(exact)
        )


@pytest.mark.parametrize(
    ("typed", "form", "exact", "same"),
    [
        ("Data  Steward", "data steward", (), True),
        ("datasteward", "data steward", (), True),
        ("datasteward", "data steward", ("spaces",), False),
        (" data   steward ", "data steward", ("spaces",), True),
        ("Data steward", "data steward", ("case",), False),
        ("Rene", "Ren\u00e9", (), True),
        ("Rene", "Ren\u00e9", ("accents",), False),
        ("Rene\u0301", "Ren\u00e9", ("accents",), True),
        ("STRASSE", "stra\u00dfe", (), True),
    ],
)
def test_what_is_looked_at_in_a_short_text_is_set(typed, form, exact, same):
    assert (comparable(typed, exact) == comparable(form, exact)) is same


@given(SEEDS)
def test_lots_are_drawn_from_pools_and_the_rest_is_always_asked(seed):
    body = "\n\n".join(
        [f"## Always\n\n{TWO}", *(f"## Q{n} {{pool=basics}}\n\n{TWO}" for n in range(5))]
    )
    sheet = make_sheet(settings_of(body, draw="basics 2"), seed=seed)
    ids = [question["id"] for question in sheet["questions"]]
    assert len(ids) == 3
    assert ids[0] == "q1"
    assert ids == sorted(ids)
    other = {tuple(q["id"] for q in _drawn(body, n)["questions"]) for n in range(40)}
    assert len(other) > 5


def _drawn(body, seed):
    return make_sheet(settings_of(body, draw="basics 2"), seed=seed)


@pytest.mark.parametrize(
    "answers",
    [
        {"q3": ["nothing=1"]},
        {"q3": ["q3i1=4"]},
        {"q3": ["q3i1=1", "q3i1=2"]},
        {"q3": ["q3i1"]},
        {"q4": ["q4i1=q3i1"]},
        {"q5": ["1", "2"]},
        {"q6": ["x" * 201]},
        {"q6": "steward"},
    ],
)
def test_what_no_page_could_send_is_refused_by_question(answers):
    with pytest.raises(Invalid) as refused:
        refuse_unfit(make_sheet(settings_of(), seed=1), answers)
    assert list(refused.value.fields["answers"]) == list(answers)


def test_what_was_never_put_in_order_is_told_so():
    sheet = make_sheet(settings_of(), seed=1)
    assert overlooked(sheet, {})["q3"] == ["Put these in order."]


def test_what_was_overlooked_is_told_by_question():
    sheet = make_sheet(settings_of(), seed=1)
    some = {"q3": ["q3i1=1"], "q4": ["q4i1=q4r1"], "q5": ["high"], "q6": [" "]}
    told = {key: texts[0] for key, texts in overlooked(sheet, some).items()}
    assert told == {
        "q1": "Pick an answer.",
        "q3": "Give each place once.",
        "q4": "Choose one for each.",
        "q5": "Write a number, such as 12.5.",
        "q6": "Write an answer.",
    }
