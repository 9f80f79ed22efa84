"""A site without a mail server promises no letter to who invites, and none to who is invited."""

import pytest
import sqlalchemy as sa
from factories.accounts import PASSWORD
from factories.forms import send
from factories.home import words
from factories.spaces import make_invitation, make_letter

from community.accounts.models import User
from community.kernel.db import db

INVITE = "/spaces/cohort-9/invite"
NIA = {"name": "Nia New", "email": "nia@example.org", "password": PASSWORD, "zone": "Asia/Manila"}

pytestmark = pytest.mark.usefixtures("no_mail")


def test_a_join_link_says_beforehand_what_somebody_new_needs(app, browse, space, owner):
    _key, token = make_invitation(app, space, owner)
    page = words(browse(None).get(f"/join/{token}"))
    told = page.index("you need the link in it, so ask whoever runs the site for it")
    assert told < page.index("Make an account and join")


@pytest.mark.parametrize("known", [False, True])
def test_who_registers_hears_where_the_letter_is_and_not_who_has_an_account(
    app, browse, space, owner, known
):
    _key, token = make_invitation(app, space, owner)
    with app.app_context():
        hers = db.session.scalar(sa.select(User.email).where(User.id == owner))
    email = hers if known else NIA["email"]
    said = send(browse(None), f"/join/{token}", f"/join/{token}", **{**NIA, "email": email})
    assert said.status_code == 200
    assert "We have written" not in said.text
    assert f"the letter to {email} is kept on the server" in words(said)
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(User)) == 1


def test_the_address_of_a_letter_still_joins_at_once(app, browse, space, owner):
    _key, token = make_letter(app, space, owner, email=NIA["email"])
    page = f"/join/{token}"
    client = browse(None)
    assert "you can join at once" in words(client.get(page))
    assert send(client, page, page, **NIA).status_code == 303


def test_invitations_are_written_and_not_on_their_way(browse, space, owner):
    client = browse(owner)
    assert "A join link lets in at once who has an account" in words(client.get(INVITE))
    fields = {"list": "ana@example.org\nbo@example.org", "role": "member"}
    sent = client.post(f"{INVITE}/send", data=fields)
    page = words(client.get(sent.location))
    assert "2 invitations are written. No mail is sent: they are kept on the server." in page
    assert "on their way" not in page.lower()
    assert "On its way" not in page
    assert "Not sent; written just now" in page
