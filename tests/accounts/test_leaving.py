"""Taking one's data along, and deleting one's account."""

import json

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.accounts import PASSWORD_HASH, make_token, make_user
from factories.discussions import make_thread
from factories.forms import send
from factories.spaces import join, make_invitation, make_space
from letters import link_in

from community.accounts.models import ApiToken, Profile, SignIn, User
from community.accounts.operations import change_profile, delete_account
from community.accounts.queries import DOORKEEPER, credentials
from community.discussions.models import ReadPointer
from community.discussions.operations import mark_read
from community.kernel.db import db
from community.kernel.errors import Conflict
from community.kernel.jobs import run_everything
from community.kernel.log import EventRow
from community.schema import METADATA
from community.spaces.models import Invitation, Membership, Role
from community.spaces.operations import accept_invitation

WORDS = "heron-words"


@pytest.fixture
def space(app):
    return make_space(app, "Cohort 9")


@pytest.fixture
def owner(app, space):
    made = make_user(app, "Olu Ade")
    join(app, space, made, Role.OWNER)
    return made


@pytest.fixture
def me(app, space, owner):
    made = make_user(app, "Ana Lima", email="ana@example.org", password_hash=PASSWORD_HASH)
    join(app, space, made, Role.MEMBER)
    return made


def downloaded(client):
    answer = client.get("/me/data.json")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert "attachment" in answer.headers["Content-Disposition"]
    return answer.json


def test_my_data_is_one_file_of_what_every_feature_holds(app, browse, space, me):
    with app.app_context():
        change_profile(acting(me), about=f"I keep {WORDS}.")
    make_thread(app, space, me, title="A question of mine", body=f"About {WORDS}?")
    told = downloaded(browse(me))
    assert told["accounts"]["account"]["email"] == "ana@example.org"
    assert told["accounts"]["profile"]["about"] == f"I keep {WORDS}."
    assert [each["space"] for each in told["spaces"]["memberships"]] == ["Cohort 9"]
    [post] = told["discussions"]["posts"]
    assert post["body"] == f"About {WORDS}?"
    assert {"accounts", "spaces", "discussions", "live", "cohorts", "progress"} <= told.keys()


def test_my_data_holds_no_secret_and_nothing_of_others(app, browse, space, owner, me):
    _key, secret = make_token(app, me)
    make_thread(app, space, owner, body="Somebody else's words.")
    text = json.dumps(downloaded(browse(me)))
    assert "Somebody else's words." not in text
    for hidden in ("argon2", "digest", "password", secret):
        assert hidden not in text


def test_every_table_that_points_at_a_person_is_thought_of():
    """A new table is named here once its feature says what becomes of it."""
    thought_of = {
        # told, and gone with the account
        *("profile", "portrait", "sign_in", "api_token", "passkey", "preference"),
        "push_device",
        *("certificate", "certificate_lead", "certificate_name", "read_pointer"),
        *("post_draft", "thread_level", "space_level", "block", "mention", "reaction"),
        *("ballot", "inbox_notice", "ledger_entry", "letter_times"),
        # gone with the account, and of no use to take along
        *("code_app", "recovery_code", "wrong_codes", "waiting_sign_in", "passkey_challenge"),
        *("email_proof", "reminder", "care", "file_allowance", "answer_news"),
        # told, and kept without a name
        *(
            "membership",
            "thread",
            "post",
            "attachment",
            "enrolment",
            "enrolment_move",
            "attendance",
        ),
        *("attendance", "room_message", "progress_decision", "nudge"),
        *("course_draft", "draft_module", "draft_activity"),
        *("moderation_case", "moderation_report", "moderation_decision", "moderation_appeal"),
        "moderation_act",  # who decided what stays, with no word about a person
        # what somebody did for a space: kept without a name
        *("completion_policy", "release_act", "assignment_extension", "submission", "quiz_attempt"),
        *("invitation", "course_version", "course", "live_session", "run", "schedule_news"),
        "run_earlier_version",
        *("hand", "presence"),
        *("mail_import", "mail_author"),
        "talk_export",
        *("feed_key", "reply_key", "address_trouble"),
    }
    pointing = {
        table.name
        for table in METADATA.sorted_tables
        for key in table.foreign_keys
        if key.column.table.name == "user_account"
    }
    assert pointing <= thought_of, pointing - thought_of


