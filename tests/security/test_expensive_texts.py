"""No text a member may send keeps a process busy: it serves everybody with one loop.

Nothing is timed. Python's own count of executed lines is the measure, the same on every machine;
what Pygments does inside regular expressions is bounded by what it is given at all.
"""

import datetime as dt
import io
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
from community.transfers.formats.mbox import looks_like_mail, pieces
from community.transfers.formats.messages import heading_of
from community.transfers.rules import Head, base_subject, placed, shown_title

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
        "@",
        "@[a](person:a",
        "@[a](person:a)",
        ":",
        ":tada:",
        "- [x] ",
        "- [ ] a\n",
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


# ------------------------------------------------------------------------- archives of mail

AT = "From a@b.example Tue Mar 03 10:00:00 2020\n"


@pytest.mark.parametrize("of", [base_subject, shown_title])
@pytest.mark.parametrize("piece", ["Re: ", "[a] ", "(fwd)", "Re[1]:"])
def test_a_subject_is_read_as_far_as_any_is_long(of, piece):
    lines_run(lambda: of(piece * 10_000), 10_000)


def test_of_a_field_so_much_is_read_as_a_field_has():
    """What stands behind is not looked at, so that no expression meets a field without end."""
    long = "x" * 5_000
    found = heading_of(f"{AT}Subject: {long}\nFrom: {long}\nMessage-ID: <{long}>\n".encode())
    assert (len(found.subject), len(found.name), found.message_id) == (1_000, 1_000, None)
    answers = " ".join(f"<{number:06}@a.example>" for number in range(5_000))
    found = heading_of(f"{AT}References: {answers}\n".encode())
    assert len(found.answers) == 50
    assert found.answers[0] == "004999@a.example"
    many = "b." * 150
    assert heading_of(f"{AT}From: ada at a.example (Ada)\n".encode()).address == "ada@a.example"
    assert heading_of(f"{AT}From: ada at {many}c{many}c{many}c\n".encode()).address == ""


def test_a_line_that_begins_a_message_is_not_long():
    """Its date may stand anywhere: a longer line would be searched once for each of its digits."""
    body = b"A: b\n\nc\n\n"
    longer = AT[:-1].encode() + b" " * 50 + b"\n"
    assert len(list(pieces(io.BytesIO(AT.encode() + body + longer + body)))) == 2
    longest = AT.encode().replace(b"a@b", b"a" * 400 + b"@b")
    assert len(list(pieces(io.BytesIO(AT.encode() + body + longest + body)))) == 1
    assert not looks_like_mail(longest + body)


def test_a_chain_of_answers_is_walked_once():
    def chain(long):
        day = dt.datetime(2020, 3, 3, tzinfo=dt.UTC)
        return [
            Head(f"m{n}", (f"m{n - 1}",) if n else (), "a", True, day + dt.timedelta(minutes=n))
            for n in range(long)
        ]

    short, long = chain(100), chain(1_600)
    usual = lines_run(lambda: placed(short, {}), 10**6)
    lines_run(lambda: placed(long, {}), 20 * usual)
    lines_run(lambda: placed(long[::-1], {}), 20 * usual)
