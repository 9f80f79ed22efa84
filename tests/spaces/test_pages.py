"""The people page and the way in, as a browser meets them."""

import re
import uuid

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.accounts import PASSWORD, PASSWORD_HASH, make_user
from factories.forms import send, without_token
from factories.spaces import join, make_invitation, make_space
from letters import link_in
from markupsafe import escape

from community.accounts.models import RegistrationMode, SignIn, User
from community.accounts.operations import change_site
from community.kernel.db import db
from community.kernel.jobs import run_everything
from community.spaces.models import Invitation, Membership, Role

OWNER, ORGANISER, FACILITATOR, MEMBER, OBSERVER = Role
NEWCOMER = {
    "name": "Nia New",
    "email": "Nia@Example.org",
    "password": "seven quiet herons",
    "zone": "Asia/Manila",
}


@pytest.fixture
def space(app):
    return make_space(app, "Cohort 9", slug="cohort-9", summary="Eight weeks together")


@pytest.fixture
def owner(app, space):
    user_id = make_user(app, "Olga Owner")
    join(app, space, user_id, OWNER)
    return user_id


@pytest.fixture
def someone(app, space):
    def make(role, name="Ana Lind"):
        user_id = make_user(app, name)
        join(app, space, user_id, role)
        return user_id

    return make


PEOPLE = "/spaces/cohort-9/people"
INVITE = "/spaces/cohort-9/invite"


def role_of(app, user_id):
    with app.app_context():
        return db.session.scalar(
            sa.select(Membership.role).where(
                Membership.user_id == user_id, Membership.ended_at.is_(None)
            )
        )


# ------------------------------------------------------------------ people


@pytest.mark.parametrize("role", list(Role))
def test_members_see_the_people_and_only_organisers_the_invitations(
    browse, owner, someone, app, space, role
):
    make_invitation(app, space, owner)
    client = browse(someone(role, "Mia Me"))
    page = client.get(PEOPLE)
    assert page.status_code == 200
    assert client.get(INVITE).status_code == (200 if role in {OWNER, ORGANISER} else 403)
    assert "Olga Owner" in page.text
    assert "Mia Me" in page.text
    may = role in {OWNER, ORGANISER}
    assert (f'href="{INVITE}"' in page.text) is may
    assert (f'action="/spaces/cohort-9/people/{owner}/role"' in page.text) is (role is OWNER)


def test_everybodys_forms_are_their_own_whatever_they_are_called(browse, owner, someone):
    called = 'Bo <b>& "Co", 00000000-0000-0000-0000-000000000000'
    everybody = [(someone(MEMBER, called), called, "member")]
    everybody += [(someone(OBSERVER, name), name, "observer") for name in ("Ana Lind", "Cy Chen")]
    page = browse(owner).get(PEOPLE).text
    for user_id, name, role in everybody:
        forms = page.partition(f'action="{PEOPLE}/{user_id}/role"')[2].partition("</details>")[0]
        assert f'<label for="role-{user_id}">Role of {escape(name)}</label>' in forms
        assert f'<option value="{role}" selected>' in forms
        assert f'action="{PEOPLE}/{user_id}/remove"' in forms
        assert f"Remove {escape(name)}? They lose all access" in forms


def test_the_page_is_as_absent_for_outsiders_as_one_that_is_not(browse, app, space, owner):
    outsider = browse(make_user(app, "Out"))
    hidden, missing = outsider.get(PEOPLE), outsider.get("/spaces/nothing/people")
    assert hidden.status_code == missing.status_code == 404
    assert without_token(hidden) == without_token(missing)


def test_nobody_signed_in_is_asked_to_sign_in_first(browse, space):
    answer = browse(None).get(PEOPLE)
    assert answer.status_code == 302
    assert answer.location == "/sign-in?next=/spaces/cohort-9/people"


def test_a_space_without_invitations_says_so_kindly(browse, owner):
    assert "No join link is open" in browse(owner).get(INVITE).text


def test_an_organiser_changes_a_role(browse, app, owner, someone):
    ana = someone(MEMBER)
    answer = send(browse(owner), PEOPLE, f"{PEOPLE}/{ana}/role", role="facilitator")
    assert (answer.status_code, answer.location) == (303, PEOPLE)
    assert role_of(app, ana) is FACILITATOR


