"""The address of an account: proved, changed, and had back."""

import datetime as dt

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.accounts import (
    PASSWORD,
    PASSWORD_HASH,
    make_code_app,
    make_passkey,
    make_recovery_codes,
    make_sign_in,
    make_token,
    make_user,
)
from factories.forms import send
from letters import link_in

from community.accounts.models import CodeApp, EmailProof, Passkey, RecoveryCode, SignIn, User
from community.kernel.db import db
from community.kernel.jobs import run_everything
from community.kernel.operation import unit_of_work

OLD, NEW = "ana@example.org", "ana@new.example"
PAGE = "/me/security"


@pytest.fixture
def ana(app):
    return make_user(app, email=OLD, password_hash=PASSWORD_HASH)


def address(app, user_id):
    with app.app_context():
        user = db.session.get_one(User, user_id)
        return user.email, user.email_verified_at is not None


def change(client, email=NEW):
    return send(client, PAGE, "/me/address", email=email)


def test_an_address_is_proved_by_the_letter_to_it(app, browse, ana, postbox):
    client = browse(ana)
    assert "not confirmed yet" in client.get(PAGE).text
    assert send(client, PAGE, "/me/address/prove").status_code == 303
    path = link_in(app, postbox, OLD)
    assert client.get(path).status_code == 200
    assert address(app, ana) == (OLD, False)
    assert send(client, path, path).status_code == 303
    assert address(app, ana) == (OLD, True)
    assert "not confirmed yet" not in client.get(PAGE).text
    assert client.get(path).status_code == 404


def test_an_address_changes_once_the_new_one_is_proved(app, browse, ana, postbox):
    client = browse(ana)
    assert change(client, "  ANA@new.example ").status_code == 303
    assert f"We have written to {NEW}" in client.get(PAGE).text
    assert address(app, ana) == (OLD, False)
    path = link_in(app, postbox, NEW)
    assert send(client, path, path).status_code == 303
    assert address(app, ana) == (NEW, True)
    run_everything(app)
    assert "has another address now" in postbox.text_to(OLD)


@pytest.mark.parametrize("who", ["nobody", "another"])
def test_the_letter_is_of_no_use_to_who_did_not_ask(app, browse, ana, postbox, who):
    """Its reader may be the victim: nobody confirms an address for an account they are not in."""
    change(browse(ana))
    path = link_in(app, postbox, NEW)
    if who == "nobody":
        assert browse(None).get(path).status_code == 302
        return
    bo = browse(make_user(app, "Bo"))
    assert bo.get(path).status_code == 404
    assert bo.post(path).status_code == 404
    assert address(app, ana) == (OLD, False)


def test_an_address_that_is_taken_hears_of_it_and_the_page_does_not(app, browse, ana, postbox):
    make_user(app, "Bo", email="bo@example.org")
    client = browse(ana)
    taken = change(client, "bo@example.org")
    run_everything(app)
    assert "It belongs to" in postbox.text_to("bo@example.org")
    assert "/address/" not in postbox.text_to("bo@example.org")
    free = change(client)
    assert (taken.status_code, taken.location) == (free.status_code, free.location)
    assert address(app, ana) == (OLD, False)


def test_one_that_was_taken_meanwhile_is_not_given(app, browse, ana, postbox):
    client = browse(ana)
    change(client)
    path = link_in(app, postbox, NEW)
    make_user(app, "Bo", email=NEW)
    assert send(client, path, path).status_code == 303
    assert "cannot be used" in client.get(PAGE).text
    assert address(app, ana)[0] == OLD


def test_the_former_address_undoes_it_and_everything_ends(app, browse, ana, postbox):
    """Whoever changed it may know the password: that ends too."""
    thief = browse(ana)
    make_token(app, ana)
    change(thief)
    path = link_in(app, postbox, NEW)
    send(thief, path, path)
    undo = link_in(app, postbox, OLD)
    owner = browse(None)
    assert owner.get(undo).status_code == 200
    assert address(app, ana)[0] == NEW
    assert "choose another password" in send(owner, undo, undo).text
    assert address(app, ana) == (OLD, True)
    assert thief.get("/me").status_code == 302
    with app.app_context():
        assert db.session.scalar(sa.select(SignIn.id).where(SignIn.ended_at.is_(None))) is None
    wrong = send(browse(None), "/sign-in", "/sign-in", email=OLD, password=PASSWORD)
    assert wrong.status_code == 422
    reset = link_in(app, postbox, OLD)
    assert reset.startswith("/reset/")
    assert send(owner, reset, reset, password="nine loud gulls").status_code == 303
    assert owner.get(undo).status_code == 404


