"""A learner's first week: from the invitation to knowing what is missing, and why."""

import re
from collections.abc import Callable

import pytest
from factories.accounts import PASSWORD
from factories.progress import make_run
from journeys.served import ON_SQLITE, Site
from journeys.window import Window
from journeys.worlds import academy, activity, answers, email_of, invite, link_in_letter
from playwright.sync_api import Locator, Page, expect

pytestmark = [pytest.mark.browser, ON_SQLITE]

QUIZ = activity(1, 3)
LIVE = activity(1, 5)


def test_a_learners_first_week(site: Site, window: Callable[..., Window]) -> None:
    world = make_run(site.app, academy(), weeks_ago=0, weeks=8)
    amina = window()
    join(site, amina, invite(site.app, world))

    page = amina.visit("/home")
    page.get_by_role("link", name=re.compile("^Begin ?: " + activity(1, 1).title)).click()
    for number in (1, 2):
        expect(page.get_by_role("heading", level=1)).to_have_text(activity(1, number).title)
        before = progress(amina)
        amina.check()
        read_to_the_end(amina)
        expect(page.get_by_text("Read to the end.")).to_be_visible()
        assert progress(amina) > before
        page.get_by_role(
            "link", name=re.compile(f"^Next:.*{activity(1, number + 1).title}")
        ).click()

    expect(page.get_by_role("heading", level=1)).to_have_text(QUIZ.title)
    amina.check()
    tick(amina, right=False)
    page.get_by_role("button", name="Check my answers").click()
    expect(page.get_by_text("0 of 5 are right.")).to_be_visible()
    expect(page.get_by_text("Each of them counts plates too.")).to_be_visible()
    amina.check()
    tick(amina, right=True)
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("5 of 5 are right.")).to_be_visible()
    amina.check()

    talk(amina)
    what_is_missing(amina)


def test_a_learners_first_week_with_scripts_off(site: Site, window: Callable[..., Window]) -> None:
    world = make_run(site.app, academy(), weeks_ago=0, weeks=8)
    amina = window(java_script_enabled=False)
    join(site, amina, invite(site.app, world))

    page = amina.visit("/home")
    amina.follow(re.compile("^Begin ?: " + activity(1, 1).title))
    for number in (1, 2):
        expect(page.get_by_role("heading", level=1)).to_have_text(activity(1, number).title)
        page.get_by_role("button", name="I have read this").click()
        expect(page.get_by_text("Read to the end.")).to_be_visible()
        amina.check()
        amina.follow(re.compile(f"^Next:.*{activity(1, number + 1).title}"))

    with amina.refused(422):  # nothing was answered, and the page says so
        amina.follow("Check my answers", "button")
        expect(page.get_by_role("alert")).to_be_visible()
    tick(amina, right=False)
    amina.follow("Check my answers", "button")
    expect(page.get_by_text("0 of 5 are right.")).to_be_visible()
    tick(amina, right=True)
    amina.follow("Try again", "button")
    expect(page.get_by_text("5 of 5 are right.")).to_be_visible()

    talk(amina)
    what_is_missing(amina)


def join(site: Site, newcomer: Window, invitation: str) -> None:
    """Make an account by an invitation link; the first try leaves the password too short."""
    page, address = newcomer.visit(invitation), email_of("Amina")
    page.get_by_label("Name", exact=True).fill("Amina Otieno")
    page.get_by_label("Email address").first.fill(address)
    page.get_by_label("Password", exact=True).first.evaluate(
        "field => field.removeAttribute('minlength')"
    )
    page.get_by_label("Password", exact=True).first.fill("short")
    page.get_by_label("Time zone").select_option("Africa/Nairobi")
    with newcomer.refused(422):
        page.get_by_role("button", name="Make an account and join").click()
        expect(page.get_by_text("One thing needs another look")).to_be_visible()
    newcomer.check()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Amina Otieno")
    page.get_by_label("Password", exact=True).first.fill(PASSWORD)
    page.get_by_role("button", name="Make an account and join").click()
    expect(page.get_by_role("heading", name="One step is left")).to_be_visible()
    newcomer.check()
    newcomer.visit(link_in_letter(site.app, address))
    newcomer.check()
    page.get_by_role("button", name="Make my account").click()
    expect(page.get_by_role("status").get_by_text("Welcome, Amina Otieno.")).to_be_visible()
    newcomer.check()


def progress(learner: Window) -> int:
    """Return the percentage of the module as it is told to who listens."""
    bar = learner.page.get_by_role("progressbar", name="Progress in this module")
    return int(bar.get_attribute("aria-valuenow") or "")


def read_to_the_end(learner: Window) -> None:
    """Turn the wheel as somebody who reads fast, down to the last line."""
    learner.page.mouse.move(600, 500)
    for _ in range(60):
        learner.page.mouse.wheel(0, 400)
        learner.page.wait_for_timeout(20)
        if learner.page.evaluate("scrollY + innerHeight >= document.body.scrollHeight - 2"):
            return


def tick(learner: Window, *, right: bool) -> None:
    """Answer every question: all of it right, or all of it wrong."""
    for question, chosen in answers(QUIZ, right=right).items():
        for option in learner.page.locator(f'[name="answer.{question}"]').all():
            if option.get_attribute("value") in chosen:
                option.check()
            elif option.get_attribute("type") == "checkbox":
                option.uncheck()


def talk(learner: Window) -> None:
    """Go on to the discussion, write a post there, and come back to find it counted."""
    title = activity(1, 4).title
    learner.follow(re.compile(f"^Next:.*{title}"))
    page = learner.follow("Go to the thread")
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    page.get_by_label("Your reply").fill("I wish for the readings of *every* well we dug.")
    page.get_by_role("button", name="Reply", exact=True).click()
    expect(page.get_by_text("I wish for the readings of every well we dug.")).to_be_visible()
    learner.check()
    page.get_by_role("link", name="Learn", exact=True).first.click()
    counted = page.locator("#module-1").get_by_role("listitem").filter(has_text=title)
    shown_in_time(page, counted.get_by_text("Done"))


def shown_in_time(page: Page, place: Locator) -> None:
    """Load the page again until the worker has done its part."""
    for _ in range(60):
        if place.count():
            break
        page.wait_for_timeout(300)
        page.reload()
    expect(place).to_be_visible()


def what_is_missing(learner: Window) -> None:
    """See on the course's page what is left of the module, and why the next one is locked."""
    page = learner.follow("Learn")
    half = LIVE.minutes // 2
    missing = page.locator("#missing")
    missing.get_by_text("What is missing").click()  # of one module: it is folded
    after = academy().modules[0].activities[4:]
    expect(missing.get_by_role("link")).to_have_text([each.title for each in after])
    expect(missing).to_contain_text(f"Be there for {half} of {LIVE.minutes} minutes")
    expect(page.locator("#module-1")).to_contain_text(f"4 of {4 + len(after)} done")
    expect(page.locator("#module-2").get_by_text("Opens")).to_be_visible()
    expect(page.locator("#module-2").get_by_role("link")).to_have_count(0)
