"""The outline of a draft: whatever is done to it, places are 1 to n and no two names are one."""

import itertools

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.accounts import make_user
from factories.spaces import join, make_space
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from community.academy.formats.files import MAX_ACTIVITIES, MAX_MODULES
from community.academy.models import DraftActivity, DraftModule
from community.academy.operations import (
    add_activity,
    add_module,
    begin_course,
    edit_activity,
    move_activity,
    move_module,
    remove_activity,
    remove_module,
)
from community.academy.queries import draft_outline
from community.kernel.db import db
from community.kernel.errors import Conflict, Invalid, NotFound
from community.kernel.keys import new_key
from community.spaces.models import Role, SpaceKind


@pytest.fixture
def network(app):
    return make_space(app, "The network", kind=SpaceKind.NETWORK)


@pytest.fixture
def ctx(app, network):
    user_id = make_user(app)
    join(app, network, user_id, Role.ORGANISER)
    return acting(user_id)


@pytest.fixture
def draft_id(inside, network, ctx):
    return begin_course(ctx, network, title="Data").id


def titles(draft_id):
    return {
        module.title: [line.title for line in module.activities]
        for module in draft_outline(draft_id).modules
    }


def edits(draft_id):
    return draft_outline(draft_id).edits


def is_sound(outline):
    """Whether places are 1 to n everywhere, and addresses unique where they must be."""
    rows = [outline.modules, *(module.activities for module in outline.modules)]
    return all(
        [row.position for row in lines] == list(range(1, len(lines) + 1))
        and len({row.slug for row in lines}) == len(lines)
        for lines in rows
    )


def test_modules_and_activities_are_added_at_the_end_with_names_of_their_own(draft_id, ctx):
    one, other = (add_module(ctx, draft_id, title="Öl & Daten").id for _ in range(2))
    add_module(ctx, draft_id, title="数据")
    for title in ("Read", "Read", "???"):
        add_activity(ctx, one, kind="live_session", title=title)
    add_activity(ctx, other, kind="page", title="Read")
    outline = draft_outline(draft_id)
    assert [module.slug for module in outline.modules] == ["ol-daten", "ol-daten-2", "module"]
    slugs = [[line.slug for line in module.activities] for module in outline.modules]
    assert slugs == [["read", "read-2", "live-session"], ["read"], []]
    assert is_sound(outline)


def test_what_moves_takes_its_place_and_others_make_room(draft_id, ctx):
    one, two, three = (add_module(ctx, draft_id, title=t).id for t in ("One", "Two", "Three"))
    keys = [add_activity(ctx, one, kind="page", title=t).id for t in "abc"]
    move_module(ctx, three, position=1)
    move_activity(ctx, keys[0], module_id=one, position=3)
    move_activity(ctx, keys[2], module_id=two, position=99)
    assert titles(draft_id) == {"Three": [], "One": ["b", "a"], "Two": ["c"]}
    move_module(ctx, three, position=2)
    move_activity(ctx, keys[2], module_id=one, position=2)
    assert list(titles(draft_id).items()) == [("One", ["b", "c", "a"]), ("Three", []), ("Two", [])]
    assert is_sound(draft_outline(draft_id))


def test_a_name_stays_unless_the_module_has_it_already(draft_id, ctx):
    one, two = (add_module(ctx, draft_id, title=t).id for t in ("One", "Two"))
    for module in (one, two):
        add_activity(ctx, module, kind="page", title="Read")
    add_activity(ctx, two, kind="page", title="Talk")
    lines = draft_outline(draft_id).modules[1].activities
    for line in lines:
        move_activity(ctx, line.id, module_id=one, position=1)
    slugs = [line.slug for line in draft_outline(draft_id).modules[0].activities]
    assert slugs == ["talk", "read-2", "read"]


def test_what_is_removed_closes_its_gap(draft_id, ctx):
    one, two = (add_module(ctx, draft_id, title=t).id for t in ("One", "Two"))
    keys = [add_activity(ctx, two, kind="page", title=t).id for t in "abc"]
    remove_activity(ctx, keys[1], revision=1)
    remove_module(ctx, one, edits=edits(draft_id))
    assert titles(draft_id) == {"Two": ["a", "c"]}
    assert is_sound(draft_outline(draft_id))
    remove_module(ctx, two, edits=edits(draft_id))
    assert db.session.scalar(sa.select(sa.func.count()).select_from(DraftActivity)) == 0


