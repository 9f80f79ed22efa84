"""An announcement reaches everybody of its space, once, unless they stopped it or have read it."""

import pytest
from conftest import acting
from factories.accounts import drawing, make_user
from factories.attachments import attach
from factories.spaces import join, make_space
from letters import text_of

from community.accounts.models import User
from community.correspondence.operations import stop_letters
from community.correspondence.queries import stop_token, stopped
from community.correspondence.rules import LetterKind, Topic
from community.discussions.models import ThreadKind
from community.discussions.operations import mark_read, start_thread
from community.kernel import jobs
from community.kernel.context import clock
from community.kernel.db import db
from community.kernel.jobs import run_everything
from community.notifications.queries import audience
from community.spaces.models import Role
from community.spaces.operations import remove_member


@pytest.fixture
def space(app):
    return make_space(app, "Cohort 9")


@pytest.fixture
def organiser(app, space):
    return person(app, space, "Olu Ade", Role.OWNER)


@pytest.fixture
def member(app, space):
    return person(app, space, "Ana Lima", Role.MEMBER)


def person(app, space, name, role):
    made = make_user(app, name)
    join(app, space, made, role)
    return made


def address(app, user_id):
    with app.app_context():
        return db.session.get_one(User, user_id).email


def announce(app, space, by, title="We begin on Monday", body="Bring *one* question.", **more):
    with app.app_context():
        return start_thread(
            acting(by), space, **{"kind": ThreadKind.ANNOUNCEMENT, **more}, title=title, body=body
        ).id


def test_everybody_but_its_author_gets_it_once(app, postbox, space, organiser, member):
    observer = person(app, space, "Bo Chen", Role.OBSERVER)
    thread = announce(app, space, organiser)
    run_everything(app)
    assert sorted(letter["To"] for letter in postbox.letters) == sorted(
        f"{name} <{address(app, key)}>"
        for name, key in (("Ana Lima", member), ("Bo Chen", observer))
    )
    letter = postbox.letters_to(address(app, member))[0]
    assert letter["Subject"] == "Cohort 9: We begin on Monday"
    assert "Olu Ade announces in Cohort 9:" in text_of(letter)
    assert "> Bring *one* question." in text_of(letter)
    assert f"http://127.0.0.1:8000/threads/{thread}" in text_of(letter)
    assert "<em>one</em>" in letter.get_body(("html",)).get_content()


def test_a_picture_in_it_is_a_link_for_mail_programs_that_are_not_signed_in(
    app, postbox, space, organiser, member
):
    file = attach(app, space, organiser, "tea.png", drawing())
    announce(app, space, organiser, body=f"![Tea]({file['address']})")
    run_everything(app)
    html = postbox.letters_to(address(app, member))[0].get_body(("html",)).get_content()
    assert f'<a href="http://127.0.0.1:8000{file["address"]}">Picture: Tea</a>' in html
    assert f'src="http://127.0.0.1:8000{file["address"]}' not in html


def test_what_is_no_announcement_goes_to_nobody(app, postbox, space, organiser, member):
    announce(app, space, organiser, kind=ThreadKind.DISCUSSION)
    run_everything(app)
    assert postbox.letters == []


def test_who_stopped_announcements_gets_none(app, postbox, space, organiser, member):
    with app.app_context():
        stop_letters(acting(member), LetterKind.ANNOUNCEMENT)
    announce(app, space, organiser)
    run_everything(app)
    assert postbox.letters == []


@pytest.mark.parametrize("meanwhile", ["read", "removed", "stopped"])
def test_a_letter_is_looked_at_again_before_it_leaves(
    app, postbox, space, organiser, member, meanwhile
):
    thread = announce(app, space, organiser)
    with app.app_context():
        from_now_on = {
            "read": lambda: mark_read(acting(member), thread, number=1),
            "removed": lambda: remove_member(acting(organiser), space, member),
            "stopped": lambda: stop_letters(acting(member), LetterKind.ANNOUNCEMENT),
        }[meanwhile]
        # what was owed to everybody is owed to each now; the letters themselves still wait
        for row in jobs.relay_rows(acting(None)):
            jobs.do_row(row)
        from_now_on()
    run_everything(app)
    assert postbox.letters == []


def test_who_announces_and_is_removed_at_once_reaches_nobody(
    app, postbox, space, organiser, member
):
    helper = person(app, space, "Cy Ode", Role.FACILITATOR)
    announce(app, space, helper)
    with app.app_context():
        remove_member(acting(organiser), space, helper)
    run_everything(app)
    assert postbox.letters == []


def test_a_large_space_is_gone_through_in_batches_and_nobody_met_twice(app, space, organiser):
    people = {person(app, space, f"Member {n}", Role.MEMBER) for n in range(5)} | {organiser}
    met, after = [], None
    with app.app_context():
        while keys := audience(space, Topic.ANNOUNCEMENT, now=clock(), after=after, limit=2):
            assert len(keys) <= 2
            met += keys
            after = keys[-1]
    assert len(met) == len(people)
    assert set(met) == people


def test_addresses_in_an_announcement_are_whole(app, postbox, space, organiser, member):
    announce(app, space, organiser, body="See [the people](/s/cohort-9/people).")
    run_everything(app)
    html = postbox.letters[0].get_body(("html",)).get_content()
    assert 'href="http://127.0.0.1:8000/s/cohort-9/people"' in html


def test_one_click_in_a_mail_program_stops_them_without_signing_in(
    app, postbox, space, organiser, member
):
    announce(app, space, organiser)
    run_everything(app)
    [letter] = postbox.letters_to(address(app, member))
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = letter["List-Unsubscribe"].strip("<>").removeprefix("http://127.0.0.1:8000")
    stranger = app.test_client()
    assert stranger.get(link).status_code == 200  # looking stops nothing
    again = announce(app, space, organiser, title="Once more")
    run_everything(app)
    assert len(postbox.letters_to(address(app, member))) == 2
    answer = stranger.post(
        link, data={"List-Unsubscribe": "One-Click"}, content_type="multipart/form-data"
    )
    assert answer.status_code == 204
    announce(app, space, organiser, title="And again")
    run_everything(app)
    assert len(postbox.letters_to(address(app, member))) == 2
    assert again


def test_what_was_stopped_by_link_is_taken_up_again_there(app, space, organiser, member):
    with app.app_context():
        link = f"/letters/{stop_token(member, LetterKind.REMINDER)}"
    stranger = app.test_client()
    assert b"Stop these letters" in stranger.get(link).data
    answer = stranger.post(link, data={})
    assert answer.status_code == 303
    assert answer.headers["Cache-Control"] == "no-store"
    assert b"do not come any more" in stranger.get(link).data
    with app.app_context():
        assert stopped(acting(member)) == {LetterKind.REMINDER}
    stranger.post(link, data={"again": "1"})
    with app.app_context():
        assert stopped(acting(member)) == set()


@pytest.mark.parametrize("token", ["x", "WyIwIiwicmVtaW5kZXIiXQ.made-up", "a" * 3000])
def test_a_made_up_link_is_no_page_and_stops_nothing(app, token):
    assert app.test_client().get(f"/letters/{token}").status_code == 404
    assert app.test_client().post(f"/letters/{token}").status_code == 404
