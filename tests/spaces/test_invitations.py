"""Invitation links: who makes them, whom they let in, and when no more."""

import datetime as dt

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.accounts import PASSWORD_HASH, make_user
from factories.spaces import join, make_invitation, make_space

from community.accounts.models import User
from community.accounts.operations import register_user, switch_off_account, switch_on_account
from community.kernel.db import db
from community.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Unauthenticated
from community.kernel.keys import new_key
from community.kernel.log import EventRow
from community.spaces.models import Invitation, Membership, Role
from community.spaces.operations import (
    accept_invitation,
    create_invitation,
    register_and_join,
    remove_member,
    revoke_invitation,
)
from community.spaces.policy import role_in
from community.spaces.queries import link_behind

OWNER, ORGANISER, FACILITATOR, MEMBER, OBSERVER = Role
PAST = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
NEWCOMER = {
    "email": "new@example.org",
    "name": "Nia New",
    "password_hash": PASSWORD_HASH,
    "zone": "Asia/Manila",
    "language": "en",
}


@pytest.fixture
def space(inside):
    return make_space(inside)


@pytest.fixture
def owner(inside, space):
    user_id = make_user(inside, "Olga Owner")
    join(inside, space, user_id, OWNER)
    return user_id


@pytest.fixture
def ana(inside):
    return make_user(inside)


def uses(key):
    return db.session.scalar(sa.select(Invitation.uses).where(Invitation.id == key))


def count(model):
    return db.session.scalar(sa.select(sa.func.count()).select_from(model))


def test_a_link_lets_somebody_into_its_space_in_its_role(space, owner, ana):
    invitation, token = create_invitation(
        acting(owner), space, role=FACILITATOR, days=3, max_uses=2
    )
    link = link_behind(acting(None), token)
    assert (link.role, link.inviter, link.member) == (FACILITATOR, "Olga Owner", False)
    membership = accept_invitation(acting(ana), token)
    assert (membership.space_id, membership.role) == (space, FACILITATOR)
    assert role_in(acting(ana), space) is FACILITATOR
    assert uses(invitation.id) == 1


def test_only_the_digest_of_a_link_is_kept(space, owner):
    invitation, token = create_invitation(acting(owner), space, role=MEMBER, days=3, max_uses=2)
    assert len(token) >= 43  # 256 bits
    assert token not in str(vars(invitation))
    rows = db.session.scalars(sa.select(EventRow)).all()
    assert rows
    assert all(token not in str(row.payload) for row in rows)


@pytest.mark.parametrize("role", list(Role))
def test_an_organiser_invites_up_to_their_own_role(space, owner, inside, role):
    organiser = make_user(inside)
    join(inside, space, organiser, ORGANISER)
    if role is OWNER:
        with pytest.raises(Forbidden):
            create_invitation(acting(organiser), space, role=role, days=1, max_uses=1)
        return
    invitation, _token = create_invitation(acting(organiser), space, role=role, days=1, max_uses=1)
    assert invitation.role is role


@pytest.mark.parametrize("actor", [FACILITATOR, MEMBER, OBSERVER])
def test_who_does_not_organise_makes_and_revokes_no_links(space, owner, inside, actor):
    me = make_user(inside)
    join(inside, space, me, actor)
    key, _token = make_invitation(inside, space, owner)
    with pytest.raises(Forbidden):
        create_invitation(acting(me), space, role=OBSERVER, days=1, max_uses=1)
    with pytest.raises(NotFound):
        revoke_invitation(acting(me), key)
    assert count(Invitation) == 1


@pytest.mark.parametrize(
    ("days", "max_uses", "named"),
    [(0, 1, {"days"}), (91, 1, {"days"}), (1, 0, {"max_uses"}), (-1, 1001, {"days", "max_uses"})],
)
def test_an_invitation_has_limits(space, owner, days, max_uses, named):
    with pytest.raises(Invalid) as error:
        create_invitation(acting(owner), space, role=MEMBER, days=days, max_uses=max_uses)
    assert error.value.fields.keys() == named
    assert count(Invitation) == 0


def test_a_space_has_a_limit_of_open_invitations(space, owner, inside):
    for _number in range(100):
        make_invitation(inside, space, owner, max_uses=1)
    make_invitation(inside, space, owner, expires_at=PAST)
    with pytest.raises(Conflict):
        create_invitation(acting(owner), space, role=MEMBER, days=1, max_uses=1)


def spoil(inside, space, owner, how):
    """Make a link that lets nobody in; returns its secret."""
    if how == "unknown":
        return "x" * 43
    if how == "absurdly long":
        return "x" * 100_000
    if how == "into an archived space":
        key = make_space(inside, "Old", archived_at=PAST)
        return make_invitation(inside, key, owner)[1]
    if how == "revoked":
        key, token = make_invitation(inside, space, owner)
        revoke_invitation(acting(owner), key)
        return token
    more = {"expired": {"expires_at": PAST}, "used up": {"uses": 3, "max_uses": 3}}[how]
    return make_invitation(inside, space, owner, **more)[1]


