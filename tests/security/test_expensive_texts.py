"""No text a member may send keeps a process busy: it serves everybody with one loop.

Nothing is timed. Python's own count of executed lines is the measure, the same on every machine;
what Pygments does inside regular expressions is bounded by what it is given at all.
"""

import sys
import threading

import pytest
from factories.accounts import make_user
from factories.live import make_session
from factories.spaces import join, make_space

from community.accounts.operations.choosing import ONE_PASSWORD, hash_of_new
from community.accounts.rules import weakness_of
from community.kernel.markdown import render
from community.live.rules import MOST_STEPS, agenda
from community.spaces.models import Role

LONGEST = 20_000  # code points of a post and of a plan
STEPS_A_CHARACTER = 400  # what an ordinary text costs is about a tenth of it


def filled(piece: str) -> str:
    return (piece * (LONGEST // len(piece) + 1))[:LONGEST]


def lines_run(call, budget: int) -> int:
    """Return how many lines of Python ``call`` runs; raises AssertionError beyond ``budget``."""
    ran = 0

    def count(_frame, event, _argument):
        nonlocal ran
        ran += event == "line"
        assert ran <= budget, f"more than {budget} lines of Python"
        return count

    before = sys.gettrace()
    sys.settrace(count)
    try:
        call()
    finally:
        sys.settrace(before)
    return ran


@pytest.mark.parametrize(
    "piece",
    [
        "[",
        "![",
        "^[",
        "[a](",
        "# a\n",
        "a\n-\n",
        "# a-1\n# a\n",
        "> ",
        "- ",
        "*a ",
        "`a ",
        "a | b\n-|-\n",
        "a:",
        "w",
        "www.",
        "http://a",
        "http://a)",
        "http://a ",
    ],
)
def test_the_cost_of_a_text_grows_with_its_length_only(piece):
    lines_run(lambda: render(filled(piece)), LONGEST * STEPS_A_CHARACTER)


def test_a_wide_table_of_short_rows_is_not_filled_up():
    wide = "a|" * 2000 + "a\n" + "-|" * 2000 + "-\n" + "x\n" * 5000
    lines_run(lambda: render(wide), len(wide) * STEPS_A_CHARACTER)


def test_what_is_not_rendered_is_shown_as_it_was_typed():
    source = "<b>[" + "[" * 5000
    assert render(source) == "<pre><code>&lt;b&gt;[" + "[" * 5000 + "</code></pre>"


@pytest.mark.parametrize("language", ["actionscript", "aspectj", "applescript", "augeas", "raku"])
def test_only_languages_known_to_be_quick_are_coloured(language):
    assert render(f"```{language}\n{chr(34)}{chr(92)}\n```") == '<pre><code>"\\\n</code></pre>\n'


def test_only_so_much_code_is_coloured():
    short = render("```python\nx = 1\n```")
    assert "<span" in short
    long = render("```python\n" + "x = 1\n" * 1000 + "```")
    assert "<span" not in long
    many = render("```python\n" + "x = 1\n" * 100 + "```\n\n")
    assert "<span" in many
    several = render(("```python\n" + "x = 1\n" * 100 + "```\n\n") * 20)
    assert several.count("<pre>") == 20
    assert several.count("<span") < 15 * many.count("<span")


def test_headings_of_one_name_still_have_ids_of_their_own():
    html = render("## a\n## a\n## a-1\n## a\n")
    ids = [part.split('"')[0] for part in html.split('id="')[1:]]
    assert ids == ["a", "a-1", "a-1-1", "a-2"]


@pytest.mark.parametrize(
    "plan", ["|1|a\n" * 4000, "|1|" + " " * 19_990 + "a", ("|1|" + " " * 990 + "a\n") * 20]
)
def test_a_plan_is_taken_apart_in_one_go(plan):
    lines_run(lambda: agenda(plan, 60), 40 * LONGEST)


def test_a_long_plan_costs_the_room_once(app, browse):
    space, lead = make_space(app), make_user(app)
    join(app, space, lead, Role.OWNER)
    client = browse(lead)

    def cost_of(plan):
        path = f"/sessions/{make_session(app, space, lead, plan=plan)}/room"
        assert client.get(path).status_code == 200
        return lines_run(lambda: client.get(path), 10**6)

    # its hundred steps are drawn each time; making their markup would be a hundred times this
    assert cost_of(filled("- a\n")) < 1.5 * cost_of("")


def test_a_plan_has_so_many_steps_and_the_rest_stays_text():
    found = agenda("|1|a\n" * (MOST_STEPS + 5), 60)
    assert len(found.steps) == MOST_STEPS
    assert found.after == "|1|a\n" * 4 + "|1|a"


def test_long_texts_with_ordinary_tables_and_pipes_are_rendered():
    table = "| a | b | c | d |\n|---|---|---|---|\n" + "| 1 | 2 | 3 | 4 |\n" * 1000
    assert render(table).startswith('<div class="scroll"><table')
    shell = "a | b | c | d | e | f | g | h | i | j | k | l\n\n" * 1000
    assert render(shell).startswith("<p>")


# ------------------------------------------------------------------ passwords, judged for strangers

ORDINARY = "correct horse battery staple and"


@pytest.mark.parametrize(
    "password", ["4@8({[<3369&#!1|0$57+%2xyz4@8({[", "+17[{|+17[{|+17[{|+17[{|+17[{|xy", "1!|i" * 8]
)
def test_a_password_of_signs_that_stand_for_letters_costs_little_more_than_words(password):
    """Each sign may stand for several letters, so that their combinations multiply."""
    usual = lines_run(lambda: weakness_of(ORDINARY), 10**7)
    lines_run(lambda: weakness_of(password), 15 * usual)


@pytest.mark.parametrize(
    ("password", "weak"),
    [
        ("4@8({[<3369&#!1|0$57+%2xyz4@8({[", False),
        ("x7$K2@!pQ9(4[z%8|wB3T+5", False),
        ("p4$$w0rd123!", True),
        ("4{[<(4{[<(4{[<(1!|", True),
    ],
)
def test_many_signs_are_judged_as_well_as_few(password, weak):
    assert bool(weakness_of(password)) is weak


def test_one_password_is_judged_at_a_time(app):
    done = []

    def choose():
        with app.app_context():
            done.append(hash_of_new(ORDINARY, personal=()))

    with ONE_PASSWORD:
        other = threading.Thread(target=choose)
        other.start()
        other.join(0.3)
        assert done == []
    other.join(10)
    assert len(done) == 1
