"""One's second factors: set up, seen, used to prove who one is, and turned off."""

import datetime as dt
import re

import pytest
import sqlalchemy as sa
import time_machine
from click.testing import CliRunner
from conftest import acting, make_settings
from factories.accounts import (
    PASSWORD_HASH,
    code_now,
    make_code_app,
    make_passkey,
    make_recovery_codes,
    make_user,
)
from factories.forms import send
from letters import text_of

from community.accounts.letters.factors import app_removed
from community.accounts.models import CodeApp, Passkey, RecoveryCode, SignIn
from community.accounts.operations import make_reset_link, take_factors_away
from community.app import create_app
from community.cli.main import community
from community.kernel.db import db
from community.kernel.doors import is_strong, signed_in
from community.kernel.errors import Forbidden, Unauthenticated
from community.kernel.jobs import run_everything

APP = "/me/factors/app"
RECOVERY = "/me/factors/recovery-codes"
CODE = re.compile(r"[A-Z2-7]{4}(?:-[A-Z2-7]{4}){3}")


@pytest.fixture
def ana(app):
    return make_user(app, email="ana@example.org", password_hash=PASSWORD_HASH)


def begin(client):
    assert send(client, "/me/factors", APP + "/begin").location == APP
    page = client.get(APP)
    assert page.headers["Cache-Control"] == "no-store"
    return re.search(r'id="app-key"[^>]*>([^<]+)<', page.text)[1].replace(" ", "")


def rows(app, model):
    with app.app_context():
        return db.session.scalars(sa.select(model)).all()


def test_an_app_is_set_up_by_its_first_code_and_brings_recovery_codes(browse, app, ana, postbox):
    client = browse(ana)
    secret = begin(client)
    answer = send(client, APP, APP, code=f" {code_now(secret)[:3]} {code_now(secret)[3:]} ")
    codes = set(CODE.findall(answer.text))
    assert len(codes) == 10
    assert answer.headers["Cache-Control"] == "no-store"
    assert all(code not in client.get("/me/factors").text for code in codes)
    [sign_in] = rows(app, SignIn)
    assert sign_in.strong  # both were proved in this browser
    run_everything(app)
    [letter] = postbox.letters_to("ana@example.org")
    assert letter["Subject"] == "Your second step is on"


def test_the_secret_is_kept_sealed_and_codes_by_their_digest(browse, app, ana):
    client = browse(ana)
    secret = begin(client)
    answer = send(client, APP, APP, code=code_now(secret))
    [kept] = rows(app, CodeApp)
    assert secret not in kept.sealed
    told = CODE.findall(answer.text)[0]
    assert all(told not in row.digest and len(row.digest) == 64 for row in rows(app, RecoveryCode))


def test_the_picture_holds_no_style_of_its_own(browse, ana):
    client = browse(ana)
    begin(client)
    page = client.get(APP).text
    assert "<svg" in page
    assert "style=" not in page


def test_what_is_not_confirmed_does_not_count(browse, app, ana):
    client = browse(ana)
    begin(client)
    answer = send(client, APP, APP, code="000000")
    assert answer.status_code == 422
    assert 'id="f-code-error"' in answer.text
    assert [row.confirmed_at for row in rows(app, CodeApp)] == [None]
    assert "Go on setting it up" in client.get("/me/factors").text


def test_five_wrong_codes_hold_the_setting_up_too(browse, app, ana, postbox):
    client = browse(ana)
    with time_machine.travel(dt.datetime.now(dt.UTC), tick=False):
        secret = begin(client)
        for _try in range(5):
            send(client, APP, APP, code="000000")
        answer = send(client, APP, APP, code=code_now(secret))
        assert "Too many wrong codes" in answer.text
    assert [row.confirmed_at for row in rows(app, CodeApp)] == [None]
    run_everything(app)
    assert postbox.letters == []  # who mistypes what they set up is nobody's intruder


def test_a_second_app_needs_the_first_turned_off(browse, app, ana):
    make_code_app(app, ana)
    client = browse(ana)
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/me/factors").text)[1]
    assert client.post(APP + "/begin", data={"csrf_token": token}).location == "/me/factors"
    assert client.get(APP).location == "/me/factors"
    send(client, "/me/factors", APP + "/remove")
    assert rows(app, CodeApp) == []


def test_with_the_last_factor_its_recovery_codes_go(browse, app, ana, postbox):
    make_code_app(app, ana)
    make_passkey(app, ana)
    make_recovery_codes(app, ana)
    client = browse(ana)
    send(client, "/me/factors", APP + "/remove")
    assert len(rows(app, RecoveryCode)) == 10
    [key] = rows(app, Passkey)
    send(client, "/me/factors", f"/me/passkeys/{key.id}/remove")
    assert rows(app, RecoveryCode) == []
    run_everything(app)
    last = " ".join(text_of(postbox.letters_to("ana@example.org")[-1]).split())
    assert "your password alone opens your account" in last


def test_recovery_codes_are_made_anew_and_the_old_are_gone(browse, app, ana, postbox):
    make_code_app(app, ana)
    old = {row.digest for row in (make_recovery_codes(app, ana), rows(app, RecoveryCode))[1]}
    client = browse(ana)
    answer = send(client, "/me/factors", RECOVERY)
    assert len(set(CODE.findall(answer.text))) == 10
    assert not old & {row.digest for row in rows(app, RecoveryCode)}
    run_everything(app)
    assert "made anew" in postbox.letters_to("ana@example.org")[0]["Subject"]


