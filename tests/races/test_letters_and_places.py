"""Letters answered by many at once, lists sent twice, and the last seat."""

import datetime as dt
import functools

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.accounts import make_user
from factories.cohorts import make_cohort
from factories.spaces import make_invitation, make_letter
from races.parallel import at_once

from community.cohorts.models import Enrolment, EnrolmentState, Run
from community.cohorts.operations import return_learner, withdraw_learner
from community.kernel.db import db
from community.kernel.errors import Conflict, NotFound, TooMany
from community.kernel.outbox import OutboxRow
from community.spaces.models import Invitation, Membership, Role
from community.spaces.operations import (
    JOB,
    accept_invitation,
    add_member,
    invite_by_list,
    resend_invitation,
    revoke_invitation,
)
from community.spaces.rules import Fate, read_list

pytestmark = pytest.mark.races

SEATS = 7


@pytest.fixture
def cohort(app):
    return make_cohort(app, capacity=SEATS)


def of(answers, kind):
    return [answer for answer in answers if isinstance(answer, kind)]


def count(model, *where):
    return db.session.scalar(sa.select(sa.func.count()).select_from(model).where(*where))


def seats_are_counted(app, cohort, taken):
    with app.app_context():
        run = db.session.get_one(Run, cohort.run_id)
        active = Enrolment.state != EnrolmentState.WITHDRAWN
        assert run.enrolled == count(Enrolment, Enrolment.run_id == run.id, active) == taken


def test_fifty_letters_and_links_answered_at_once_fill_the_seats_and_no_more(app, cohort):
    owner, space = cohort.organiser_id, cohort.space_id
    _key, link = make_invitation(app, space, owner, max_uses=50)
    letters = [
        make_letter(app, space, owner, email=f"p{number}@example.org")[1] for number in range(25)
    ]
    people = [make_user(app, f"Person {number}") for number in range(50)]
    tokens = [token for letter in letters for token in (letter, link)]

    answers = at_once(
        app,
        [
            functools.partial(accept_invitation, acting(who), token)
            for who, token in zip(people, tokens, strict=True)
        ],
    )

    assert len(of(answers, Membership)) == SEATS
    assert len(of(answers, Conflict)) == 50 - SEATS
    seats_are_counted(app, cohort, SEATS)
    with app.app_context():
        answered = count(Invitation, Invitation.answered_at.is_not(None))
        used = db.session.scalar(sa.select(sa.func.sum(Invitation.uses)))
        by_link = db.session.scalar(sa.select(Invitation.uses).where(Invitation.email.is_(None)))
        assert (answered + by_link, used) == (SEATS, SEATS)


def test_one_letter_opened_by_many_lets_one_in(app, cohort):
    key, token = make_letter(app, cohort.space_id, cohort.organiser_id, email="ana@example.org")
    people = [make_user(app, f"Person {number}") for number in range(20)]

    answers = at_once(
        app, [functools.partial(accept_invitation, acting(who), token) for who in people]
    )

    [membership] = of(answers, Membership)
    assert len(of(answers, NotFound)) == 19
    seats_are_counted(app, cohort, 1)
    with app.app_context():
        kept = db.session.get_one(Invitation, key)
        assert (kept.uses, kept.answered_by) == (1, membership.user_id)


def test_a_list_that_is_sent_by_two_at_once_reaches_nobody_twice(app, cohort):
    other = make_user(app, "Other Organiser")
    with app.app_context():
        add_member(acting(cohort.organiser_id), cohort.space_id, other, role=Role.ORGANISER)
    entries = read_list("\n".join(f"p{number}@example.org" for number in range(SEATS)))

    def send(who):
        return invite_by_list(acting(who), cohort.space_id, entries, role=Role.MEMBER)

    answers = at_once(
        app, [functools.partial(send, who) for who in (cohort.organiser_id, other)] * 4
    )

    invited = [one for judged in answers for one in judged if one.fate is Fate.INVITE]
    assert len(invited) == SEATS
    with app.app_context():
        assert count(Invitation) == SEATS
        assert count(OutboxRow, OutboxRow.job == JOB) == SEATS


def test_a_letter_sent_again_by_many_is_sent_once_and_never_after_it_was_taken_back(app, cohort):
    key, _token = make_letter(app, cohort.space_id, cohort.organiser_id, email="ana@example.org")
    again = functools.partial(resend_invitation, acting(cohort.organiser_id), key)
    back = functools.partial(revoke_invitation, acting(cohort.organiser_id), key)

    answers = at_once(app, [again] * 6 + [back])

    refused = of(answers, TooMany) + of(answers, Conflict)
    assert len(refused) in {5, 6}
    with app.app_context():
        kept = db.session.get_one(Invitation, key)
        assert kept.revoked_at is not None
        assert kept.sent_count == 7 - len(refused)
        assert count(OutboxRow, OutboxRow.job == JOB) == 6 - len(refused)


def test_who_is_brought_back_and_who_joins_do_not_take_the_last_seat_both(app, cohort):
    owner, space = cohort.organiser_id, cohort.space_id
    people = [make_user(app, f"Person {number}") for number in range(SEATS)]
    with app.app_context():
        for who in people:
            add_member(acting(owner), space, who, role=Role.MEMBER)
        places = sa.select(Enrolment.id).where(Enrolment.run_id == cohort.run_id)
        key = db.session.scalars(places.order_by(Enrolment.id)).first()
        withdraw_learner(acting(owner), key, reason="Ill.")
    _key, link = make_invitation(
        app, space, owner, created_at=acting(None).now + dt.timedelta(seconds=1)
    )
    newcomers = [make_user(app, f"Newcomer {number}") for number in range(9)]

    answers = at_once(
        app,
        [
            *(functools.partial(return_learner, acting(owner), key) for _time in range(3)),
            *(functools.partial(accept_invitation, acting(who), link) for who in newcomers),
        ],
    )

    assert len(of(answers, Membership)) in {0, 1}
    seats_are_counted(app, cohort, SEATS)