SPOILT = ["unknown", "absurdly long", "revoked", "expired", "used up", "into an archived space"]


@pytest.mark.parametrize("how", SPOILT)
def test_a_link_that_does_not_work_is_not_found_whatever_the_reason(inside, space, owner, ana, how):
    token = spoil(inside, space, owner, how)
    for who in (ana, None):
        link = link_behind(acting(who), token)
        assert link.used_up if how == "used up" else link is None
    with pytest.raises(NotFound) as error:
        accept_invitation(acting(ana), token)
    assert error.value.as_problem() == {
        "type": "about:blank",
        "title": "This invitation cannot be used any more.",
        "status": 404,
        "code": "not_found",
    }
    before = count(User)
    with pytest.raises(NotFound):
        register_and_join(acting(new_key()), token, **NEWCOMER)
    assert count(User) == before


def test_nobody_signed_in_accepts_nothing(inside, space, owner):
    _key, token = make_invitation(inside, space, owner)
    with pytest.raises(Unauthenticated):
        accept_invitation(acting(None), token)


def test_a_member_uses_nothing_up_and_keeps_their_role(inside, space, owner, ana):
    key, token = make_invitation(inside, space, owner, role=ORGANISER, max_uses=1)
    join(inside, space, ana, OBSERVER)
    assert accept_invitation(acting(ana), token).role is OBSERVER
    assert uses(key) == 0
    assert link_behind(acting(ana), token).member


def test_who_joined_by_the_last_use_may_open_the_link_again(inside, space, owner, ana):
    key, token = make_invitation(inside, space, owner, max_uses=1)
    first = accept_invitation(acting(ana), token)
    assert accept_invitation(acting(ana), token).id == first.id
    assert uses(key) == 1
    with pytest.raises(NotFound):
        accept_invitation(acting(make_user(inside, "Late")), token)


def test_a_removed_member_comes_back_by_a_new_link_but_not_by_an_old_one(inside, space, owner, ana):
    old_key, old = make_invitation(inside, space, owner)
    accept_invitation(acting(ana), old)
    remove_member(acting(owner), space, ana)
    assert link_behind(acting(ana), old) is None
    with pytest.raises(NotFound):
        accept_invitation(acting(ana), old)
    assert uses(old_key) == 1
    _key, new = make_invitation(inside, space, owner, role=OBSERVER)
    assert accept_invitation(acting(ana), new).role is OBSERVER


def test_who_is_shut_out_leaves_no_way_in_behind(inside, space, owner):
    org = make_user(inside, "Otto")
    join(inside, space, org, ORGANISER)
    _key, theirs = make_invitation(inside, space, org, role=ORGANISER)
    _key, other = make_invitation(inside, space, owner)
    switch_off_account(acting(None, origin="shell"), org)
    nia = acting(make_user(inside, "Nia"))
    assert link_behind(nia, theirs) is None
    with pytest.raises(NotFound):
        accept_invitation(nia, theirs)
    assert accept_invitation(nia, other).role is MEMBER
    switch_on_account(acting(None, origin="shell"), org)
    assert link_behind(acting(None), theirs) is None  # it was taken back, and is in the log


def test_a_link_made_while_its_maker_was_shut_out_lets_nobody_in(inside, space, owner):
    org = make_user(inside, "Otto", deactivated_at=PAST)
    join(inside, space, org, ORGANISER)
    _key, token = make_invitation(inside, space, org)
    nia = acting(make_user(inside, "Nia"))
    assert link_behind(nia, token) is None
    with pytest.raises(NotFound):
        accept_invitation(nia, token)


def test_revoking_twice_changes_nothing(inside, space, owner):
    key, _token = make_invitation(inside, space, owner)
    first = revoke_invitation(acting(owner), key).revoked_at
    assert revoke_invitation(acting(owner), key).revoked_at == first
    assert db.session.scalars(sa.select(EventRow.name)).all() == ["spaces.invitation_revoked"]


def test_a_newcomer_registers_and_joins_at_once(inside, space, owner):
    _key, token = make_invitation(inside, space, owner)
    ctx = acting(new_key())
    register_and_join(ctx, token, **NEWCOMER)
    assert role_in(acting(ctx.person), space) is MEMBER
    rows = db.session.execute(sa.select(EventRow.name, EventRow.actor_id).order_by(EventRow.id))
    assert rows.all() == [
        ("accounts.user_registered", ctx.person),
        ("spaces.member_joined", ctx.person),
    ]


def test_an_address_that_is_taken_uses_nothing_up(inside, space, owner):
    key, token = make_invitation(inside, space, owner)
    register_user(acting(new_key()), **NEWCOMER)
    with pytest.raises(Conflict):
        register_and_join(acting(new_key()), token, **{**NEWCOMER, "email": "NEW@example.org"})
    assert uses(key) == 0
    assert count(Membership) == 1


def test_the_database_itself_counts_no_further_than_the_limit(inside, space, owner):
    with pytest.raises(Conflict):
        make_invitation(inside, space, owner, uses=2, max_uses=1)
