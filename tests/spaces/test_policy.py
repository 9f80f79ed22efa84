"""Who may do what in a space: the whole table, actor by rule."""

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.accounts import make_user
from factories.spaces import join, make_invitation, make_space

from community.kernel.db import db
from community.spaces.models import Invitation, Membership, Role, Space, SpaceKind
from community.spaces.policy import (
    Grant,
    facilitates,
    may_change_role,
    may_create_space,
    may_grant,
    may_invite,
    may_remove_member,
    may_revoke_invitation,
    memberships,
    organises,
    role_in,
    takes_part,
    visible_invitations,
    visible_memberships,
    visible_spaces,
)

OWNER, ORGANISER, FACILITATOR, MEMBER, OBSERVER = Role
ACTORS = [*Role, "outsider", "former", "nobody"]
NONE = set()


@pytest.fixture
def cast(inside):
    """A space with one person in each role and others around it; ids by what they are."""
    space = make_space(inside)
    ids = {"space": space}
    for role in Role:
        ids[role] = make_user(inside, f"Actor {role}")
        join(inside, space, ids[role], role)
    for role in Role:  # whom things are done to
        ids[f"other {role}"] = make_user(inside, f"Other {role}")
        join(inside, space, ids[f"other {role}"], role)
    ids["outsider"] = make_user(inside, "Outsider")
    ids["former"] = make_user(inside, "Former")
    join(inside, space, ids["former"], OWNER, ended=True)
    ids["nobody"] = None
    ids["invitation"], _token = make_invitation(inside, space, ids[OWNER])
    return ids


def membership(cast, who):
    return db.session.scalars(
        visible_memberships(acting(cast[OWNER])).where(Membership.user_id == cast[who])
    ).one()


# who, by rule, may; everybody else of ACTORS may not
TABLE = {
    "organises": {OWNER, ORGANISER},
    "facilitates": {OWNER, ORGANISER, FACILITATOR},
    "takes part": {OWNER, ORGANISER, FACILITATOR, MEMBER},
    "sees the space": set(Role),
    "sees the members": set(Role),
    "sees the invitations": {OWNER, ORGANISER},
    "makes a cohort": {OWNER, ORGANISER},
    "makes a network": NONE,
    "invites": {OWNER, ORGANISER},
    "revokes an invitation": {OWNER, ORGANISER},
    **{f"grants {role}": {OWNER, ORGANISER} for role in list(Role)[1:]},
    "grants owner": {OWNER},
    **{f"changes a {role}": {OWNER, ORGANISER} for role in list(Role)[1:]},
    "changes a owner": {OWNER},
    **{f"removes a {role}": {OWNER, ORGANISER} for role in list(Role)[1:]},
    "removes a owner": {OWNER},
    "leaves": set(Role),
}


def leaves(ctx, space_id):
    mine = sa.select(Membership).where(
        Membership.space_id == space_id, Membership.user_id == ctx.actor_id
    )
    return any(may_remove_member(ctx, each) for each in db.session.scalars(mine))


def allowed(rule, actor, cast):
    ctx, space_id = acting(cast[actor]), cast["space"]
    space = db.session.get(Space, space_id)
    invitation = db.session.get(Invitation, cast["invitation"])
    simple = {
        "organises": lambda: organises(ctx, space_id),
        "facilitates": lambda: facilitates(ctx, space_id),
        "takes part": lambda: takes_part(ctx, space_id),
        "sees the space": lambda: db.session.scalar(visible_spaces(ctx)) is not None,
        "sees the members": lambda: len(db.session.scalars(visible_memberships(ctx)).all()) == 10,
        "sees the invitations": lambda: db.session.scalar(visible_invitations(ctx)) is not None,
        "makes a cohort": lambda: may_create_space(ctx, SpaceKind.COHORT),
        "makes a network": lambda: may_create_space(ctx, SpaceKind.NETWORK),
        "invites": lambda: may_invite(ctx, space),
        "revokes an invitation": lambda: may_revoke_invitation(ctx, invitation),
        "leaves": lambda: leaves(ctx, space_id),
    }
    if rule in simple:
        return simple[rule]()
    verb, _, role = rule.rpartition(" ")
    if verb == "grants":
        return may_grant(ctx, Grant(space_id, Role(role)))
    may = may_change_role if verb == "changes a" else may_remove_member
    return may(ctx, membership(cast, f"other {role}"))


@pytest.mark.parametrize("rule", TABLE)
def test_a_rule_allows_exactly_those_in_the_table(rule, cast):
    assert {actor for actor in ACTORS if allowed(rule, actor, cast)} == TABLE[rule]


def test_an_administrator_is_not_above_the_rules_of_a_space(cast, inside):
    ctx = acting(make_user(inside, "Root", admin=True), admin=True)
    assert db.session.scalar(visible_spaces(ctx)) is None
    assert not organises(ctx, cast["space"])
    assert may_create_space(ctx, SpaceKind.NETWORK)


def test_nobody_signed_in_leaves_nothing():
    assert not may_remove_member(acting(None), Membership(role=MEMBER))


def test_roles_of_one_space_say_nothing_in_another(cast, inside):
    elsewhere = make_space(inside, "Elsewhere")
    owner = acting(cast[OWNER])
    assert role_in(owner, elsewhere) is None
    assert not may_grant(owner, Grant(elsewhere, OBSERVER))
    join(inside, elsewhere, cast[OWNER], OBSERVER)
    owner = acting(cast[OWNER])
    assert memberships(owner) == {cast["space"]: OWNER, elsewhere: OBSERVER}
    assert not takes_part(owner, elsewhere)
    hidden = db.session.scalars(visible_invitations(owner)).all()
    assert [row.space_id for row in hidden] == [cast["space"]]


def test_a_context_reads_its_memberships_once(cast, count_queries):
    ctx = acting(cast[MEMBER])
    count_queries.clear()
    for _time in range(5):
        assert role_in(ctx, cast["space"]) is MEMBER
    assert len(count_queries) == 1
