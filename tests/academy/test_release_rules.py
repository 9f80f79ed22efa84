"""Release rules: read, written, judged, and what they name."""

import datetime as dt

import pytest
from factories.academy import course_source, module_source
from hypothesis import given
from hypothesis import strategies as st

from community.academy.formats.files import read_files, write_files
from community.academy.formats.source import CourseRefused
from community.academy.kinds.builtin import KINDS
from community.academy.rules.releases import (
    USUAL,
    All,
    Any,
    AtLeast,
    Before,
    Date,
    FromEnrolment,
    FromSession,
    FromStart,
    NoRule,
    Not,
    Ref,
    Score,
    Settled,
    SomeOf,
    canonical,
    earliest,
    facts,
    holds,
    holds_from,
    read_rule,
    said,
    times,
    waiting,
    walk,
    write_rule,
)
from community.academy.rules.releases.tree import MAX_DEPTH, MAX_NODES, depth

local = dt.datetime.fromisoformat
START = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)

refs = st.builds(Ref, st.sampled_from(["one", "two-b"]))
activities = st.builds(Ref, st.sampled_from(["one", "two-b"]), st.sampled_from(["quiz", "a-2"]))
dates = st.builds(
    Date,
    st.datetimes(local("2026-01-01"), local("2027-01-01")).map(
        lambda at: at.replace(second=0, microsecond=0)
    ),
)
clock = st.times().map(lambda at: at.replace(second=0, microsecond=0))
known_leaves = st.one_of(
    st.just(Before()),
    st.builds(Settled, refs | activities),
    st.builds(SomeOf, st.integers(1, 5), refs),
    st.builds(Score, activities, st.integers(1, 100)),
)
time_leaves = st.one_of(
    dates,
    st.builds(FromStart, st.integers(0, 12), st.integers(1, 7), clock),
    st.builds(FromEnrolment, st.integers(0, 60)),
    st.builds(FromSession, activities, st.integers(0, 100)),
)


def branches(parts):
    some = st.lists(parts, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        st.builds(All, some),
        st.builds(Any, some),
        some.flatmap(lambda found: st.builds(AtLeast, st.integers(1, len(found)), st.just(found))),
        st.builds(Not, known_leaves | dates),
    )


rules = st.recursive(known_leaves | time_leaves, branches, max_leaves=8).filter(
    lambda rule: depth(rule) <= MAX_DEPTH and len(list(walk(rule))) <= MAX_NODES
)


@given(rules)
def test_what_is_written_is_read_the_same(rule):
    text = write_rule(rule)
    assert read_rule(text) == rule
    assert write_rule(read_rule(text)) == text


@given(rules, st.data())
def test_a_tree_holds_as_a_simple_model_says(rule, data):
    instants = {
        leaf: START + data.draw(st.integers(0, 5)) * MINUTE
        for leaf in times(rule)
        if data.draw(st.booleans())
    }
    so = {fact: data.draw(st.booleans()) for fact in facts(rule)}

    def model(part, now):
        if isinstance(part, All | Any | AtLeast):
            needed = {All: len(part.parts), Any: 1}.get(type(part), getattr(part, "number", 0))
            return [model(each, now) for each in part.parts].count(True) >= needed
        if isinstance(part, Not):
            return not model(part.part, now)
        if part in so:
            return so[part]
        return part in instants and instants[part] <= now

    walked = [START + step * MINUTE for step in range(-1, 7)]
    expected = {now: model(rule, now) for now in walked}
    assert {now: holds(rule, now, instants, so.get) for now in walked} == expected
    for number, now in enumerate(walked):
        later = [at for at in walked[number:] if expected[at]]
        assert holds_from(rule, now, instants, so.get) == min(later, default=None)
    first = earliest(rule, instants)
    if first is not None:
        assert not any(expected[now] for now in walked if now < first)
    if not any(isinstance(each, Not) for each in walk(rule)):
        ever = [expected[now] for now in walked]
        assert ever == sorted(ever)  # once it holds it goes on holding


@given(rules, st.data())
def test_what_a_rule_waits_for_is_all_that_is_missing(rule, data):
    so = {fact: data.draw(st.booleans()) for fact in facts(rule)}
    if holds(rule, START, {}, so.get):
        return
    left = waiting(rule, START, {}, so.get)
    assert not holds(left, START, {}, so.get)
    assert said(left, str, str)


@pytest.mark.parametrize("text", ["", "week and before", " week   and before "])
def test_the_usual_rule_is_written_by_writing_nothing(text):
    assert read_rule(text) == USUAL
    assert canonical(text) == ""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("weeks", "“weeks” is not understood there"),
        ("week and", "missing at the end"),
        ("week 60", "1 to 52"),
        ("date 2026-02-30", "There is no day"),
        ("date 2026-02-20 at 25:00", "a time like"),
        ("joined + 3 hours", "days"),
        ("session one", "is a module"),
        ("score one/quiz 120", "1 to 100"),
        ("3 of (done one, done two)", "only 2"),
        ("2 (done one)", "Write “2 of"),
        ("not week", "After “not”"),
        ("not joined + 2 days", "After “not”"),
        ("((((( week )))))", "nested too deeply"),
        ("not not not not not done one", "nested too deeply"),
        ("(week", "closing bracket"),
        (" or ".join(["done one"] * 30), "too many parts"),
        ("week " * 500, "longer than"),
        ("done one/two/three", "the name of"),
    ],
)
def test_what_is_no_rule_is_refused_with_the_reason(app, text, words):
    with pytest.raises(NoRule, match=words.replace("(", r"\(")):
        read_rule(text)


def course(**rules_by_module):
    return course_source(
        modules=tuple(
            module_source(number, release=rules_by_module.get(f"m{number}", ""))
            for number in (1, 2, 3)
        )
    )


def test_a_rule_stands_in_the_head_of_its_module(app):
    source = course(m2="week", m3="done module-1 and not score module-1/check 30")
    files = write_files(source, KINDS)
    assert b"\nrelease: week\n" in files["02-module-2/module.md"]
    assert b"release" not in files["01-module-1/module.md"]
    assert read_files(files, KINDS) == source


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("done nowhere", "neither a module nor an activity"),
        ("done module-1/nothing", "neither a module nor an activity"),
        ("done module-2", "cannot wait for what is in it"),
        ("session module-1/check", "no live session"),
        ("score module-1/what-counts 50", "no quiz"),
        ("done 9 of module-1", "only 4 activities"),
        ("done module-3", "waits for itself"),
        ("week 2 or or", "is not understood there"),
    ],
)
def test_a_rule_that_names_what_is_not_there_is_refused_with_its_line(app, rule, words):
    files = dict(write_files(course(), KINDS))
    path = "02-module-2/module.md"
    files[path] = files[path].replace(b"title:", f"release: {rule}\ntitle:".encode(), 1)
    with pytest.raises(CourseRefused) as refused:
        read_files(files, KINDS)
    [problem] = refused.value.problems
    assert (problem.file, problem.line) == (path, 2)
    assert words in problem.message
