"""From a report to a second look that brings the post back; by scripts and without."""

import re

import pytest
import sqlalchemy as sa
from factories.accounts import PASSWORD_HASH, make_user
from factories.spaces import join
from journeys.axe import check, check_narrow
from journeys.test_talk import open_live, posts, served, talk, write  # noqa: F401  # fixtures
from playwright.sync_api import expect

from community.discussions.models import Mention, Thread
from community.kernel.db import db
from community.spaces.models import Role, Space

pytestmark = pytest.mark.browser


def look(page):
    check(page)
    check_narrow(page)


def report(page, talk):  # noqa: F811
    page.goto(talk.thread_url)
    page.locator("#p2 details.menu > summary").click()
    page.locator("#p2 [data-report]").click()
    page.get_by_label("It is unkind, or attacks somebody").check()
    page.get_by_label("Anything else they should know").fill("It hurts.")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_report_claim_hide_told_appeal_overturned_restored(talk, scripts):  # noqa: F811
    first, second = (
        make_user(talk.app, f"{name} Leader", password_hash=PASSWORD_HASH)
        for name in ("First", "Second")
    )
    with talk.app.app_context():
        space_id = db.session.get_one(Thread, talk.thread_id).space_id
    for who in (first, second):
        join(talk.app, space_id, who, Role.FACILITATOR)
    how = {"java_script_enabled": scripts}

    jolien = talk.come_in(talk.jolien, **how)
    report(jolien, talk)
    if scripts:
        look(jolien)
    jolien.get_by_role("button", name="Send the report").click()
    expect(jolien.get_by_text("Thank you. Those who lead this space look at it")).to_be_visible()

    leader = talk.come_in(first, **how)
    leader.goto(f"{talk.url}/moderation")
    if scripts:
        look(leader)
    leader.get_by_role("link", name="Who signs for the readings?").click()
    leader.get_by_role("button", name="Take it on").click()
    expect(leader.get_by_text("You look at this now")).to_be_visible()
    leader.get_by_label("Hide it").check()
    leader.get_by_label("The reason").select_option("unkind")
    leader.get_by_label("What its author is told").fill("Say it kindly.")
    if scripts:
        look(leader)
    leader.get_by_role("button", name="Decide").click()
    expect(leader.get_by_text("It is decided.")).to_be_visible()

    amina = talk.come_in(talk.amina, **how)
    amina.goto(talk.thread_url)
    expect(amina.locator("#p2")).to_contain_text("Removed by those who lead this space.")
    amina.goto(f"{talk.url}/me/decisions")
    amina.get_by_role("link", name="A post of yours was hidden").click()
    expect(amina.get_by_text("Say it kindly.")).to_be_visible()
    expect(amina.get_by_text("Jolien")).to_have_count(0)
    if scripts:
        look(amina)
    amina.get_by_label("Why should somebody look again").fill("I only asked.")
    amina.get_by_role("button", name="Ask for a second look").click()
    expect(amina.get_by_text("Somebody will look again.")).to_be_visible()

    other = talk.come_in(second, **how)
    other.goto(f"{talk.url}/moderation")
    other.get_by_role("link", name="Who signs for the readings?").click()
    expect(other.get_by_text("I only asked.")).to_be_visible()
    other.get_by_label("Take it back").check()
    if scripts:
        look(other)
    other.get_by_role("button", name="Answer").click()
    expect(other.get_by_text("The second look is taken.")).to_be_visible()

    amina.reload()
    expect(amina.get_by_text("the decision was taken back")).to_be_visible()
    amina.goto(talk.thread_url)
    expect(amina.locator("#p2 .prose")).to_contain_text("Reply 2")