def test_without_a_second_factor_there_are_no_recovery_codes(browse, app, ana):
    assert browse(ana).post(RECOVERY).status_code == 409


def test_the_file_holds_ones_own_codes_and_nothing_else(browse, app, ana):
    make_code_app(app, ana)
    codes = make_recovery_codes(app, ana)
    client = browse(ana)
    answer = client.post(RECOVERY + "/file", data={"codes": " ".join(codes)})
    assert answer.mimetype == "text/plain"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Cache-Control"] == "no-store"
    assert CODE.findall(answer.text) == codes
    bo = browse(make_user(app, "Bo"))
    for given in ("", "AAAA-BBBB-CCCC-DDDD", " ".join(codes)):
        assert bo.post(RECOVERY + "/file", data={"codes": given}).status_code == 422


def test_a_used_recovery_code_is_told_by_letter(browse, app, ana, postbox):
    make_code_app(app, ana)
    codes = make_recovery_codes(app, ana)
    client = browse(ana)
    answer = client.post("/prove/code", data={"code": codes[0], "next": "/me/factors"})
    assert answer.location == "/me/factors"
    run_everything(app)
    text = postbox.text_to("ana@example.org")
    assert "9 are left" in text
    assert codes[0] not in text


def test_a_wrong_code_proves_nothing(browse, app, ana):
    make_code_app(app, ana)
    answer = browse(ana).post("/prove/code", data={"code": "000000"})
    assert answer.status_code == 422
    assert 'id="f-code-error"' in answer.text


def test_what_changes_them_asks_for_a_recent_proof(browse, app, ana):
    key = make_passkey(app, ana)
    make_code_app(app, ana)
    with time_machine.travel(dt.datetime.now(dt.UTC) - dt.timedelta(hours=1)):
        client = browse(ana)
    for address in (APP + "/remove", RECOVERY, f"/me/passkeys/{key}/remove", "/me/tokens"):
        answer = client.post(address)
        assert answer.status_code == 403, address
        assert "Confirm that it is you" in answer.text
    assert len(rows(app, CodeApp)) == len(rows(app, Passkey)) == 1


def test_a_letter_about_a_factor_says_when_it_happened_however_late_it_goes(
    browse, app, ana, postbox
):
    then = dt.datetime(2031, 3, 3, 9, 0, tzinfo=dt.UTC)
    with time_machine.travel(then, tick=False):
        make_code_app(app, ana)
        send(browse(ana), "/me/factors", APP + "/remove")
    with time_machine.travel(then + dt.timedelta(hours=30), tick=False):
        run_everything(app)
    told = postbox.text_to("ana@example.org")
    assert "12:00" in told  # of Nairobi
    assert "3 Mar" in told


def test_a_letter_owed_from_before_events_told_when_is_written_all_the_same(app, ana, postbox):
    with app.app_context():
        app_removed(acting(None), user_id=str(ana), app_id=str(ana))
    assert "turned off" in postbox.text_to("ana@example.org")


def test_nobody_but_an_administrator_or_the_shell_helps_others_in(inside, ana):
    bo = make_user(inside, "Bo")
    make_passkey(inside, ana)
    for who in (ana, bo, None):
        for act in (take_factors_away, make_reset_link):
            with pytest.raises((Forbidden, Unauthenticated)):
                act(acting(who), ana)
    assert len(rows(inside, Passkey)) == 1
    take_factors_away(acting(None, origin="shell"), ana)
    assert rows(inside, Passkey) == []


def test_who_lost_everything_is_helped_at_the_command_line(app, ana, postbox):
    make_code_app(app, ana)
    make_passkey(app, ana)
    make_recovery_codes(app, ana)
    said = CliRunner().invoke(
        community,
        ["second-step", "remove", "--email", "ana@example.org", "--yes"],
        obj=lambda: app,
    )
    assert said.exit_code == 0, said.output
    assert rows(app, CodeApp) == rows(app, Passkey) == rows(app, RecoveryCode) == []
    run_everything(app)
    assert len(postbox.letters_to("ana@example.org")) == 2


def test_the_page_asks_the_same_whatever_one_has(browse, app, ana, count_queries):
    client = browse(ana)

    def statements():
        count_queries.clear()
        client.get("/me/factors")
        return len(count_queries)

    few = statements()
    make_code_app(app, ana)
    make_recovery_codes(app, ana)
    for _number in range(15):
        make_passkey(app, ana)
    assert statements() == few <= 10


@pytest.mark.parametrize(
    ("mode", "strong", "enough"),
    [("production", False, False), ("production", True, True), ("development", False, True)],
)
def test_only_where_it_is_for_real_a_sign_in_without_a_second_factor_is_not_enough(
    settings, tmp_path, app, ana, browse, mode, strong, enough
):
    made = create_app(make_settings(tmp_path, settings.database, mode=mode))
    made.add_url_rule("/far", "far", signed_in(lambda: str(is_strong())))
    client = made.test_client()
    with browse(ana).session_transaction() as mine, client.session_transaction() as theirs:
        theirs.update(mine)
    with app.app_context(), db.engines["write"].begin() as connection:
        connection.execute(sa.update(SignIn).values(strong=strong))
    assert client.get("/far").text == str(enough)
    with made.app_context():
        for engine in db.engines.values():
            engine.dispose()
