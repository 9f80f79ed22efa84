"""A request is no larger than the largest form anybody fills in: reading one costs everybody."""

import json
import urllib.parse

import pytest
from factories.accounts import make_user
from factories.spaces import join, make_space

from community.discussions.schemas import BODY_LENGTH
from community.kernel.settings import Settings

LIMIT = Settings.__dataclass_fields__["request_limit"].default
FORM = "application/x-www-form-urlencoded"
FACE = "\N{GRINNING FACE}"  # the most bytes a character takes, in a form and in JSON alike


@pytest.mark.parametrize("path", ["/sign-in", "/join/some-token", "/me"])
@pytest.mark.parametrize("piece", ["a=1&", "&", "%"])
def test_a_form_of_a_stranger_is_not_read_without_end(browse, path, piece):
    body = piece * (400_000 // len(piece))
    assert browse(None).post(path, data=body, content_type=FORM).status_code == 413


def test_a_document_with_endless_fields_is_not_read(browse, app):
    body = json.dumps({f"field{number}": number for number in range(30_000)})
    answer = browse(make_user(app)).patch("/api/v1/me", data=body, content_type="application/json")
    assert answer.status_code == 413
    assert len(answer.data) < 1_000


def test_the_longest_post_there_may_be_still_fits(browse, app):
    space, person = make_space(app, slug="cohort-9"), make_user(app)
    join(app, space, person)
    thread = {"kind": "discussion", "title": FACE * 200, "body": FACE * BODY_LENGTH}
    assert len(urllib.parse.urlencode(thread)) < LIMIT
    address = f"/api/v1/spaces/{space}/threads"
    made = browse(person).post(address, data=json.dumps(thread), content_type="application/json")
    assert made.status_code == 201
    sent = browse(person).post(
        "/spaces/cohort-9/threads/new", data=urllib.parse.urlencode(thread), content_type=FORM
    )
    assert sent.status_code == 303
