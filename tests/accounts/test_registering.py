"""Getting an account by the letter that proves an address."""

import datetime as dt

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from conftest import acting
from factories.accounts import PASSWORD, PASSWORD_HASH, make_user
from factories.forms import send
from letters import link_in

from community.accounts.models import Registration, RegistrationMode, User
from community.accounts.operations import change_site
from community.accounts.queries import registration_mode
from community.cli.main import community
from community.kernel.db import db
from community.kernel.errors import Forbidden
from community.kernel.jobs import run_everything
from community.kernel.operation import unit_of_work
from community.kernel.sweeping import sweep

NIA = {"name": "Nia New", "email": "Nia@Example.org", "password": PASSWORD, "zone": "Asia/Manila"}


@pytest.fixture
def open_to_all(app):
    with app.app_context():
        change_site(acting(None, admin=True), registration=RegistrationMode.OPEN)


def accounts(app):
    with app.app_context():
        return db.session.scalars(sa.select(User.email)).all()


def register(client, **typed):
    return send(client, "/register", "/register", **{**NIA, **typed})


@pytest.mark.usefixtures("open_to_all")
def test_in_the_same_browser_opening_the_letter_is_enough(app, browse, postbox):
    client = browse(None)
    answer = register(client)
    assert answer.status_code == 200
    assert "We have written to nia@example.org: open the letter to go on." in answer.text
    assert accounts(app) == []
    path = link_in(app, postbox, "nia@example.org")
    assert 'type="password"' not in client.get(path).text
    assert accounts(app) == []  # looking is not enough: mailboxes look at links themselves
    assert send(client, path, path).status_code == 303
    with app.app_context():
        nia = db.session.scalars(sa.select(User)).one()
        assert (nia.email, nia.name, nia.zone) == ("nia@example.org", "Nia New", "Asia/Manila")
        assert nia.email_verified_at is not None
    assert "Welcome, Nia New." in client.get("/me").text
    assert send(
        browse(None), "/sign-in", "/sign-in", email=NIA["email"], password=PASSWORD
    ).location


@pytest.mark.usefixtures("open_to_all")
def test_elsewhere_the_letter_asks_for_the_password_so_no_stranger_plants_one(app, browse, postbox):
    """A stranger typed the address of somebody else, and a password only they know."""
    register(browse(None))
    path = link_in(app, postbox, "nia@example.org")
    owner = browse(None)
    assert "Then somebody else typed your address" in owner.get(path).text
    assert send(owner, path, path).status_code == 422
    assert send(owner, path, path, password="what could it be").status_code == 422
    assert accounts(app) == []
    assert register(owner, password="nine loud gulls").status_code == 200
    mine = link_in(app, postbox, "nia@example.org")
    assert send(owner, mine, mine).status_code == 303
    assert (
        send(
            browse(None), "/sign-in", "/sign-in", email=NIA["email"], password=PASSWORD
        ).status_code
        == 422
    )
    assert browse(None).get(path).status_code == 404  # what the stranger asked for is gone


@pytest.mark.usefixtures("open_to_all")
def test_the_password_typed_at_first_opens_it_in_another_browser(app, browse, postbox):
    register(browse(None))
    path = link_in(app, postbox, "nia@example.org")
    phone = browse(None)
    assert send(phone, path, path, password=PASSWORD).status_code == 303
    assert phone.get("/me").status_code == 200
    assert phone.get(path).status_code == 404  # once


@pytest.mark.usefixtures("open_to_all")
def test_a_registration_waits_three_days_and_is_forgotten(app, browse, postbox):
    client = browse(None)
    register(client)
    path = link_in(app, postbox, "nia@example.org")
    with app.app_context(), unit_of_work(acting(None)):
        past = acting(None).now - dt.timedelta(seconds=1)
        db.session.execute(sa.update(Registration).values(expires_at=past))
    assert client.get(path).status_code == 404
    assert client.get("/register/" + "x" * 43).status_code == 404
    with app.app_context():
        assert sweep(acting(None)) >= 1
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Registration)) == 0


@pytest.mark.usefixtures("open_to_all")
def test_who_has_an_account_gets_another_letter_and_nothing_changes(app, browse, postbox):
    make_user(app, "Nia Old", email="nia@example.org", password_hash=PASSWORD_HASH)
    register(browse(None), password="nine loud gulls")
    run_everything(app)
    text = postbox.text_to("nia@example.org")
    assert "You have one already: sign in." in text
    assert "/reset" in text
    assert "/register/" not in text
    assert accounts(app) == ["nia@example.org"]


def test_without_an_invitation_nobody_registers_unless_it_is_open(app, browse):
    client = browse(None)
    assert "You get an account here when somebody invites you" in client.get("/register").text
    assert 'action="/register"' not in client.get("/register").text
    client.get("/sign-in")
    with app.app_context():
        assert registration_mode() is RegistrationMode.INVITATION
    assert "Make an account" not in client.get("/sign-in").text


@pytest.mark.parametrize("admin", [True, False])
def test_administrators_alone_change_settings(app, admin):
    user_id = make_user(app, admin=admin)
    with app.app_context():
        if admin:
            change_site(acting(user_id, admin=True), registration=RegistrationMode.CLOSED)
        else:
            with pytest.raises(Forbidden):
                change_site(acting(user_id), registration=RegistrationMode.OPEN)
        assert registration_mode() is (
            RegistrationMode.CLOSED if admin else RegistrationMode.INVITATION
        )


def test_the_command_line_shows_and_sets_them(app):
    def run(*args):
        answer = CliRunner().invoke(community, ["settings", *args], obj=lambda: app)
        assert answer.exit_code == 0, answer.output
        return answer.output

    assert run("show") == "registration: invitation\n"
    assert run("set", "--registration", "open") == "registration: open\n"
    assert run("show") == "registration: open\n"
    assert run("set", "--registration", "closed") == "registration: closed\n"


@pytest.mark.usefixtures("open_to_all")
@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("password123", "tried first"),
        ("Nia New 2026", "your name"),
        ("longtable2026", "the name of this network"),
        ("aaaaaaaaaaaa", "repeats itself"),
    ],
)
def test_a_weak_password_is_refused_with_the_reason_and_what_to_do(app, browse, password, words):
    answer = register(browse(None), password=password)
    assert answer.status_code == 422
    assert words in answer.text
    assert "Three or four words" in answer.text
    assert 'value="Nia New"' in answer.text
    with app.app_context():
        assert db.session.scalar(sa.select(Registration.id)) is None


def test_once_it_is_closed_a_letter_that_is_out_makes_no_account(app, browse, postbox, open_to_all):
    client = browse(None)
    register(client)
    path = link_in(app, postbox, "nia@example.org")
    with app.app_context():
        change_site(acting(None, admin=True), registration=RegistrationMode.CLOSED)
    answer = send(client, path, path)
    assert answer.status_code == 409
    assert "takes no new accounts at the moment" in answer.text
    assert accounts(app) == []
