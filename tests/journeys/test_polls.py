"""Two people vote and see the numbers at once; by keys, without scripts, in both themes."""

import datetime as dt
import re

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.discussions import reply
from journeys.axe import check, check_narrow
from journeys.test_talk import open_live, served, talk  # noqa: F401  # fixtures
from playwright.sync_api import expect

from community.discussions.models import Poll, PollKind, PollShows
from community.discussions.operations import PollGiven, vote
from community.discussions.queries import post_at
from community.kernel.db import db
from community.kernel.operation import unit_of_work

pytestmark = pytest.mark.browser


def asked(talk, **more):  # noqa: F811
    poll = PollGiven(question="Where do we meet?", options=["Nairobi", "Kisumu"], **more)
    return reply(talk.app, talk.thread_id, talk.amina, "Choose a place.", poll=poll)


def poll(page, number=4):
    return page.locator(f"#p{number} .poll")


def test_two_vote_by_keys_and_see_the_numbers_at_once(talk):  # noqa: F811
    asked(talk)
    amina, jolien = talk.come_in(talk.amina), talk.come_in(talk.jolien)
    open_live(amina, talk)
    open_live(jolien, talk)
    poll(jolien).get_by_label("Nairobi").focus()
    jolien.keyboard.press("Space")
    jolien.keyboard.press("Enter")
    expect(poll(jolien)).to_contain_text("“Nairobi” is ahead, with 1 of 1.")
    expect(poll(jolien).get_by_role("button", name="Change your vote")).to_be_focused()
    expect(poll(amina)).to_contain_text("1 person has voted")
    expect(poll(amina)).to_contain_text("“Nairobi” is ahead, with 1 of 1.")
    poll(amina).get_by_label("Kisumu").check()
    poll(amina).get_by_role("button", name="Vote").click()
    expect(poll(jolien)).to_contain_text("A tie: “Nairobi” and “Kisumu”, with 1 of 2 each.")
    box = poll(jolien).get_by_label("Nairobi").bounding_box()
    assert box is not None
    poll(jolien).get_by_role("button", name="Take it back").click()
    expect(poll(amina)).to_contain_text("“Kisumu” is ahead, with 1 of 1.")


def test_who_looks_on_draws_new_numbers_without_asking_for_them(talk):  # noqa: F811
    number = asked(talk)
    with talk.app.app_context():
        post_id = post_at(acting(talk.amina), talk.thread_id, number).id
        vote(acting(talk.amina), post_id, choices=[1])
    jolien = talk.come_in(talk.jolien)
    with jolien.expect_response(re.compile("part=")):  # once the line stands
        open_live(jolien, talk)
    expect(poll(jolien)).to_contain_text("“Nairobi” is ahead, with 1 of 1.")
    amina = talk.come_in(talk.amina)
    open_live(amina, talk)
    looks = []
    jolien.on("request", lambda request: looks.append(request.url) if "part=" in request.url else 0)
    poll(amina).get_by_label("Kisumu").check()
    poll(amina).get_by_role("button", name="Change your vote").click()
    expect(poll(jolien)).to_contain_text("“Kisumu” is ahead, with 1 of 1.")
    ahead = poll(jolien).locator("tr.ahead")
    expect(ahead).to_have_text(re.compile(r"Kisumu\s*1\s*100 %"))
    assert looks == []


def test_it_closes_at_its_time_before_who_looks_on(talk):  # noqa: F811
    number = asked(talk, local_at=dt.datetime.fromisoformat("2099-03-03T12:00"), zone="UTC")
    jolien = talk.come_in(talk.jolien)
    jolien.clock.install()
    closes_in(talk, number, dt.timedelta(hours=1))
    open_live(jolien, talk)
    expect(poll(jolien).get_by_role("button", name="Vote")).to_be_visible()
    closes_in(talk, number, dt.timedelta())  # an hour later
    jolien.clock.fast_forward(3_600_000)
    expect(poll(jolien)).to_contain_text("Closed")
    expect(poll(jolien).get_by_role("button", name="Vote")).to_have_count(0)


def closes_in(talk, number, after):  # noqa: F811
    with talk.app.app_context():
        post_id = post_at(acting(talk.amina), talk.thread_id, number).id
        with unit_of_work(acting(None)) as work:
            at = {"closes_at": work.ctx.now + after}
            db.session.execute(sa.update(Poll).where(Poll.post_id == post_id).values(at))


