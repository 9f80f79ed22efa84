"""Changing and ending memberships."""

import uuid

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.accounts import make_user
from factories.spaces import join, make_invitation, make_space

from community.accounts.models import User
from community.accounts.operations import delete_account
from community.kernel.db import db
from community.kernel.errors import Conflict, Forbidden, NotFound
from community.kernel.log import EventRow
from community.kernel.operation import unit_of_work
from community.kernel.revocation import Revocation
from community.spaces.models import Invitation, Membership, Role
from community.spaces.operations import (
    accept_invitation,
    add_member,
    change_role,
    create_invitation,
    remove_member,
)
from community.spaces.policy import role_in
from community.spaces.queries import members_by_rank, space_by_slug

OWNER, ORGANISER, FACILITATOR, MEMBER, OBSERVER = Role


@pytest.fixture
def space(inside):
    return make_space(inside)


@pytest.fixture
def someone(inside, space):
    def make(role, name="Ana Lind"):
        user_id = make_user(inside, name)
        join(inside, space, user_id, role)
        return user_id

    return make


def people_in(ctx, space_id):
    return members_by_rank(ctx, space_id).items


def events():
    return db.session.scalars(sa.select(EventRow.name).order_by(EventRow.id)).all()


def test_a_member_is_given_another_role(space, someone):
    boss, ana = someone(ORGANISER), someone(MEMBER)
    assert change_role(acting(boss), space, ana, role=FACILITATOR).role is FACILITATOR
    assert role_in(acting(ana), space) is FACILITATOR
    [row] = db.session.scalars(sa.select(EventRow))
    assert row.payload == {
        "space_id": str(space),
        "user_id": str(ana),
        "role": "facilitator",
        "former_role": "member",
    }


def test_the_same_role_again_is_no_event(space, someone):
    boss, ana = someone(ORGANISER), someone(MEMBER)
    change_role(acting(boss), space, ana, role=MEMBER)
    assert events() == []


@pytest.mark.parametrize("actor", [FACILITATOR, MEMBER, OBSERVER])
def test_who_does_not_organise_changes_and_removes_nobody(space, someone, actor):
    me, ana = someone(actor), someone(OBSERVER)
    with pytest.raises(Forbidden):
        change_role(acting(me), space, ana, role=OBSERVER)
    with pytest.raises(Forbidden):
        remove_member(acting(me), space, ana)
    assert events() == []


@pytest.mark.parametrize("role", [OWNER, ORGANISER])
def test_nobody_lifts_themselves_above_their_role(space, someone, role):
    someone(OWNER)
    me = someone(ORGANISER)
    if role is OWNER:
        with pytest.raises(Forbidden):
            change_role(acting(me), space, me, role=role)
    else:
        assert change_role(acting(me), space, me, role=role).role is ORGANISER


def test_an_outsider_learns_nothing_by_trying(space, someone, inside):
    ana, outsider = someone(OWNER), make_user(inside, "Out")
    seen, unseen = [], []
    for space_id, said in ((space, seen), (uuid.uuid4(), unseen)):
        for act in (
            lambda key: change_role(acting(outsider), key, ana, role=MEMBER),
            lambda key: remove_member(acting(outsider), key, ana),
            lambda key: add_member(acting(outsider), key, outsider, role=OWNER),
            lambda key: create_invitation(acting(outsider), key, role=MEMBER, days=1, max_uses=1),
        ):
            with pytest.raises(NotFound) as error:
                act(space_id)
            said.append(error.value.as_problem())
    assert seen == unseen


@pytest.mark.parametrize("act", ["leaves", "steps down"])
def test_the_last_owner_stays(space, someone, act):
    owner = someone(OWNER)
    someone(ORGANISER)

    def go():
        if act == "leaves":
            remove_member(acting(owner), space, owner)
        else:
            change_role(acting(owner), space, owner, role=MEMBER)

    with pytest.raises(Conflict):
        go()
    assert role_in(acting(owner), space) is OWNER
    assert events() == []
    someone(OWNER)
    go()  # refused for no other reason
    assert role_in(acting(owner), space) in {None, MEMBER}


def test_an_owner_whose_account_is_switched_off_looks_after_nothing(space, someone):
    owner, away = someone(OWNER), someone(OWNER)
    off = sa.update(User).where(User.id == away)
    with unit_of_work(acting(None)):
        db.session.execute(off.values(deactivated_at=acting(None).now))
    with pytest.raises(Conflict):
        remove_member(acting(owner), space, owner)
    with pytest.raises(Conflict):
        delete_account(acting(owner))
    remove_member(acting(owner), space, away)
    assert role_in(acting(owner), space) is OWNER