def test_a_role_nobody_has_is_refused(browse, app, owner, someone):
    ana = someone(MEMBER)
    answer = send(browse(owner), PEOPLE, f"{PEOPLE}/{ana}/role", role="emperor")
    assert answer.status_code == 422
    assert role_of(app, ana) is MEMBER


def test_a_member_who_forges_the_form_is_refused(browse, app, owner, someone):
    ana, mia = someone(MEMBER), someone(MEMBER, "Mia")
    for action, typed in (
        (f"{PEOPLE}/{ana}/role", {"role": "observer"}),
        (f"{PEOPLE}/{ana}/remove", {}),
    ):
        assert browse(mia).post(action, data=typed).status_code == 403
    assert browse(mia).post("/spaces/cohort-9/invitations").status_code == 403
    assert role_of(app, ana) is MEMBER


def test_without_a_csrf_token_nothing_changes(browse, app, owner, someone):
    ana, client = someone(MEMBER), browse(owner)
    client.environ_base.pop("HTTP_X_CSRFTOKEN")
    assert client.post(f"{PEOPLE}/{ana}/remove").status_code == 400
    assert role_of(app, ana) is MEMBER


def test_an_organiser_removes_a_member_who_then_sees_nothing(browse, app, owner, someone):
    ana = someone(MEMBER)
    hers = browse(ana)
    assert hers.get(PEOPLE).status_code == 200
    answer = send(browse(owner), PEOPLE, f"{PEOPLE}/{ana}/remove")
    assert answer.status_code == 303
    assert hers.get(PEOPLE).status_code == 404


def test_one_leaves_and_goes_home(browse, app, owner, someone):
    ana = someone(OBSERVER)
    answer = send(browse(ana), PEOPLE, f"{PEOPLE}/{ana}/remove")
    assert answer.status_code == 303
    assert answer.location != PEOPLE
    assert role_of(app, ana) is None


def test_the_last_owner_is_told_what_to_do_first(browse, app, owner):
    client = browse(owner)
    page = client.get(PEOPLE).text
    assert "You are the only owner of" in page
    assert "Leave this space" not in page
    answer = client.post(f"{PEOPLE}/{owner}/remove")
    assert answer.status_code == 409
    assert "Make somebody else an owner first" in answer.text
    assert role_of(app, owner) is OWNER


def test_the_people_page_turns_its_pages(browse, app, owner, someone):
    for number in range(60):
        someone(MEMBER, f"Person {number:02}")
    client = browse(owner)
    first = client.get(PEOPLE)
    assert "Person 48" in first.text
    assert "Person 49" not in first.text
    onward = re.search(r'rel="next" href="([^"]+)"', first.text)[1].replace("&amp;", "&")
    second = client.get(onward)
    assert "Person 49" in second.text
    assert "Person 48" not in second.text
    back = re.search(r'rel="prev" href="([^"]+)"', second.text)[1].replace("&amp;", "&")
    assert "Olga Owner" in client.get(back).text


def test_a_page_of_the_list_that_is_none_is_refused(browse, owner):
    assert browse(owner).get(f"{PEOPLE}?page=rubbish").status_code == 422


def test_the_people_page_asks_as_much_for_many_as_for_few(
    browse, app, space, owner, someone, count_queries
):
    client = browse(owner)

    def statements():
        client.get(PEOPLE)  # how far each space of the rail is, is remembered for a minute
        count_queries.clear()
        assert client.get(PEOPLE).status_code == 200
        return len(count_queries)

    someone(MEMBER)
    make_invitation(app, space, owner)
    few = statements()
    for number in range(40):
        make_invitation(app, space, someone(ORGANISER, f"Person {number}"))
        join(app, make_space(app), owner, MEMBER)
    assert statements() == few <= 8


def test_the_rail_lists_my_spaces_and_no_others(browse, app, owner):
    make_space(app, "Not mine")
    archived = make_space(app, "Long over", archived_at=sa.func.now())
    join(app, archived, owner)
    rail = browse(owner).get(PEOPLE).text.partition("<main")[0]
    assert "Cohort 9" in rail
    assert "Not mine" not in rail
    assert "Long over" not in rail


# ------------------------------------------------------------------ inviting


