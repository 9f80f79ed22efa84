"""Letters of invitation: a list, what becomes of it, the letter, its answer, and once more."""

import datetime as dt
import re

import pytest
import sqlalchemy as sa
from conftest import NOW, acting
from factories.accounts import PASSWORD_HASH, make_user
from factories.spaces import join, make_invitation, make_letter, make_space
from letters import text_of

from community.accounts.models import User
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.errors import Conflict, Forbidden, NotFound, TooMany
from community.kernel.jobs import run_everything
from community.kernel.keys import new_key
from community.kernel.log import EventRow
from community.kernel.operation import unit_of_work
from community.kernel.outbox import OutboxRow
from community.spaces.models import Invitation, Role, Space
from community.spaces.operations import (
    accept_invitation,
    decline_invitation,
    invite_by_list,
    register_and_join,
    remove_member,
    resend_invitation,
    resend_unanswered,
    revoke_invitation,
    secret_of,
)
from community.spaces.queries import fates, letters_of, link_behind, tally
from community.spaces.rules import Fate, State, read_list, state_of

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


def invite(owner, space, text, **more):
    """Invite by list; returns the fates."""
    given = {"role": Role.MEMBER, "note": "", "beyond": False, **more}
    return [one.fate for one in invite_by_list(acting(owner), space, read_list(text), **given)]


def letters():
    rows = db.session.scalars(sa.select(Invitation).order_by(Invitation.id)).all()
    return {row.email: row for row in rows}


def later(who, passed):
    ctx = acting(who)
    return Context.begin(who, now=ctx.now + passed)


def link_in(letter):
    """Return the path and the secret of the link in a letter."""
    found = re.search(r"http://127\.0\.0\.1:8000(/join/(\S+))", text_of(letter))
    assert found, text_of(letter)
    return found[1], found[2]


def register(token, email="ana@example.org"):
    ctx = acting(new_key())
    register_and_join(
        ctx,
        token,
        email=email,
        name="Ana Lind",
        password_hash=PASSWORD_HASH,
        zone="UTC",
        language="en",
    )
    return ctx.actor_id


# ------------------------------------------------------------------ a list


def test_a_list_is_written_to_once_however_often_it_is_sent(inside, space, owner, postbox):
    text = "Ana Lind <ana@example.org>\nbo@example.org"
    assert invite(owner, space, text, note="You asked me.") == [Fate.INVITE] * 2
    assert invite(owner, space, text) == [Fate.INVITED] * 2
    run_everything(inside)
    assert len(postbox.letters) == 2
    [letter] = postbox.letters_to("ana@example.org")
    text = text_of(letter)
    assert letter["Subject"] == "Olga Owner invites you to Cohort 9"
    for words in ("Hello Ana Lind,", "You asked me.", "Eight weeks together", "Member: takes part"):
        assert words in text
    assert letters()["ana@example.org"].sent_at is not None


def test_the_secret_is_in_the_letter_and_nowhere_else(inside, space, owner, postbox):
    invite(owner, space, "ana@example.org")
    [row] = db.session.scalars(sa.select(OutboxRow)).all()
    run_everything(inside)
    _path, secret = link_in(postbox.letters[0])
    kept = letters()["ana@example.org"]
    assert secret == secret_of(kept.id)
    assert secret not in str(row.payload)
    assert "ana@example.org" not in str(row.payload)
    assert secret not in str(vars(kept))
    told = db.session.scalars(sa.select(EventRow.payload)).all()
    assert not any("ana@" in str(payload) or secret in str(payload) for payload in told)


def test_the_fates_are_the_same_whoever_has_an_account(inside, space, owner):
    make_user(inside, "Known Here", email="known@example.org")
    elsewhere = make_space(inside, "Elsewhere")
    join(inside, elsewhere, make_user(inside, "Bo", email="bo@example.org"))
    mia = make_user(inside, "Mia", email="mia@example.org")
    join(inside, space, mia)
    gone = make_user(inside, "Gone", email="gone@example.org")
    join(inside, space, gone, ended=True)
    text = "\n".join(f"{name}@example.org" for name in ("known", "bo", "stranger", "gone", "mia"))
    found = fates(acting(owner), space, read_list(text), role=Role.MEMBER)
    assert [one.fate for one in found] == [Fate.INVITE] * 4 + [Fate.MEMBER]


def test_who_accepted_under_another_address_is_a_member_by_the_invited_one(inside, space, owner):
    _key, token = make_letter(inside, space, owner, email="work@example.org")
    ana = register(token, email="home@example.org")
    found = fates(acting(owner), space, read_list("work@example.org"), role=Role.MEMBER)
    assert found[0].fate is Fate.MEMBER
    remove_member(acting(owner), space, ana)
    found = fates(acting(owner), space, read_list("work@example.org"), role=Role.MEMBER)
    assert found[0].fate is Fate.INVITE