def test_what_a_thief_proved_themselves_by_goes_and_ones_own_stays(app, browse, ana, postbox):
    mine = make_passkey(app, ana, label="My own phone")
    make_code_app(app, ana)
    thief = browse(ana)
    change(thief)
    path = link_in(app, postbox, NEW)
    send(thief, path, path)
    undo = link_in(app, postbox, OLD)
    make_passkey(app, ana, label="A stranger's")
    send(thief, "/me/factors", "/me/factors/app/remove")
    make_code_app(app, ana)
    make_recovery_codes(app, ana)
    said = " ".join(send(browse(None), undo, undo).text.split())
    with app.app_context():
        assert db.session.scalars(sa.select(Passkey.id)).all() == [mine]
        assert db.session.scalars(sa.select(CodeApp.id)).all() == []
        assert db.session.scalars(sa.select(RecoveryCode.id)).all() == []
    gone, _middle, left = said.partition("What still opens your account")
    assert "What is taken away" in gone
    for words in ("One passkey", "An authenticator app", "10 recovery codes"):
        assert words in gone
    assert "One passkey" in left
    assert "authenticator app" not in left
    run_everything(app)
    subjects = [letter["Subject"] for letter in postbox.letters_to(OLD)]
    assert "A passkey was removed from your account" in subjects
    assert subjects.count("Your authenticator app is turned off") == 2  # one by the thief


def test_where_nothing_was_added_all_that_is_said_is_what_one_has(app, browse, ana, postbox):
    make_code_app(app, ana)
    codes = make_recovery_codes(app, ana)
    thief = browse(ana)
    change(thief)
    path = link_in(app, postbox, NEW)
    send(thief, path, path)
    undo = link_in(app, postbox, OLD)
    said = " ".join(send(browse(None), undo, undo).text.split())
    assert "An authenticator app" in said.partition("What still opens your account")[2]
    assert "taken away" not in said
    with app.app_context():
        assert len(db.session.scalars(sa.select(RecoveryCode.id)).all()) == len(codes)


def test_a_thief_who_begins_to_set_an_app_up_leaves_nothing_behind(app, browse, ana, postbox):
    thief = browse(ana)
    change(thief)
    path = link_in(app, postbox, NEW)
    send(thief, path, path)
    undo = link_in(app, postbox, OLD)
    send(thief, "/me/factors", "/me/factors/app/begin")
    send(browse(None), undo, undo)
    with app.app_context():
        assert db.session.scalars(sa.select(CodeApp.id)).all() == []


def test_undoing_works_for_a_week(app, browse, ana, postbox):
    client = browse(ana)
    change(client)
    path = link_in(app, postbox, NEW)
    send(client, path, path)
    undo = link_in(app, postbox, OLD)
    with app.app_context(), unit_of_work(acting(None)):
        later = acting(None).now - dt.timedelta(seconds=1)
        db.session.execute(sa.update(EmailProof).values(expires_at=later))
    assert browse(None).get(undo).status_code == 404


def test_a_changed_address_ends_the_link_for_a_lost_password(app, browse, ana, postbox):
    send(browse(None), "/reset", "/reset", email=OLD)
    lost = link_in(app, postbox, OLD)
    client = browse(ana)
    change(client)
    path = link_in(app, postbox, NEW)
    send(client, path, path)
    assert browse(None).get(lost).status_code == 404


def test_a_changed_password_ends_the_link_that_changes_the_address(app, browse, ana, postbox):
    """Whoever was at the open browser may have asked for it."""
    there, here = browse(ana), browse(ana)
    change(there)
    path = link_in(app, postbox, NEW)
    here.environ_base.pop("HTTP_X_CSRFTOKEN")
    form = {"password": PASSWORD, "new_password": "nine loud gulls"}
    assert send(here, PAGE, "/me/password", **form).status_code == 303
    assert here.get(path).status_code == 404
    assert address(app, ana)[0] == OLD


def test_a_password_chosen_by_letter_ends_it_too(app, browse, ana, postbox):
    change(browse(ana))
    path = link_in(app, postbox, NEW)
    send(browse(None), "/reset", "/reset", email=OLD)
    reset = link_in(app, postbox, OLD)
    assert send(browse(None), reset, reset, password="nine loud gulls").status_code == 303
    assert browse(ana).get(path).status_code == 404


