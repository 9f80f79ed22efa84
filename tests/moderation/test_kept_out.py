"""Who is suspended reads so on their first page, and leaves the space from that of the decision."""

import pytest
from conftest import acting
from factories.accounts import make_user
from factories.moderation import take
from factories.spaces import join, make_space

from community.kernel.db import db
from community.moderation.operations import lift_measure
from community.moderation.rules import Lasts, Outcome
from community.spaces.models import Role
from community.spaces.policy import still_mine
from community.spaces.rules import REASONS, Reason

KEPT_OUT = "You are suspended from "


def keep_out(app, place, who, **more):
    return take(app, place.space_id, place.owner, who, Outcome.SUSPENDED, lasts=Lasts.WEEK, **more)


def test_home_says_from_where_until_when_why_and_leads_to_the_decision(app, browse, place):
    network = make_space(app, "Another circle", slug="circle")
    for who in (place.member, place.other, place.outsider):
        join(app, network, who, Role.MEMBER)
    decision = keep_out(app, place, place.member)
    alone = keep_out(app, place, place.observer)
    for who, its in ((place.member, decision), (place.observer, alone)):
        page = browse(who).get("/home").text
        assert f"{KEPT_OUT}Tide school until" in page
        assert f"/me/decisions/{its}" in page
        assert "You do not belong to a group yet" not in page
        assert "You are in no course at the moment" not in page
    assert str(REASONS[Reason.UNKIND]) in page
    for who in (place.other, place.outsider, place.owner):
        assert KEPT_OUT not in browse(who).get("/home").text
    gone = browse(place.member).get("/spaces/tide-school")
    assert (gone.status_code, "Tide school" in gone.text) == (404, False)
    assert gone.text.count("decisions") == browse(place.outsider).get(
        "/spaces/tide-school"
    ).text.count("decisions")
    with app.app_context():
        lift_measure(acting(place.owner), decision)
    assert KEPT_OUT not in browse(place.member).get("/home").text


def test_home_says_so_of_all_spaces_at_once(app, browse, place):
    office = make_user(app, "Admin Example", admin=True)
    decision = take(app, None, office, place.member, Outcome.SUSPENDED, lasts=Lasts.WEEK)
    page = browse(place.member).get("/home").text
    assert f"{KEPT_OUT}all spaces that are not your own until" in page
    assert f"/me/decisions/{decision}" in page
    shown = browse(place.member).get(f"/me/decisions/{decision}").text
    assert "Leave this space" not in shown
    assert browse(place.member).post(f"/me/decisions/{decision}/leave").status_code == 404


def test_who_is_suspended_leaves_by_the_page_that_says_so(app, browse, place):
    decision = keep_out(app, place, place.member)
    client, address = browse(place.member), f"/me/decisions/{decision}"
    page = client.get(address).text
    assert f'action="{address}/leave"' in page
    assert "Leave Tide school?" in page
    done = client.post(f"{address}/leave", follow_redirects=True)
    assert "You left Tide school." in done.text
    assert KEPT_OUT not in done.text
    with app.app_context():
        assert place.space_id not in still_mine_of(place.member)
    page = client.get(address).text
    assert "In a space you have left" in page
    assert "Leave this space" not in page
    assert client.post(f"{address}/leave").status_code == 404


@pytest.mark.parametrize("outcome", [Outcome.SILENCED, Outcome.WARNED])
def test_who_is_let_in_leaves_by_the_list_of_people_and_nobody_by_anothers_decision(
    app, browse, place, outcome
):
    lasts = Lasts.WEEK if outcome is Outcome.SILENCED else None
    decision = take(app, place.space_id, place.owner, place.member, outcome, lasts=lasts)
    over = keep_out(app, place, place.other)
    with app.app_context():
        lift_measure(acting(place.owner), over)
    for who, its in (
        (place.member, decision),
        (place.other, over),
        (place.owner, decision),
        (place.organiser, over),
        (place.outsider, decision),
    ):
        client = browse(who)
        assert client.post(f"/me/decisions/{its}/leave").status_code == 404
        assert "Leave this space" not in client.get(f"/me/decisions/{its}").text
        with app.app_context():
            assert (place.space_id in still_mine_of(who)) == (who != place.outsider)


def still_mine_of(user_id):
    return db.session.scalars(still_mine(acting(user_id))).all()