def test_silenced_told_appealed_and_taken_back(talk):  # noqa: F811
    second = make_user(talk.app, "Second Leader", password_hash=PASSWORD_HASH)
    with talk.app.app_context():
        space = db.session.get_one(Thread, talk.thread_id).space_id
        slug = db.session.get_one(Space, space).slug
    join(talk.app, space, second, Role.ORGANISER)
    first = make_user(talk.app, "First Leader", password_hash=PASSWORD_HASH)
    join(talk.app, space, first, Role.FACILITATOR)

    leader = talk.come_in(first)
    leader.goto(f"{talk.url}/spaces/{slug}/people")
    leader.get_by_role("link", name=re.compile("Warn or silence.*Jolien V")).click()
    leader.get_by_label("Silence").check()
    leader.get_by_label("For how long").select_option("week")
    leader.get_by_label("The reason").select_option("unkind")
    leader.get_by_label("What they are told").fill("Take a rest.")
    look(leader)
    leader.get_by_role("button", name="Decide").click()
    expect(leader.get_by_text("It is decided. They are told, and why.")).to_be_visible()
    look(leader)

    jolien = talk.come_in(talk.jolien)
    jolien.goto(talk.thread_url)
    expect(jolien.get_by_text("You are silenced here until")).to_be_visible()
    expect(jolien.get_by_label("Your reply")).to_have_count(0)
    look(jolien)
    jolien.get_by_role("link", name="Read what they write, or ask for a second look").click()
    expect(jolien.get_by_text("Take a rest.")).to_be_visible()
    look(jolien)
    jolien.get_by_label("Why should somebody look again").fill("I was joking.")
    jolien.get_by_role("button", name="Ask for a second look").click()
    expect(jolien.get_by_text("Somebody will look again.")).to_be_visible()

    other = talk.come_in(second)
    other.goto(f"{talk.url}/moderation")
    other.get_by_role("link", name="Jolien V").click()
    expect(other.get_by_text("I was joking.")).to_be_visible()
    other.get_by_label("Take it back").check()
    look(other)
    other.get_by_role("button", name="Answer").click()
    expect(other.get_by_text("The second look is taken.")).to_be_visible()

    jolien.goto(talk.thread_url)
    expect(jolien.get_by_label("Your reply")).to_be_visible()


def test_a_first_post_waits_is_approved_and_is_new_to_all(talk):  # noqa: F811
    with talk.app.app_context():
        space = db.session.get_one(Thread, talk.thread_id).space_id
        slug = db.session.get_one(Space, space).slug
    newcomer = make_user(talk.app, "Nia New", password_hash=PASSWORD_HASH)
    join(talk.app, space, newcomer)
    leading = make_user(talk.app, "First Leader", password_hash=PASSWORD_HASH)
    join(talk.app, space, leading, Role.ORGANISER)

    leader = talk.come_in(leading)
    leader.goto(f"{talk.url}/spaces/{slug}/moderation/limits")
    waits = leader.get_by_label("The first posts of newcomers wait for approval")
    waits.select_option("1")
    look(leader)
    leader.get_by_role("button", name="Save").click()
    expect(leader.get_by_text("Saved.")).to_be_visible()

    jolien, nia = talk.come_in(talk.jolien), talk.come_in(newcomer)
    open_live(jolien, talk)
    open_live(nia, talk)
    write(nia, "@Jolien V\n\nHello, I am new.")
    mine = nia.locator("#waiting")
    expect(mine).to_contain_text("Hello, I am new.")
    expect(mine).to_contain_text("only you and those who lead this space see it")
    look(nia)
    expect(posts(nia)).to_have_count(3)
    expect(posts(jolien)).to_have_count(3)
    jolien.reload()
    expect(posts(jolien)).to_have_count(3)
    expect(jolien.get_by_text("I am new.")).to_have_count(0)
    jolien.goto(f"{talk.url}/inbox")
    expect(jolien.get_by_text("Nia New")).to_have_count(0)

    open_live(jolien, talk)
    leader.goto(talk.thread_url)
    leader.get_by_role("link", name="Approve or decline").click()
    look(leader)
    leader.get_by_role("link", name="Who signs for the readings?").click()
    leader.get_by_label("Approve it").check()
    look(leader)
    leader.get_by_role("button", name="Decide").click()
    expect(leader.get_by_text("It is decided.")).to_be_visible()

    expect(posts(jolien).nth(3)).to_contain_text("I am new.")
    nia.reload()
    expect(posts(nia)).to_have_count(4)
    expect(nia.locator("#waiting")).to_have_count(0)
    nia.goto(f"{talk.url}/inbox")
    nia.get_by_role("link", name="A post of yours was approved").click()
    look(nia)
    with talk.app.app_context():
        mentioned = db.session.scalars(sa.select(Mention.user_id)).all()
        assert mentioned == [talk.jolien]
