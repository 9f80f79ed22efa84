"""Making spaces."""

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.accounts import make_user
from factories.spaces import join, make_space

from community.accounts.models import User
from community.kernel.db import db
from community.kernel.errors import Conflict, Forbidden
from community.kernel.keys import new_key
from community.spaces.models import Role, Space, SpaceKind
from community.spaces.operations import create_space, found_network
from community.spaces.policy import organises, role_in
from community.spaces.queries import space_by_slug

ADMIN = {
    "email": "Root@Example.org ",
    "name": "Rosa Root",
    "password_hash": "$argon2id$made-up",
    "network_name": "Long Table",
    "zone": "Europe/Lisbon",
}


def test_whoever_makes_a_space_owns_it(inside):
    ana, network = make_user(inside), make_space(inside)
    join(inside, network, ana, Role.ORGANISER)
    space = create_space(acting(ana), name="Cohort 10", kind=SpaceKind.COHORT)
    again = create_space(acting(ana), name="Cohort 10", kind=SpaceKind.COHORT)
    assert role_in(acting(ana), space.id) is Role.OWNER
    assert (space.slug, again.slug) == ("cohort-10", "cohort-10-2")
    assert space_by_slug(acting(ana), "cohort-10").id == space.id


@pytest.mark.parametrize("role", [Role.FACILITATOR, Role.MEMBER, Role.OBSERVER])
def test_who_organises_nothing_makes_no_space(inside, role):
    ana, network = make_user(inside), make_space(inside)
    join(inside, network, ana, role)
    with pytest.raises(Forbidden):
        create_space(acting(ana), name="Mine", kind=SpaceKind.COHORT)


def test_an_owner_of_a_cohort_makes_no_network(inside):
    ana, network = make_user(inside), make_space(inside)
    join(inside, network, ana, Role.OWNER)
    with pytest.raises(Forbidden):
        create_space(acting(ana), name="Mine", kind=SpaceKind.NETWORK)


def test_the_first_administrator_owns_the_network(inside):
    ctx = acting(new_key(), admin=True, origin="shell")
    network = found_network(ctx, **ADMIN)
    assert network.kind is SpaceKind.NETWORK
    assert organises(acting(ctx.person), network.id)
    user = db.session.get(User, ctx.person)
    assert (user.email, user.admin) == ("root@example.org", True)


def test_there_is_one_network(inside):
    found_network(acting(new_key(), admin=True), **ADMIN)
    with pytest.raises(Conflict):
        found_network(acting(new_key(), admin=True), **{**ADMIN, "email": "b@example.org"})
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Space)) == 1
    assert db.session.scalar(sa.select(sa.func.count()).select_from(User)) == 1


def test_who_is_no_administrator_founds_no_network_and_leaves_no_account(inside):
    with pytest.raises(Forbidden):
        found_network(acting(new_key()), **ADMIN)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(User)) == 0