def test_an_invitation_that_ran_out_makes_room_for_a_new_one(inside, space, owner):
    past = acting(None).now - DAY
    key, token = make_letter(inside, space, owner, email="ana@example.org", expires_at=past)
    assert invite(owner, space, "ana@example.org") == [Fate.INVITE]
    assert db.session.get(Invitation, key).revoked_at is not None
    assert link_behind(acting(None), token) is None


@pytest.mark.parametrize("role", [Role.FACILITATOR, Role.MEMBER, Role.OBSERVER])
def test_who_may_not_invite_writes_to_nobody(inside, space, owner, role):
    mia = make_user(inside, "Mia")
    join(inside, space, mia, role)
    with pytest.raises(Forbidden):
        invite(mia, space, "ana@example.org")
    with pytest.raises(Forbidden):
        fates(acting(mia), space, read_list("ana@example.org"), role=Role.MEMBER)
    with pytest.raises(NotFound):
        invite(make_user(inside, "Out"), space, "ana@example.org")
    assert letters() == {}


def test_an_organiser_makes_no_owner_by_letter(inside, space, owner):
    organiser = make_user(inside, "Ora")
    join(inside, space, organiser, Role.ORGANISER)
    assert invite(organiser, space, "ana@example.org, Ana, owner") == [Fate.ABOVE]
    assert invite(owner, space, "ana@example.org, Ana, owner") == [Fate.INVITE]
    with pytest.raises(Forbidden):
        resend_invitation(later(organiser, 2 * HOUR), letters()["ana@example.org"].id)


def test_an_archived_space_invites_nobody(inside, space, owner):
    ctx = acting(owner)
    key, token = make_letter(inside, space, owner, email="ana@example.org")
    with unit_of_work(ctx):
        db.session.get_one(Space, space).archived_at = ctx.now
    for refused in (
        lambda: invite(owner, space, "bo@example.org"),
        lambda: resend_invitation(acting(owner), key),
        lambda: resend_unanswered(acting(owner), space),
    ):
        with pytest.raises(Conflict):
            refused()
    with pytest.raises(NotFound):
        decline_invitation(acting(None), token)


# ------------------------------------------------------------------ a letter


def test_a_letter_taken_back_before_it_left_is_not_sent(inside, space, owner, postbox):
    invite(owner, space, "ana@example.org\nbo@example.org")
    revoke_invitation(acting(owner), letters()["ana@example.org"].id)
    run_everything(inside)
    assert [letter["To"] for letter in postbox.letters] == ["bo@example.org"]


def test_who_came_by_another_way_is_not_written_to(inside, space, owner, postbox):
    invite(owner, space, "ana@example.org")
    join(inside, space, make_user(inside, "Ana", email="ana@example.org"))
    run_everything(inside)
    assert postbox.letters == []
    assert resend_unanswered(later(owner, 2 * HOUR), space) == 0


def test_a_mailbox_that_does_not_exist_is_told(inside, space, owner, postbox):
    postbox.recipient_answer = "550 no such mailbox"
    invite(owner, space, "nobody@example.org")
    run_everything(inside)
    [row] = letters_of(acting(owner), space).items
    assert row[0].refused_at is not None
    assert resend_unanswered(later(owner, 2 * HOUR), space) == 0


def test_registering_by_a_letter_to_the_same_address_proves_it(inside, space, owner):
    _key, token = make_letter(inside, space, owner, email="ana@example.org")
    ana = register(token, email="Ana@example.org")
    assert db.session.get(User, ana).email_verified_at is not None


def test_registering_with_another_address_proves_nothing(inside, space, owner):
    key, token = make_letter(inside, space, owner, email="ana@example.org")
    ana = register(token, email="else@example.org")
    assert db.session.get(User, ana).email_verified_at is None
    assert db.session.get(Invitation, key).answered_by == ana


def test_a_letter_lets_one_person_in(inside, space, owner):
    key, token = make_letter(inside, space, owner, email="ana@example.org")
    ana, bo = make_user(inside, "Ana"), make_user(inside, "Bo")
    accept_invitation(acting(ana), token)
    assert accept_invitation(acting(ana), token).user_id == ana
    with pytest.raises(NotFound):
        accept_invitation(acting(bo), token)
    assert link_behind(acting(bo), token) is None
    [row] = letters_of(acting(owner), space, answered=True).items
    assert (row[0].id, row[1]) == (key, "Ana")


def test_a_letter_is_no_way_back_for_who_left(inside, space, owner):
    _key, token = make_letter(inside, space, owner, email="ana@example.org")
    ana = make_user(inside, "Ana")
    accept_invitation(acting(ana), token)
    remove_member(acting(ana), space, ana)
    with pytest.raises(NotFound):
        accept_invitation(acting(ana), token)
    assert link_behind(acting(ana), token) is None


