"""Two who look after a space meet over one person; one writes, or comes in, at that moment."""

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.accounts import make_user
from factories.discussions import make_thread
from factories.moderation import take
from factories.spaces import join, make_invitation, make_space
from races.parallel import at_once, in_line

from community.accounts.models import User
from community.accounts.operations import delete_account, switch_off_account
from community.discussions.models import Post
from community.discussions.operations import post_reply
from community.kernel.db import db
from community.kernel.errors import Conflict, Forbidden, NotFound
from community.moderation.models import Decision
from community.moderation.operations import (
    answer_measure,
    appeal_decision,
    lift_measure,
    take_measure,
    take_measure_everywhere,
)
from community.moderation.rules import Lasts, Outcome, Reason
from community.spaces.models import Role
from community.spaces.operations import add_member, change_role
from community.spaces.policy import role_in, takes_part

pytestmark = pytest.mark.races

SAID = {"lasts": Lasts.DAY, "reason": Reason.UNKIND, "words": "Rest."}


@pytest.fixture
def space_id(app):
    return make_space(app)


@pytest.fixture
def leaders(app, space_id):
    made = [make_user(app, f"Organiser {n}") for n in range(3)]
    for who in made:
        join(app, space_id, who, Role.ORGANISER)
    return made


@pytest.fixture
def member(app, space_id):
    user_id = make_user(app, "Mia Example")
    join(app, space_id, user_id)
    return user_id


def errors(answers):
    return [type(a) for a in answers if isinstance(a, Exception)]


def test_those_who_silence_at_once_do_it_once_and_one_lifts_it(app, space_id, leaders, member):
    acts = [
        lambda who=who: take_measure(
            acting(who), space_id, member, outcome=Outcome.SILENCED, **SAID
        )
        for who in leaders
    ]
    assert errors(at_once(app, acts)) == [Conflict, Conflict]
    with app.app_context():
        decision = db.session.scalars(sa.select(Decision.id)).one()
        assert not takes_part(acting(member), space_id)
    acts = [lambda who=who: lift_measure(acting(who), decision) for who in leaders]
    assert errors(at_once(app, acts)) == [Conflict, Conflict]
    with app.app_context():
        assert takes_part(acting(member), space_id)


def test_who_becomes_an_owner_at_that_moment_is_not_kept_out(app, space_id, leaders, member):
    owner = make_user(app, "Olga Owner")
    join(app, space_id, owner, Role.OWNER)
    acts = [
        lambda: change_role(acting(owner), space_id, member, role=Role.OWNER),
        lambda: take_measure(
            acting(leaders[0]), space_id, member, outcome=Outcome.SUSPENDED, **SAID
        ),
    ]
    assert set(errors(at_once(app, acts))) <= {Forbidden}
    with app.app_context():
        assert role_in(acting(member), space_id) is Role.OWNER


def test_what_is_written_while_one_is_silenced_stands_or_is_refused(app, space_id, leaders, member):
    thread_id = make_thread(app, space_id, leaders[0])
    acts = [
        lambda: post_reply(acting(member), thread_id, body="One."),
        lambda: take_measure(
            acting(leaders[0]), space_id, member, outcome=Outcome.SILENCED, **SAID
        ),
        lambda: post_reply(acting(member), thread_id, body="Two."),
    ]
    answers = at_once(app, acts)
    assert not isinstance(answers[1], Exception)
    assert set(errors(answers)) <= {Forbidden}
    with app.app_context():
        stand = db.session.scalar(sa.select(sa.func.count()).where(Post.author_id == member))
        assert stand == sum(isinstance(answers[n], Post) for n in (0, 2))
        with pytest.raises(Forbidden):
            post_reply(acting(member), thread_id, body="Three.")


def test_who_comes_in_while_it_is_decided_everywhere_is_kept_out_too(app, space_id, member):
    office = make_user(app, "Admin Example", admin=True)
    hosts, spaces = [], []
    for number in range(3):
        spaces.append(make_space(app, slug=f"other-{number}"))
        hosts.append(make_user(app, f"Host {number}"))
        join(app, spaces[-1], hosts[-1], Role.OWNER)
    acts = [
        lambda host=host, place=place: add_member(acting(host), place, member, role=Role.MEMBER)
        for host, place in zip(hosts, spaces, strict=True)
    ]
    acts.insert(
        1,
        lambda: take_measure_everywhere(
            acting(office, admin=True), member, outcome=Outcome.SUSPENDED, **SAID
        ),
    )
    assert errors(at_once(app, acts)) == []
    with app.app_context():
        ctx = acting(member)
        assert [role_in(ctx, place) for place in (space_id, *spaces)] == [None] * 4


def test_a_second_look_and_lifting_at_once_leave_one_state(app, space_id, leaders, member):
    decision = take(app, space_id, leaders[0], member, Outcome.SUSPENDED)
    with app.app_context():
        appeal_decision(acting(member), decision, text="Look again.")
    acts = [
        lambda: answer_measure(acting(leaders[1]), decision, overturn=True),
        lambda: answer_measure(acting(leaders[2]), decision, overturn=False),
        lambda: lift_measure(acting(leaders[0]), decision),
    ]
    answers = at_once(app, acts)
    assert set(errors(answers)) <= {Conflict}
    assert sum(not isinstance(answer, Exception) for answer in answers[:2]) == 1
    with app.app_context():
        assert role_in(acting(member), space_id) is Role.MEMBER


def test_an_account_that_ends_while_it_is_decided_about_keeps_nobody_waiting_in_a_ring(
    app, space_id, leaders
):
    office = make_user(app, "Admin Example", admin=True)
    shut, gone = leaders[:2]
    for who in (shut, gone):
        make_invitation(app, space_id, who)
    ends = {
        shut: lambda: switch_off_account(acting(office, admin=True), shut),
        gone: lambda: delete_account(acting(gone)),
    }
    for who, end in ends.items():
        decide = lambda who=who: take_measure_everywhere(  # noqa: E731
            acting(office, admin=True), who, outcome=Outcome.SUSPENDED, **SAID
        )
        answers = in_line(app, sa.select(User.id).where(User.id == who), [end, decide])
        assert errors(answers) == ([] if who == shut else [NotFound])
    with app.app_context():
        about = db.session.scalars(sa.select(Decision.about_id)).all()
        assert about == [shut]