def test_a_deleted_account_leaves_words_without_a_name(app, browse, space, owner, me):
    thread = make_thread(app, space, me, title="A question", body="Who signs?")
    make_token(app, me)
    client = browse(me)
    answer = client.post("/me/delete", data={"sure": "1"})
    assert answer.status_code == 303
    assert client.get("/me").status_code == 302
    with app.app_context():
        user = db.session.get_one(User, me)
        assert (user.name, user.password_hash, user.face) == ("Former member", None, None)
        assert "ana" not in user.email
        assert credentials("ana@example.org") is None
        for model in (Profile, SignIn, ApiToken):
            assert not db.session.scalars(sa.select(model).where(model.user_id == me)).all()
        [membership] = db.session.scalars(sa.select(Membership).where(Membership.user_id == me))
        assert membership.ended_at is not None
        names = db.session.scalars(sa.select(EventRow.name).where(EventRow.actor_id == me)).all()
        assert "accounts.account_deleted" in names
    page = browse(owner).get(f"/threads/{thread}").text
    assert "Former member" in page
    assert "Who signs?" in page
    assert "Ana Lima" not in page


def test_how_far_one_read_is_told_and_gone_with_the_account(app, browse, space, owner, me):
    thread = make_thread(app, space, owner, title="A question", body="Who signs?")
    with app.app_context():
        mark_read(acting(me), thread, number=1)
        mark_read(acting(owner), thread, number=1)
    client = browse(me)
    [read] = downloaded(client)["discussions"]["read"]
    assert (read["space"], read["thread"], read["number"]) == ("Cohort 9", "A question", 1)
    client.post("/me/delete", data={"sure": "1"})
    with app.app_context():
        left = set(db.session.scalars(sa.select(ReadPointer.user_id)))
        assert left == {owner}


def test_the_last_address_hears_of_it_and_so_does_one_that_could_undo(app, browse, me, postbox):
    """Whoever took an account over would else delete it in silence."""
    thief = browse(me)
    send(thief, "/me/security", "/me/address", email="thief@new.example")
    path = link_in(app, postbox, "thief@new.example")
    send(thief, path, path)
    undo = link_in(app, postbox, "ana@example.org")
    postbox.letters.clear()
    thief.post("/me/delete", data={"sure": "1"})
    run_everything(app)
    assert "with your address was deleted" in postbox.text_to("thief@new.example")
    assert "link to have the address back works no more" in " ".join(
        postbox.text_to("ana@example.org").split()
    )
    assert browse(None).get(undo).status_code == 404
    assert "Ana Lima" not in "".join(letter.as_string() for letter in postbox.letters)


def test_the_address_is_free_again(app, browse, me):
    browse(me).post("/me/delete", data={"sure": "1"})
    make_user(app, "Ana Again", email="ana@example.org")


def test_the_page_says_first_what_stays(browse, me):
    page = browse(me).get("/me/delete").text
    assert "What you wrote in threads" in page
    assert "what was done in which activity and when, without your name" in page
    assert "cannot be taken back" in page


def test_nothing_is_deleted_by_half_a_word(app, browse, me):
    answer = browse(me).post("/me/delete", data={})
    assert answer.status_code == 422
    with app.app_context():
        assert db.session.get_one(User, me).name == "Ana Lima"


def test_the_only_owner_of_a_space_is_told_so_and_stays(app, browse, owner):
    client = browse(owner)
    assert "You are the only owner of Cohort 9." in client.get("/me/delete").text
    answer = client.post("/me/delete", data={"sure": "1"})
    assert answer.status_code == 409
    with app.app_context():
        assert db.session.get_one(User, owner).name == "Olu Ade"


def test_the_only_administrator_stays(app, me):
    admin = make_user(app, "Ada Min", admin=True)
    with app.app_context(), pytest.raises(Conflict, match="only administrator"):
        delete_account(acting(admin))
    make_user(app, "Bo Min", admin=True)
    with app.app_context():
        delete_account(acting(admin))


def test_invitations_that_named_somebody_forget_them(app, space, owner, me):
    sent, _secret = make_invitation(app, space, owner, email="ana@example.org", name="Ana")
    other = make_space(app, "Another")
    join(app, other, owner, Role.OWNER)
    used, secret = make_invitation(app, other, owner, email="a.lima@example.net", max_uses=1)
    with app.app_context():
        accept_invitation(acting(me), secret)
        delete_account(acting(me))
        for key in (sent, used):
            invitation = db.session.get_one(Invitation, key)
            assert (invitation.email, invitation.name) == (None, "")


def test_who_is_remembered_by_a_process_is_forgotten(app, browse, me):
    client = browse(me)
    client.get("/me")
    client.post("/me/delete", data={"sure": "1"})
    assert all(kept[1].id != me for kept in DOORKEEPER._kept.values())