def test_who_said_no_may_think_again_but_is_not_asked_again(inside, space, owner):
    _key, token = make_letter(inside, space, owner, email="ana@example.org")
    decline_invitation(acting(None), token)
    decline_invitation(acting(None), token)
    assert tally(acting(owner), space) == (0, 0, 1)
    assert invite(owner, space, "ana@example.org") == [Fate.DECLINED]
    with pytest.raises(Conflict):
        resend_invitation(later(owner, 2 * HOUR), letters()["ana@example.org"].id)
    declined = sa.select(sa.func.count()).where(EventRow.name == "spaces.invitation_declined")
    assert db.session.scalar(declined) == 1
    accept_invitation(acting(make_user(inside, "Ana")), token)
    assert tally(acting(owner), space) == (0, 1, 0)


def test_a_plain_link_cannot_be_declined(inside, space, owner):
    _key, token = make_invitation(inside, space, owner)
    with pytest.raises(NotFound):
        decline_invitation(acting(None), token)


# ------------------------------------------------------------------ once more


def test_a_letter_is_sent_again_at_most_once_an_hour(inside, space, owner, postbox):
    invite(owner, space, "ana@example.org")
    run_everything(inside)
    key = letters()["ana@example.org"].id
    with pytest.raises(TooMany):
        resend_invitation(later(owner, HOUR / 2), key)
    ctx = acting(owner)
    with unit_of_work(ctx):
        db.session.get_one(Invitation, key).last_sent_at = ctx.now - HOUR
    resend_invitation(acting(owner), key)
    run_everything(inside)
    first, second = postbox.letters
    assert link_in(first) == link_in(second)
    assert first["Message-ID"] != second["Message-ID"]
    assert db.session.get(Invitation, key, populate_existing=True).sent_count == 2


def test_all_who_have_not_answered_are_written_to_again(inside, space, owner):
    invite(owner, space, "ana@example.org\nbo@example.org\ncy@example.org\ndee@example.org")
    kept = letters()
    revoke_invitation(acting(owner), kept["bo@example.org"].id)
    decline_invitation(acting(None), secret_of(kept["cy@example.org"].id))
    assert resend_unanswered(later(owner, HOUR / 2), space) == 0
    assert resend_unanswered(later(owner, 2 * HOUR), space) == 2
    assert resend_unanswered(later(owner, 2 * HOUR), space) == 0


def test_sending_again_makes_a_letter_that_ran_out_work_again(inside, space, owner):
    past = acting(None).now - HOUR
    key, token = make_letter(inside, space, owner, email="ana@example.org", expires_at=past)
    assert link_behind(acting(None), token) is None
    resend_invitation(acting(owner), key)
    assert link_behind(acting(None), secret_of(key)) is not None


def test_a_link_is_not_sent_by_us(inside, space, owner):
    key, _token = make_invitation(inside, space, owner)
    with pytest.raises(Conflict):
        resend_invitation(acting(owner), key)


# ------------------------------------------------------------------ whoever invited is gone


@pytest.fixture
def organiser(app, space):
    user_id = make_user(app, "Omar Organiser")
    join(app, space, user_id, Role.ORGANISER)
    return user_id


def test_who_said_no_is_not_written_to_again_when_their_inviter_leaves(
    inside, space, owner, organiser
):
    _key, secret = make_letter(inside, space, organiser, email="ana@example.org")
    decline_invitation(acting(None), secret)
    remove_member(acting(owner), space, organiser)
    assert invite(owner, space, "ana@example.org") == [Fate.DECLINED]
    assert tally(acting(owner), space) == (0, 0, 1)
    with pytest.raises(NotFound):
        accept_invitation(acting(make_user(inside, "Ana Lima")), secret)


def test_who_accepted_is_counted_when_their_inviter_leaves(inside, space, owner, organiser):
    _key, secret = make_letter(inside, space, organiser, email="ana@example.org")
    accept_invitation(acting(make_user(inside, "Ana Lima")), secret)
    make_letter(inside, space, organiser, email="ben@example.org")
    remove_member(acting(owner), space, organiser)
    assert tally(acting(owner), space) == (0, 1, 0)


def test_who_invited_thousands_can_be_removed(inside, space, owner, organiser):
    ctx = acting(organiser)
    with unit_of_work(ctx):
        db.session.execute(
            sa.insert(Invitation),
            [
                {
                    "id": new_key(),
                    "space_id": space,
                    "role": Role.MEMBER,
                    "digest": f"{number:064d}",
                    "created_by": organiser,
                    "created_at": ctx.now,
                    "expires_at": ctx.now + DAY,
                    "max_uses": 1,
                    "email": f"n{number}@example.org",
                }
                for number in range(2_100)
            ],
        )
    remove_member(acting(owner), space, organiser)
    assert tally(acting(owner), space) == (0, 0, 0)
    [told] = db.session.scalars(
        sa.select(EventRow).where(EventRow.name == "spaces.invitations_revoked")
    )
    assert told.payload["number"] == 2_100


def test_a_link_that_is_taken_back_or_full_says_so():
    link = Invitation(max_uses=2, uses=1, expires_at=NOW + DAY)
    assert state_of(link, NOW) is State.OPEN
    link.uses = 2
    assert state_of(link, NOW) is State.USED_UP
    link.revoked_at = NOW
    assert state_of(link, NOW) is State.REVOKED