def test_a_removed_member_is_out_at_once_and_everywhere(space, someone, inside):
    boss, ana = someone(ORGANISER), someone(MEMBER)
    slug = space_by_slug(acting(ana), f"space-{space.hex[-8:]}").slug
    remove_member(acting(boss), space, ana)
    assert role_in(acting(ana), space) is None
    with pytest.raises(NotFound):
        space_by_slug(acting(ana), slug)
    assert people_in(acting(ana), space) == []
    assert [row.user_id for row in people_in(acting(boss), space)] == [boss]
    [row] = db.session.scalars(sa.select(Revocation))
    assert (row.user_id, row.space_id, row.sign_in_id) == (ana, space, None)
    assert events() == ["spaces.member_removed"]


def test_removing_twice_finds_nobody(space, someone):
    boss, ana = someone(ORGANISER), someone(MEMBER)
    remove_member(acting(boss), space, ana)
    with pytest.raises(NotFound):
        remove_member(acting(boss), space, ana)


@pytest.mark.parametrize("role", [ORGANISER, FACILITATOR, MEMBER, OBSERVER])
def test_anybody_may_leave(space, someone, role):
    someone(OWNER)
    me = someone(role)
    remove_member(acting(me), space, me)
    assert role_in(acting(me), space) is None


@pytest.mark.parametrize("act", ["removed", "demoted"])
def test_the_links_of_somebody_who_may_not_invite_any_more_stop_working(
    space, someone, inside, act
):
    owner, organiser = someone(OWNER), someone(ORGANISER)
    _row, token = create_invitation(acting(organiser), space, role=ORGANISER, days=9, max_uses=9)
    if act == "removed":
        remove_member(acting(owner), space, organiser)
    else:
        change_role(acting(owner), space, organiser, role=MEMBER)
    with pytest.raises(NotFound):
        accept_invitation(acting(make_user(inside, "Friend")), token)
    assert events().count("spaces.invitations_revoked") == 1


def test_links_of_others_go_on_when_one_is_removed(space, someone, inside):
    owner, organiser = someone(OWNER), someone(ORGANISER)
    _row, token = create_invitation(acting(owner), space, role=MEMBER, days=9, max_uses=9)
    remove_member(acting(owner), space, organiser)
    assert accept_invitation(acting(make_user(inside, "Friend")), token).role is MEMBER


def test_a_member_is_added_and_brought_back_in_one_row(space, someone, inside):
    owner, ana = someone(OWNER), make_user(inside)
    first = add_member(acting(owner), space, ana, role=MEMBER)
    assert add_member(acting(owner), space, ana, role=ORGANISER).role is MEMBER  # stays as they are
    remove_member(acting(owner), space, ana)
    again = add_member(acting(owner), space, ana, role=OBSERVER)
    assert (again.id, again.role, again.ended_at) == (first.id, OBSERVER, None)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Membership)) == 2
    assert events().count("spaces.member_joined") == 2


@pytest.mark.parametrize("who", ["nobody known", "deactivated"])
def test_only_somebody_with_an_account_is_added(space, someone, inside, who):
    owner = someone(OWNER)
    gone = make_user(inside, "Gone", deactivated_at=acting(None).now)
    with pytest.raises(NotFound):
        add_member(
            acting(owner), space, gone if who == "deactivated" else uuid.uuid4(), role=MEMBER
        )


def test_members_are_listed_owners_first_then_by_name(space, someone):
    for role, name in ((MEMBER, "Bo"), (OWNER, "Zoe"), (MEMBER, "Ana"), (FACILITATOR, "Mia")):
        someone(role, name)
    me = someone(OBSERVER, "Ola")
    assert [row.name for row in people_in(acting(me), space)] == [
        "Zoe",
        "Mia",
        "Ana",
        "Bo",
        "Ola",
    ]


def test_an_invitation_made_by_another_for_another_space_is_left_alone(space, someone, inside):
    owner, organiser = someone(OWNER), someone(ORGANISER)
    elsewhere = make_space(inside, "Elsewhere")
    join(inside, elsewhere, organiser, OWNER)
    key, _token = make_invitation(inside, elsewhere, organiser)
    remove_member(acting(owner), space, organiser)
    assert db.session.get_one(Invitation, key).revoked_at is None
