"""Addresses we give out are ours, whatever a request calls this site."""

import re

import pytest
from factories.accounts import make_token, make_user
from factories.forms import send
from factories.spaces import join, make_space

from community.kernel.settings import Settings
from community.spaces.models import Role

OURS = Settings.__dataclass_fields__["base_url"].default
LIES = [
    {"Host": "elsewhere.example"},
    {"X-Forwarded-Host": "elsewhere.example"},
    {"X-Forwarded-Proto": "https"},
    {"Forwarded": "host=elsewhere.example;proto=https"},
]


@pytest.fixture
def owner(app):
    user_id = make_user(app)
    join(app, make_space(app, slug="cohort-9"), user_id, Role.OWNER)
    return user_id


@pytest.mark.parametrize("lie", LIES, ids=lambda lie: next(iter(lie)))
def test_an_invitation_leads_here_whatever_the_request_calls_us(browse, app, owner, lie):
    [space] = browse(owner).get("/api/v1/spaces").json["items"]
    client, (_key, token) = app.test_client(), make_token(app, owner)
    headers = {**lie, "Authorization": f"Bearer {token}"}
    made = client.post(f"/api/v1/spaces/{space['id']}/invitations", json={}, headers=headers)
    assert made.status_code == 201
    assert made.json["link"] == f"{OURS}/join/{made.json['token']}"


def test_the_page_shows_the_same_address(browse, owner):
    page, action = "/spaces/cohort-9/invite", "/spaces/cohort-9/invitations"
    client = browse(owner)
    send(client, page, action, role="member", days="3", max_uses="2")
    [link] = re.findall(r'id="invitation-link">([^<]+)<', client.get(page).text)
    assert link.startswith(f"{OURS}/join/")


@pytest.mark.parametrize("lie", LIES, ids=lambda lie: next(iter(lie)))
def test_redirects_name_no_host(browse, app, lie):
    for client in (browse(None), browse(make_user(app, "Bo"))):
        for path in ("/", "/home", "/me", "/sign-in"):
            answer = client.get(path, headers=lie)
            assert answer.headers.get("Location", "/").startswith("/")
            assert "elsewhere.example" not in answer.text
