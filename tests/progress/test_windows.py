"""A long course comes in parts that lie edge to edge; its Learn page is never endless."""

import pytest
from factories.academy import course_source, module_source, page_source
from factories.progress import make_learner, make_run
from hypothesis import given
from hypothesis import strategies as st

from community.progress.rules.windows import window


@given(st.lists(st.integers(0, 90), min_size=1, max_size=60), st.integers(1, 200))
def test_parts_lie_edge_to_edge_and_none_is_larger_than_one_module_must_be(sizes, most):
    edges, at = [], 0
    while at < len(sizes):
        start, end = window(sizes, at, most)
        assert start == at < end
        assert {window(sizes, inside, most) for inside in range(start, end)} == {(start, end)}
        assert end - start == 1 or sum(sizes[start:end]) <= most
        edges.append((start, end))
        at = end
    assert edges[-1][1] == len(sizes)


def test_a_course_without_modules_has_one_empty_part():
    assert window([], 0) == (0, 0)


@pytest.fixture
def long_course(app):
    pages = tuple(page_source(f"page-{n}", title=f"Page {n}") for n in range(1, 51))
    modules = tuple(module_source(n, activities=pages) for n in range(1, 8))
    world = make_run(app, course_source(modules=modules))
    return world, make_learner(app, world)[0]


def test_learn_shows_where_one_is_and_leads_to_the_rest(browse, count_queries, long_course):
    world, learner = long_course
    client, path = browse(learner), f"/spaces/{world.slug}/learn"
    first = client.get(path).text
    assert "Modules 1 to 3 of 7." in first
    assert first.count('<li class="todo">') + first.count('<li class="lock">') == 150
    assert f"{path}?module=4#modules" in first
    assert "And 20 more." in first  # of the fifty that are missing
    count_queries.clear()
    middle = client.get(f"{path}?module=5").text
    assert len(count_queries) <= 10
    assert "Modules 4 to 6 of 7." in middle
    assert f"{path}?module=3#modules" in middle
    assert f"{path}?module=7#modules" in middle
    assert "Modules 7 to 7 of 7." in client.get(f"{path}?module=99").text


@pytest.mark.parametrize("module", ["x", "-1", "9" * 9, "1.5"])
def test_a_part_that_is_none_is_not_found(browse, long_course, module):
    world, learner = long_course
    assert browse(learner).get(f"/spaces/{world.slug}/learn?module={module}").status_code == 404