@pytest.mark.parametrize("email", ["no address", "", OLD, "x" * 250 + "@example.org"])
def test_what_cannot_be_an_address_is_named(app, browse, ana, email):
    answer = change(browse(ana), email)
    assert answer.status_code == 422
    assert 'id="f-email-error"' in answer.text
    with app.app_context():
        assert db.session.scalar(sa.select(EmailProof.id)) is None


# ------------------------------------------------------------------ asked for a proof first


def stale(app, user_id):
    with app.app_context(), unit_of_work(acting(None)):
        long_ago = acting(None).now - dt.timedelta(minutes=16)
        db.session.execute(sa.update(SignIn).values(proved_at=long_ago))


def test_after_a_quarter_of_an_hour_the_password_is_asked_and_the_form_kept(
    app, browse, ana, postbox
):
    client = browse(ana)
    client.environ_base.pop("HTTP_X_CSRFTOKEN")
    stale(app, ana)
    held = send(client, PAGE, "/me/address", email=NEW)
    assert held.status_code == 403
    assert f'name="kept.email" value="{NEW}"' in held.text
    token = held.text.split('name="csrf_token" value="')[1].split('"')[0]
    form = {"csrf_token": token, "next": PAGE, "to": "/me/address", "kept.email": NEW}
    wrong = client.post("/prove", data={**form, "password": "not this one"})
    assert wrong.status_code == 422
    assert f'name="kept.email" value="{NEW}"' in wrong.text
    onward = client.post("/prove", data={**form, "password": PASSWORD})
    assert onward.status_code == 200
    assert 'action="/me/address"' in onward.text
    assert f'name="email" value="{NEW}"' in onward.text
    assert "password" not in onward.text.split("<main")[1].split("</main>")[0]
    token = onward.text.split('name="csrf_token" value="')[1].split('"')[0]
    assert client.post("/me/address", data={"csrf_token": token, "email": NEW}).status_code == 303
    assert link_in(app, postbox, NEW).startswith("/address/")


def test_another_address_is_confirmed_by_who_proves_to_be_its_owner(app, browse, ana, postbox):
    client = browse(ana)
    change(client)
    path = link_in(app, postbox, NEW)
    stale(app, ana)
    held = send(client, path, path)
    assert held.status_code == 403
    assert address(app, ana)[0] == OLD
    token = held.text.split('name="csrf_token" value="')[1].split('"')[0]
    form = {"csrf_token": token, "next": PAGE, "to": path, "password": PASSWORD}
    onward = client.post("/prove", data=form)
    assert f'action="{path}"' in onward.text
    token = onward.text.split('name="csrf_token" value="')[1].split('"')[0]
    assert client.post(path, data={"csrf_token": token}).status_code == 303
    assert address(app, ana) == (NEW, True)


def test_ones_own_address_is_proved_without_a_further_proof(app, browse, ana, postbox):
    client = browse(ana)
    send(client, PAGE, "/me/address/prove")
    path = link_in(app, postbox, OLD)
    stale(app, ana)
    assert send(client, path, path).status_code == 303
    assert address(app, ana) == (OLD, True)


def test_who_proves_it_for_a_page_is_led_back_and_nowhere_else(app, browse, ana):
    client = browse(ana)
    stale(app, ana)
    for given, led in (("/me/security", "/me/security"), ("//evil.example", PAGE)):
        stale(app, ana)
        page = client.get("/prove", query_string={"next": given})
        assert "evil" not in page.text
        answer = client.post("/prove", data={"next": given, "password": PASSWORD})
        assert answer.location == led
    assert client.get("/prove", query_string={"next": "/me"}).location == "/me"  # proved just now


def test_a_proof_is_of_one_browser(app, browse, ana):
    here, there = browse(ana), browse(ana)
    stale(app, ana)
    here.post("/prove", data={"password": PASSWORD})
    assert here.get("/prove").status_code == 303
    assert there.get("/prove").status_code == 200


def test_a_program_cannot_prove_anything(app, ana):
    make_sign_in(app, ana)
    _key, secret = make_token(app, ana)
    client = app.test_client()
    answer = client.post("/me/address", headers={"Authorization": f"Bearer {secret}"})
    assert answer.status_code in {400, 401}