def test_nothing_is_removed_that_somebody_has_just_written(draft_id, ctx):
    module = add_module(ctx, draft_id, title="One")
    page = add_activity(ctx, module.id, kind="page", title="Read")
    seen = edits(draft_id)
    texts = {"title": "Read", "minutes": 5, "required": True, "phase": None, "front": {}}
    edit_activity(ctx, page.id, body="Much work.", revision=1, **texts)
    with pytest.raises(Conflict) as refused:
        remove_activity(ctx, page.id, revision=1)
    assert refused.value.details["kept"]["body"] == "Much work."
    with pytest.raises(Conflict, match="changed since you looked"):
        remove_module(ctx, module.id, edits=seen)
    assert titles(draft_id) == {"One": ["Read"]}


def test_an_act_that_comes_twice_is_done_once(draft_id, ctx):
    module = add_module(ctx, draft_id, title="One", client_id="one-act-1")
    assert add_module(ctx, draft_id, title="One", client_id="one-act-1").id == module.id
    page = add_activity(ctx, module.id, kind="page", title="Read", client_id="one-act-1")
    again = add_activity(ctx, module.id, kind="page", title="Read", client_id="one-act-1")
    assert (again.id, titles(draft_id)) == (page.id, {"One": ["Read"]})


def test_there_is_no_end_to_the_kinds_one_can_think_of_and_one_to_those_there_are(draft_id, ctx):
    module = add_module(ctx, draft_id, title="One")
    with pytest.raises(Invalid) as refused:
        add_activity(ctx, module.id, kind="dance", title="Dance")
    assert list(refused.value.fields) == ["kind"]


def test_an_outline_ends_where_a_course_ends(draft_id, ctx):
    first = add_module(ctx, draft_id, title="0").id
    for number in range(1, MAX_MODULES):
        add_module(ctx, draft_id, title=str(number))
    with pytest.raises(Conflict):
        add_module(ctx, draft_id, title="One more")
    last = draft_outline(draft_id).modules[-1].id
    page = add_activity(ctx, last, kind="page", title="One more").id
    for number in range(MAX_ACTIVITIES):
        add_activity(ctx, first, kind="page", title=str(number))
    with pytest.raises(Conflict):
        add_activity(ctx, first, kind="page", title="One more")
    with pytest.raises(Conflict):
        move_activity(ctx, page, module_id=first, position=1)


def test_nothing_moves_into_another_course(inside, network, draft_id, ctx):
    other = add_module(ctx, begin_course(ctx, network, title="Other").id, title="Other")
    page = add_activity(ctx, add_module(ctx, draft_id, title="One").id, kind="page", title="Read")
    for module_id in (other.id, new_key()):
        with pytest.raises(NotFound):
            move_activity(ctx, page.id, module_id=module_id, position=1)
    assert titles(draft_id) == {"One": ["Read"]}


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["module", "activity", "move", "shift", "drop", "remove"]),
        st.integers(0, 6),
        st.integers(0, 6),
        st.sampled_from(["Read", "Talk", "?"]),
    ),
    max_size=14,
)


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(acts=ACTS)
def test_whatever_is_done_places_have_no_gap_and_names_no_double(inside, network, ctx, acts):
    draft_id = begin_course(ctx, network, title="Data").id
    for act, at, to, title in acts:
        outline = draft_outline(draft_id)
        module = outline.modules[at % len(outline.modules)] if outline.modules else None
        line = outline.activities[at % len(outline.activities)] if outline.activities else None
        if act == "module" or module is None:
            add_module(ctx, draft_id, title=title)
        elif act == "move":
            move_module(ctx, module.id, position=to)
        elif act == "remove":
            remove_module(ctx, module.id, edits=outline.edits)
        elif act == "activity" or line is None:
            add_activity(ctx, module.id, kind="page", title=title)
        elif act == "shift":
            target = outline.modules[to % len(outline.modules)].id
            move_activity(ctx, line.id, module_id=target, position=at)
        else:
            remove_activity(ctx, line.id, revision=1)
        after = draft_outline(draft_id)
        assert is_sound(after), (act, at, to)
        parts = set(itertools.chain(after.modules, after.activities))
        assert len(parts) == len({part.id for part in parts})
    db.session.close()
    assert db.session.scalar(
        sa.select(sa.func.count()).where(DraftModule.draft_id == draft_id)
    ) == len(draft_outline(draft_id).modules)