def test_options_that_were_written_anew_are_not_voted_for_unseen(talk):  # noqa: F811
    number = asked(talk)
    jolien = talk.come_in(talk.jolien)
    jolien.goto(talk.thread_url)  # no line yet when it is written anew
    with talk.app.app_context():
        post_id = post_at(acting(talk.amina), talk.thread_id, number).id
        with unit_of_work(acting(None)):  # untold, as where the line is gone
            anew = {"options": ["Online", "Nairobi"], "edition": 2}
            db.session.execute(sa.update(Poll).where(Poll.post_id == post_id).values(anew))
    poll(jolien).get_by_label("Nairobi").check()
    poll(jolien).get_by_role("button", name="Vote").click()
    expect(poll(jolien).get_by_role("alert")).to_have_text(re.compile("written anew"))
    expect(poll(jolien)).to_contain_text("Online")
    poll(jolien).get_by_label("Online").check()
    poll(jolien).get_by_role("button", name="Vote").click()
    expect(jolien.get_by_text("Your vote is counted.")).to_have_attribute("role", "status")
    expect(poll(jolien)).to_contain_text("“Online” is ahead, with 1 of 1.")


def test_who_chooses_is_not_disturbed_and_what_is_hidden_is_not_told(talk):  # noqa: F811
    asked(talk, shows=PollShows.VOTED)
    amina, jolien = talk.come_in(talk.amina), talk.come_in(talk.jolien)
    open_live(amina, talk)
    open_live(jolien, talk)
    poll(jolien).get_by_label("Kisumu").check()
    poll(amina).get_by_label("Nairobi").check()
    poll(amina).get_by_role("button", name="Vote").click()
    expect(poll(jolien)).to_contain_text("1 person has voted")
    expect(poll(jolien)).to_contain_text("shown to who has voted")
    expect(poll(jolien).get_by_label("Kisumu")).to_be_checked()
    assert poll(jolien).locator("table").count() == 0


def test_a_reply_with_a_poll_is_sent_by_the_form_and_arrives_with_it(talk):  # noqa: F811
    amina, jolien = talk.come_in(talk.amina), talk.come_in(talk.jolien)
    open_live(amina, talk)
    open_live(jolien, talk)
    amina.get_by_label("Your reply").fill("When do we meet?")
    amina.locator("#f-poll summary").click()
    amina.locator("#f-poll_question").fill("Which day?")
    amina.locator("#f-poll_options").fill("Monday\nFriday")
    amina.locator("#reply").get_by_role("button", name="Reply", exact=True).click()
    expect(poll(amina)).to_contain_text("Which day?")
    expect(poll(jolien)).to_contain_text("Which day?")
    poll(jolien).get_by_label("Friday").check()
    poll(jolien).get_by_role("button", name="Vote").click()
    expect(poll(amina)).to_contain_text("1 person has voted")


def test_without_scripts_a_poll_is_asked_and_ranked(talk):  # noqa: F811
    amina = talk.come_in(talk.amina, java_script_enabled=False)
    amina.goto(talk.thread_url)
    amina.locator("#f-body").fill("Which first?")
    amina.locator("#f-poll summary").click()
    amina.locator("#f-poll_question").fill("Which first?")
    amina.locator("#f-poll_options").fill("Rivers\nWells\nRain")
    amina.get_by_label("An order, the best first").check()
    amina.locator("#reply").get_by_role("button", name="Reply", exact=True).click()
    poll(amina).get_by_label("Wells").select_option("1")
    poll(amina).get_by_label("Rain").select_option("2")
    poll(amina).get_by_role("button", name="Vote").click()
    expect(poll(amina)).to_contain_text("“Wells” would win in round 1, with 1 of 1.")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_reads_well_in_both_themes_and_on_a_phone(talk, scheme):  # noqa: F811
    asked(talk)
    asked(talk, kind=PollKind.RANKED, named=True)
    size = {"width": 375, "height": 812}
    jolien = talk.come_in(talk.jolien, viewport=size, color_scheme=scheme)
    open_live(jolien, talk)
    poll(jolien).get_by_label("Nairobi").check()
    poll(jolien).get_by_role("button", name="Vote").click()
    expect(poll(jolien)).to_contain_text("is ahead")
    poll(jolien, 5).get_by_label("Kisumu").select_option("1")
    poll(jolien, 5).get_by_role("button", name="Vote").click()
    expect(poll(jolien, 5)).to_contain_text("would win")
    jolien.get_by_label("Your reply").click()
    jolien.locator("#f-poll summary").click()
    check(jolien)
    check_narrow(jolien)
    jolien.goto(f"{talk.thread_url}?after=0")
    jolien.get_by_role("link", name="Who voted what").click()
    check(jolien)