INVITATIONS = "/spaces/cohort-9/invitations"


def link_on(page):
    """Return the path of the link that a page shows, None where it shows none."""
    found = re.search(r'id="invitation-link">http://127.0.0.1:8000(/join/[^<]+)<', page.text)
    return found and found[1]


def test_a_fresh_link_is_shown_once_and_works(browse, app, owner):
    client = browse(owner)
    made = send(client, INVITE, INVITATIONS, role="observer", days="3", max_uses="2")
    assert (made.status_code, made.location) == (303, INVITE)
    assert made.headers["Cache-Control"] == "no-store"
    shown = client.get(INVITE)
    assert shown.headers["Cache-Control"] == "no-store"
    path = link_on(shown)
    again = client.get(INVITE)
    assert path not in again.text
    assert "0 of 2 people have joined" in again.text
    with client.session_transaction() as kept:
        assert path.removeprefix("/join/") not in str(dict(kept))
    assert browse(None).get(path).status_code == 200


def test_reloading_the_page_that_shows_a_link_makes_no_second_one(browse, app, owner):
    client = browse(owner)
    send(client, INVITE, INVITATIONS, role="member", days="3", max_uses="2")
    client.get(INVITE)
    client.get(INVITE)
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Invitation)) == 1


def test_a_fresh_link_is_not_shown_on_the_page_of_another_space(browse, app, owner):
    other = make_space(app, "Cohort 10", slug="cohort-10")
    join(app, other, owner, OWNER)
    client = browse(owner)
    send(client, INVITE, INVITATIONS, role="member", days="3", max_uses="2")
    assert link_on(client.get("/spaces/cohort-10/invite")) is None
    assert link_on(client.get(INVITE)) is not None


def test_the_address_of_a_refused_invitation_leads_back_to_inviting(browse, owner):
    answer = browse(owner).get(INVITATIONS)
    assert answer.location == f"{INVITE}#link"


def test_a_wrong_invitation_is_told_beside_its_field_and_keeps_what_was_typed(browse, app, owner):
    answer = send(
        browse(owner),
        INVITE,
        "/spaces/cohort-9/invitations",
        role="member",
        days="0",
        max_uses="77",
    )
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert 'value="77"' in answer.text
    with app.app_context():
        assert db.session.scalar(sa.select(Invitation.id)) is None


def test_an_invitation_is_revoked(browse, app, space, owner):
    key, token = make_invitation(app, space, owner)
    answer = send(browse(owner), INVITE, f"/invitations/{key}/revoke")
    assert answer.location == INVITE
    assert browse(None).get(f"/join/{token}").status_code == 404


def test_invitations_of_elsewhere_are_not_there_to_be_revoked(browse, app, space, owner):
    key, _token = make_invitation(app, space, owner)
    elsewhere = make_space(app, "Elsewhere")
    other = make_user(app, "Other")
    join(app, elsewhere, other, OWNER)
    for invitation in (key, uuid.uuid4()):
        assert browse(other).post(f"/invitations/{invitation}/revoke").status_code == 404


# ------------------------------------------------------------------ joining


@pytest.fixture
def token(app, space, owner):
    return make_invitation(app, space, owner, role=FACILITATOR)[1]


def test_the_page_of_a_link_says_where_it_leads(browse, token):
    page = browse(None).get(f"/join/{token}")
    assert page.headers["Cache-Control"] == "no-store"
    for words in ("Olga Owner", "Cohort 9", "Eight weeks together", "Facilitator", "(UTC)"):
        assert words in page.text


def test_somebody_signed_in_joins_by_one_button(browse, app, token):
    ana = make_user(app)
    answer = send(browse(ana), f"/join/{token}", f"/join/{token}")
    assert answer.status_code == 303
    assert "/spaces/cohort-9" in answer.location
    assert role_of(app, ana) is FACILITATOR


def test_a_member_goes_straight_to_the_space(browse, owner, token):
    answer = browse(owner).get(f"/join/{token}")
    assert answer.status_code == 303
    assert "/spaces/cohort-9" in answer.location


