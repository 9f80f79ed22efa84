"""docs/security.md goes through all of ASVS level 1, counts right, and names tests there are."""

import ast
import functools
import re
from collections import Counter
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
PAGE = (CHECKOUT / "docs" / "security.md").read_text("utf-8")
LIST = PAGE.partition("\n## ASVS 5.0, level 1, requirement by requirement\n")[2]
ROWS = re.findall(r"^\| (\d+\.\d+\.\d+) \| (.+) \| (.+) \| (.+) \| (.+) \|$", LIST, re.MULTILINE)
QUOTED = re.findall(r"`([^`]+)`", PAGE)
STATES = ("met", "partly", "not met", "does not apply")

# Of OWASP's Application Security Verification Standard 5.0.0 the requirements of level 1.
LEVEL_1 = """
1.2.1 1.2.2 1.2.3 1.2.4 1.2.5 1.3.1 1.3.2 1.5.1
2.1.1 2.2.1 2.2.2 2.3.1
3.2.1 3.2.2 3.3.1 3.4.1 3.4.2 3.5.1 3.5.2 3.5.3
4.1.1 4.4.1
5.2.1 5.2.2 5.3.1 5.3.2
6.1.1 6.2.1 6.2.2 6.2.3 6.2.4 6.2.5 6.2.6 6.2.7 6.2.8 6.3.1 6.3.2 6.4.1 6.4.2
7.2.1 7.2.2 7.2.3 7.2.4 7.4.1 7.4.2
8.1.1 8.2.1 8.2.2 8.3.1
9.1.1 9.1.2 9.1.3 9.2.1
10.4.1 10.4.2 10.4.3 10.4.4 10.4.5
11.3.1 11.3.2 11.4.1
12.1.1 12.2.1 12.2.2
13.4.1
14.2.1 14.3.1
15.1.1 15.2.1 15.3.1
""".split()  # noqa: SIM905  # reads better


@functools.cache
def functions_of(path: Path) -> set[str]:
    tree = ast.parse(path.read_text("utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_each_requirement_stands_there_once_in_its_order():
    assert [row[0] for row in ROWS] == LEVEL_1
    assert len(LEVEL_1) == 70


def test_each_stands_under_its_chapter():
    parts = re.split(r"^### V(\d+): .+$", LIST, flags=re.MULTILINE)[1:]
    for chapter, text in zip(parts[::2], parts[1::2], strict=True):
        found = re.findall(r"^\| (\d+)\.\d", text, re.MULTILINE)
        assert set(found) == {chapter}


def test_the_sentence_counts_what_the_tables_say():
    counted = Counter(state for _id, _asks, state, _how, _tests in ROWS)
    assert set(counted) <= set(STATES)
    said = ", ".join(f"{state}: {counted[state]}" for state in STATES)
    assert f"Of its {len(ROWS)} requirements, {said}." in LIST


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_what_is_met_says_where_it_is_tested(row):
    _id, asks, state, how, tests = row
    assert asks
    assert how
    named = re.findall(r"`(tests/[^`]+\.py)::test_\w+`", tests)
    if state in {"met", "partly"}:
        assert named or tests == "not tested"
    else:
        assert tests == "-"


def test_every_file_and_every_test_that_is_named_is_there():
    named = [word for word in QUOTED if re.fullmatch(r"[\w.-]+(/[\w.-]+)+(::\w+)?", word)]
    named += [word for word in QUOTED if re.fullmatch(r"[\w-]+\.(md|py|js|txt|toml)", word)]
    assert len(named) > 200
    for word in named:
        path, _colons, test = word.partition("::")
        places = [CHECKOUT / path, CHECKOUT / "community" / path]
        [found, *_rest] = [place for place in places if place.exists()] or [None]
        short = path == "policy.py"  # each feature has one
        assert found or short, f"there is no {word}"
        assert not test or test in functions_of(found), f"there is no {word}"
        assert not path.startswith("tests/") or found.is_dir() or found.name.startswith("test_")


def test_every_test_written_for_this_list_is_named_in_it():
    for path in sorted((CHECKOUT / "tests" / "security").glob("test_asvs_*.py")):
        for test in functions_of(path):
            if test.startswith("test_"):
                assert f"`{path.relative_to(CHECKOUT)}::{test}`" in LIST
