"""An archived space is read, not written: every act of the table is tried in one, in vain.

Each is sent as somebody who may do it. What may be done all the same stands in ``ALLOWED`` with its
reason.
"""

import datetime as dt
from collections.abc import Mapping

import pytest
import sqlalchemy as sa
from architecture.acts import ACTS
from architecture.requests import address_of, body_of, contents, method_of
from conftest import browser, empty
from factories.neighbours import make_neighbours

from community.kernel.db import WRITE, db
from community.spaces.models import Space

ALLOWED: Mapping[str, str] = {
    "spaces_api.remove": "whoever loses access loses it, wherever",
    "spaces.remove": "whoever loses access loses it, wherever",
    "cohorts_api.withdraw_place": "it takes access away",
    "cohorts.withdraw_place": "it takes access away",
    "spaces_api.revoke": "a door is shut",
    "spaces.revoke": "a door is shut",
    "live_api.end": "a session that was live when the space was archived does end",
    "live.end": "a session that was live when the space was archived does end",
    "discussions_api.read": "it is read, and what one has read is one's own",
    "discussions_api.unread": "what one has read is one's own, wherever",
    "discussions.unread": "what one has read is one's own, wherever",
    "discussions.read": "it is read, and what one has read is one's own",
    **dict.fromkeys(
        (
            "discussions_api.choose_following",
            "discussions_api.follow_as_space",
            "discussions_api.choose_following_space",
            "discussions_api.follow_space_as_usual",
            "discussions_api.block",
            "discussions_api.unblock",
            "discussions.follow",
            "discussions.follow_all",
            "discussions.forget_space",
            "discussions.forget_thread",
            "discussions.block",
            "discussions.unblock",
        ),
        "what one follows, and whom one hears, is one's own, wherever",
    ),
    "transfers_api.open_feeds": "feeds are one's own, and about no space",
    "transfers_api.shut_feeds": "feeds are one's own, and about no space",
    "transfers_api.take_along": "it is read, and taken along",
    "transfers_api.remove": "what one took along is one's own, wherever",
    "transfers.open_feeds": "feeds are one's own, and about no space",
    "transfers.shut_feeds": "feeds are one's own, and about no space",
    "transfers.take_along": "it is read, and taken along",
    "transfers.remove_talk_export": "what one took along is one's own, wherever",
    "discussions.discard": "a draft is one's own, wherever",
    "discussions.put_back": "a draft is one's own, wherever",
    "cohorts_api.create": "a new run stands in a new space",
    "cohorts.new_run": "a new run stands in a new space",
    "coursework_api.take_reflection_back": "who takes their words back has them back, wherever",
    "coursework.take_reflection_back": "who takes their words back has them back, wherever",
    "certificates_api.name": "how one is named on what one holds is one's own, wherever",
    "certificates.name": "how one is named on what one holds is one's own, wherever",
    "certificates_api.want": "it is about no space",
    "certificates.want": "it is about no space",
    "moderation_api.lift": "what kept somebody silent or out of it ends, wherever",
    "moderation.lift": "what kept somebody silent or out of it ends, wherever",
    "moderation.measure_everywhere": "it is about a person, in every space",
    "administration.change_space": "an administrator takes a space out again",
}
OUTSIDE = ("accounts", "administration", "correspondence", "mailing", "notifications")
"""Features whose acts are about people, not about a space."""


@pytest.fixture(scope="module")
def archived(shared_app):
    """A world whose network is archived, and whose runs stand in archived spaces."""
    empty(shared_app)
    world = make_neighbours(shared_app)
    spaces = [world.here.network, *(run.space for run in world.here.runs.values())]
    with shared_app.app_context(), db.engines[WRITE].begin() as connection:
        connection.execute(
            sa.update(Space)
            .where(Space.id.in_(spaces))
            .values(archived_at=dt.datetime.now(dt.UTC) - dt.timedelta(hours=1))
        )
    return world


def test_no_act_changes_anything_in_an_archived_space(shared_app, archived):
    here, answers = archived.here, {}
    clients = {role: browser(shared_app, user) for role, user in archived.roles.items()}
    before = contents(shared_app)
    for endpoint, act in ACTS.items():
        about_people = endpoint.partition(".")[0].removesuffix("_api") in OUTSIDE
        if endpoint in ALLOWED or about_people:
            continue
        method = method_of(shared_app, endpoint)
        where = address_of(shared_app, endpoint, act.args(here), method)
        body = body_of(endpoint, act.given(here), act.file)
        answers[endpoint] = clients[act.who].open(where, method=method, **body).status_code
    after = contents(shared_app)
    accepted = sorted(name for name, status in answers.items() if status < 400)
    assert [name for name in after if after[name] != before[name]] == [], accepted
    assert max(answers.values()) < 500, answers
    assert len(answers) > 50


def test_what_is_allowed_in_an_archived_space_is_an_act():
    assert ALLOWED.keys() <= ACTS.keys()
