"""A link is opened by fifty people at once, and other things only one may do."""

import functools

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.accounts import PASSWORD_HASH, make_user
from factories.spaces import join, make_invitation, make_space
from races.parallel import at_once

from community.accounts.models import User
from community.kernel.db import db
from community.kernel.errors import Conflict, NotFound
from community.kernel.keys import new_key
from community.kernel.log import EventRow
from community.spaces.models import Invitation, Membership, Role
from community.spaces.operations import (
    accept_invitation,
    create_invitation,
    register_and_join,
    remove_member,
)

pytestmark = pytest.mark.races

PEOPLE, SEATS = 50, 7


@pytest.fixture
def space(app):
    return make_space(app)


@pytest.fixture
def owner(app, space):
    user_id = make_user(app, "Olga Owner")
    join(app, space, user_id, Role.OWNER)
    return user_id


def of(answers, kind):
    return [answer for answer in answers if isinstance(answer, kind)]


def members(space):
    current = (Membership.space_id == space, Membership.ended_at.is_(None))
    return db.session.scalar(sa.select(sa.func.count()).select_from(Membership).where(*current))


def test_a_link_lets_in_no_more_than_it_says(app, space, owner):
    key, token = make_invitation(app, space, owner, max_uses=SEATS)
    people = [make_user(app, f"Person {number}") for number in range(PEOPLE)]

    answers = at_once(
        app, [functools.partial(accept_invitation, acting(who), token) for who in people]
    )

    assert len(of(answers, Membership)) == SEATS
    assert len(of(answers, NotFound)) == PEOPLE - SEATS
    with app.app_context():
        assert db.session.get_one(Invitation, key).uses == SEATS
        assert members(space) == SEATS + 1
        joined = sa.select(sa.func.count()).where(EventRow.name == "spaces.member_joined")
        assert db.session.scalar(joined) == SEATS


def test_one_person_opening_a_link_twenty_times_uses_it_once(app, space, owner):
    key, token = make_invitation(app, space, owner, max_uses=SEATS)
    ana = make_user(app)

    answers = at_once(app, [lambda: accept_invitation(acting(ana), token).id] * 20)

    assert len(set(answers)) == 1
    with app.app_context():
        assert db.session.get_one(Invitation, key).uses == 1
        assert members(space) == 2


def test_one_address_registered_twenty_times_is_one_account(app, space, owner):
    key, token = make_invitation(app, space, owner, max_uses=SEATS)

    def register():
        return register_and_join(
            acting(new_key()),
            token,
            email="new@example.org",
            name="Nia New",
            password_hash=PASSWORD_HASH,
            zone="UTC",
            language="en",
        )

    answers = at_once(app, [register] * 20)

    assert len(of(answers, Membership)) == 1
    assert len(of(answers, Conflict)) == 19
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(User)) == 2
        assert db.session.get_one(Invitation, key).uses == 1


def test_two_owners_who_leave_at_once_leave_one_behind(app, space, owner):
    other = make_user(app, "Other Owner")
    join(app, space, other, Role.OWNER)

    answers = at_once(
        app,
        [functools.partial(remove_member, acting(who), space, who) for who in (owner, other)],
    )

    assert len(of(answers, Membership)) == 1
    assert len(of(answers, Conflict)) == 1
    with app.app_context():
        assert members(space) == 1


def test_an_organiser_who_is_being_removed_leaves_no_open_link(app, space, owner):
    organisers = [make_user(app, f"Organiser {number}") for number in range(8)]
    for who in organisers:
        join(app, space, who, Role.ORGANISER)

    def invite(who):
        return create_invitation(acting(who), space, role=Role.ORGANISER, days=9, max_uses=9)

    at_once(
        app,
        [
            *(functools.partial(remove_member, acting(owner), space, who) for who in organisers),
            *(functools.partial(invite, who) for who in organisers),
        ],
    )

    with app.app_context():
        assert members(space) == 1
        still_open = sa.select(sa.func.count()).where(Invitation.revoked_at.is_(None))
        assert db.session.scalar(still_open.select_from(Invitation)) == 0