def test_a_newcomer_opens_a_letter_has_an_account_joins_and_is_signed_in(
    browse, app, token, postbox
):
    client = browse(None)
    answer = send(client, f"/join/{token}", f"/join/{token}", **NEWCOMER)
    assert "open the letter to go on" in answer.text
    with app.app_context():
        assert db.session.scalar(sa.select(User.id).where(User.email == "nia@example.org")) is None
        assert db.session.scalar(sa.select(Invitation.uses)) == 0
    path = link_in(app, postbox, "nia@example.org")
    answer = send(client, path, path)
    assert (answer.status_code, answer.location) == (303, PEOPLE.removesuffix("/people"))
    assert "Nia New" in client.get(PEOPLE).text
    with app.app_context():
        user = db.session.scalars(sa.select(User).where(User.email == "nia@example.org")).one()
        assert (user.zone, user.admin) == ("Asia/Manila", False)
        assert user.email_verified_at is not None
        assert NEWCOMER["password"] not in user.password_hash
        assert db.session.scalar(sa.select(SignIn.user_id)) == user.id


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("name", "  "),
        ("name", "x" * 121),
        ("name", "a\x00b"),
        ("email", "no address"),
        ("email", "x" * 250 + "@example.org"),
        ("password", "too short"),
        ("password", "x" * 201),
        ("zone", "Mars/Olympus"),
        ("admin", "1"),
    ],
)
def test_a_wrong_field_is_named_and_nobody_is_made(browse, app, token, field, typed):
    client = browse(None)
    answer = send(client, f"/join/{token}", f"/join/{token}", **{**NEWCOMER, field: typed})
    assert answer.status_code == 422
    if field in NEWCOMER:
        assert "needs another look" in answer.text
        assert f'id="f-{field}-error"' in answer.text
    else:
        assert f"“{field}” is no field of this form." in answer.text
    assert "seven quiet herons" not in answer.text  # a password is never sent back
    with app.app_context():
        assert db.session.scalar(sa.select(User.id).where(User.name == "Nia New")) is None


def test_while_no_accounts_are_made_a_link_is_for_those_who_have_one(browse, app, token):
    with app.app_context():
        change_site(acting(None, admin=True), registration=RegistrationMode.CLOSED)
    page = browse(None).get(f"/join/{token}").text
    assert "takes no new accounts at the moment" in page
    assert f'action="/join/{token}"' not in page
    ana = browse(make_user(app, "Ana Lind"))
    assert send(ana, f"/join/{token}", f"/join/{token}").status_code == 303


def test_an_address_that_is_taken_is_not_betrayed(browse, app, token, postbox):
    make_user(app, "Nia Old", email="nia@example.org")
    client = browse(None)
    answers = [
        send(client, f"/join/{token}", f"/join/{token}", **{**NEWCOMER, "email": email})
        for email in ("nia@example.org", "new@example.org")
    ]
    taken, free = (without_token(answer) for answer in answers)
    assert taken.replace("nia@", "new@") == free
    assert {answer.status_code for answer in answers} == {200}
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(User)) == 2
        assert db.session.scalar(sa.select(Invitation.uses)) == 0
    run_everything(app)
    assert "You have one already" in postbox.text_to("nia@example.org")


def test_somebody_with_an_account_signs_in_from_the_link(browse, app, token):
    make_user(app, "Ana Lind", email="ana@example.org", password_hash=PASSWORD_HASH)
    client = browse(None)
    answer = send(
        client,
        f"/join/{token}",
        "/sign-in",
        email="ana@example.org",
        password=PASSWORD,
        next=f"/join/{token}",
    )
    assert answer.location == f"/join/{token}"
    assert "Join as Ana Lind" in client.get(answer.location).text


def test_every_link_that_does_not_work_gets_one_answer(browse, app, space, owner):
    old = make_invitation(app, space, owner, expires_at=sa.func.now())[1]
    revoked = make_invitation(app, space, owner, revoked_at=sa.func.now())[1]
    answers = [browse(None).get(f"/join/{token}") for token in (old, revoked, "x" * 43, "x")]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1
    assert "Ask whoever sent it for a new one" in answers[0].text


def test_a_link_that_does_not_work_leads_where_one_can_go(browse, someone):
    signed_out, member = (browse(who).get("/join/no-such-token") for who in (None, someone(MEMBER)))
    assert 'class="button main" href="/sign-in"' in signed_out.text
    assert 'class="button main" href="/home"' in member.text
