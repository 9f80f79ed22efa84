"""Two people in one thread: at once, through a broken line, and with scripts off."""

import dataclasses
import uuid
from collections.abc import Callable, Iterator

import pytest
from conftest import make_settings
from factories.accounts import PASSWORD, PASSWORD_HASH, make_user
from factories.discussions import make_thread, reply
from factories.spaces import join, make_space
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from running import running

from community.accounts.models import User
from community.app import create_app
from community.discussions.models import ThreadKind
from community.discussions.operations import lock_thread, merge_posts, split_thread
from community.kernel.context import Context
from community.kernel.db import db
from community.spaces.models import Role

pytestmark = pytest.mark.browser
expect.set_options(timeout=40_000)  # milliseconds; a machine that runs all tests at once is slow


@dataclasses.dataclass(frozen=True)
class Talk:
    """A served site with a thread of three posts that Amina began and Jolien has not read."""

    app: Flask
    url: str
    amina: uuid.UUID
    jolien: uuid.UUID
    organiser: uuid.UUID
    thread_id: uuid.UUID
    come_in: Callable[..., Page]

    @property
    def thread_url(self) -> str:
        return f"{self.url}/threads/{self.thread_id}"


@pytest.fixture(scope="module")
def served(tmp_path_factory) -> Iterator[tuple[Flask, str]]:
    settings = make_settings(tmp_path_factory.mktemp("talk"))
    with running(settings, worker=False) as server:
        yield create_app(settings), server.url


@pytest.fixture
def talk(served, browser: Browser) -> Iterator[Talk]:
    app, url = served
    space_id = make_space(app)
    amina, jolien = (
        make_user(app, name, password_hash=PASSWORD_HASH) for name in ("Amina Otieno", "Jolien V")
    )
    join(app, space_id, amina)
    join(app, space_id, jolien)
    organiser = make_user(app, "Wanjiru K")
    join(app, space_id, organiser, Role.ORGANISER)
    thread_id = make_thread(app, space_id, amina, replies=2)
    opened = []

    def come_in(user_id, **options) -> Page:
        context = browser.new_context(**options)
        opened.append(context)
        page = context.new_page()
        with app.app_context():
            email = db.session.get_one(User, user_id).email
        page.goto(f"{url}/sign-in")
        page.locator("[name=email]").fill(email)
        page.locator("[name=password]").fill(PASSWORD)
        page.locator("[name=password]").press("Enter")
        page.wait_for_url(lambda address: "sign-in" not in address)
        return page

    yield Talk(app, url, amina, jolien, organiser, thread_id, come_in)
    for context in opened:
        context.close()


def write(page: Page, text: str) -> None:
    box = page.get_by_label("Your reply")
    box.fill(text)
    box.press("Control+Enter")


def open_live(page: Page, talk: Talk) -> None:
    """Open the thread and wait until it is followed live: from then on the box sends by itself."""
    page.goto(talk.thread_url)
    expect(page.locator("#posts[data-live]")).to_be_attached()


def posts(page: Page):
    return page.locator("#posts > .post:not(.sending) .prose")


def test_posts_arrive_at_once_and_nothing_is_missed_or_doubled_by_a_broken_line(talk):
    amina, jolien = talk.come_in(talk.amina), talk.come_in(talk.jolien)
    open_live(amina, talk)
    open_live(jolien, talk)

    write(amina, "Hello **all**")
    expect(posts(jolien)).to_have_count(4)
    expect(posts(jolien).last).to_have_text("Hello all")
    expect(amina.locator(".sending")).to_have_count(0)
    expect(posts(amina)).to_have_count(4)
    expect(amina.get_by_label("Your reply")).to_have_value("")

    jolien.context.set_offline(True)
    write(jolien, "Written on a train")
    expect(jolien.locator(".sending .prose")).to_have_text("Written on a train")
    for number in range(3):
        write(amina, f"While you were away {number}")
        expect(posts(amina)).to_have_count(5 + number)

    jolien.context.set_offline(False)
    told = ["Hello all", *(f"While you were away {n}" for n in range(3)), "Written on a train"]
    for page in (jolien, amina):
        expect(posts(page)).to_have_count(8)
        assert posts(page).all_inner_texts()[3:] == told
    expect(jolien.locator(".sending")).to_have_count(0)


def test_on_a_phone_the_box_folds_when_a_reply_is_sent_and_the_bar_makes_way_for_it(talk):
    jolien = talk.come_in(talk.jolien, viewport={"width": 375, "height": 812})
    open_live(jolien, talk)
    box, bar = jolien.get_by_label("Your reply"), jolien.locator(".bottom-bar")
    folded = box.bounding_box()["height"]
    expect(bar).to_be_visible()
    box.focus()
    expect(bar).to_be_hidden()
    assert box.bounding_box()["height"] > folded
    write(jolien, "From the bus")
    expect(posts(jolien).last).to_have_text("From the bus")
    expect(bar).to_be_visible()
    assert box.bounding_box()["height"] == folded
    box.press_sequentially("x")  # and it opens again
    assert box.bounding_box()["height"] > folded


def test_what_was_written_offline_survives_the_window(talk):
    jolien = talk.come_in(talk.jolien)
    open_live(jolien, talk)
    jolien.context.set_offline(True)
    write(jolien, "Before the battery died")
    expect(jolien.locator(".sending")).to_have_count(1)
    context = jolien.context
    jolien.close()
    context.set_offline(False)
    again = context.new_page()
    again.goto(talk.thread_url)
    expect(posts(again)).to_have_count(4)
    expect(posts(again).last).to_have_text("Before the battery died")
    expect(again.get_by_label("Your reply")).to_have_value("")


def test_a_refused_reply_comes_back_with_the_reason(talk):
    jolien = talk.come_in(talk.jolien)
    open_live(jolien, talk)
    long = "x" * 20_001
    write(jolien, long)
    expect(jolien.locator("#f-body-error")).to_contain_text("This was not sent")
    expect(jolien.get_by_label("Your reply")).to_have_value(long)
    expect(posts(jolien)).to_have_count(3)


def test_what_has_been_in_view_is_read(talk):
    for number in range(30):
        reply(talk.app, talk.thread_id, talk.amina, f"Post {number}")
    jolien = talk.come_in(talk.jolien)
    with jolien.expect_response(lambda answer: answer.url.endswith("/read")) as told:
        jolien.goto(talk.thread_url)
    assert told.value.status == 204
    jolien.goto(talk.thread_url)
    expect(jolien.locator(".new-line")).to_be_visible()
    with jolien.expect_response(lambda answer: answer.url.endswith("/read")):
        jolien.locator("#p20").scroll_into_view_if_needed()


def test_reading_and_replying_with_scripts_off(talk):
    jolien = talk.come_in(talk.jolien, java_script_enabled=False)
    jolien.goto(talk.thread_url)
    jolien.get_by_role("button", name="Mark as read").click()
    expect(jolien.get_by_role("status").filter(has_text="You have read all")).to_be_visible()
    jolien.get_by_role("link", name="Who signs for the readings?").click()
    expect(jolien.get_by_role("button", name="Mark as read")).to_have_count(0)
    jolien.get_by_role("link", name="Reply to Amina Otieno, post 1", exact=True).click()
    expect(jolien.get_by_text("Answering Amina Otieno, post 1")).to_be_visible()
    jolien.get_by_label("Your reply").fill("By the form")
    jolien.get_by_role("button", name="Reply").click()
    expect(posts(jolien).last).to_have_text("By the form")
    assert jolien.url.endswith("#p4")
    expect(jolien.get_by_role("link", name="answers Amina Otieno, post 1")).to_be_visible()


def test_what_one_changes_and_takes_back_others_see_at_once(talk):
    amina, jolien = talk.come_in(talk.amina), talk.come_in(talk.jolien)
    for page in (amina, jolien):
        page.goto(talk.thread_url)
        expect(page.locator("#posts[data-live]")).to_be_visible()
    amina.get_by_label("Your reply").fill("The well is dry.")
    amina.keyboard.press("Control+Enter")
    for page in (amina, jolien):
        expect(page.locator("#p4 .prose")).to_have_text("The well is dry.")
    expect(jolien.locator("#p4 [data-edit]")).to_have_count(0)

    # The box to reply in is open still: the link must not slip away as it folds.
    amina.get_by_label("Your reply").focus()
    amina.locator("#p4 .menu summary").click()
    amina.locator("#p4 [data-edit]").click()
    amina.get_by_label("Your words").fill("The well is full.")
    amina.get_by_role("button", name="Save", exact=True).click()
    expect(jolien.locator("#p4 .prose")).to_have_text("The well is full.")
    expect(jolien.locator("#p4 .edited")).to_have_text("Edited")
    expect(jolien.locator("#news")).to_have_text("Post 4 was changed")

    amina.locator("#p4 .menu summary").click()
    amina.locator("#p4 [data-remove]").click()
    amina.get_by_role("button", name="Remove it").click()
    expect(jolien.locator("#p4")).to_contain_text("Removed by who wrote it.")
    expect(jolien.locator("#p4 [data-restore]")).to_have_count(0)
    amina.locator("#p4 [data-restore]").click()
    amina.get_by_role("button", name="Put it back").click()
    expect(jolien.locator("#p4 .prose")).to_have_text("The well is full.")


def test_an_answer_is_accepted_and_a_thread_locked_while_others_look(talk):
    reply(talk.app, talk.thread_id, talk.jolien, "It was the storm.")
    amina, jolien = talk.come_in(talk.amina), talk.come_in(talk.jolien)
    for page in (amina, jolien):
        page.goto(talk.thread_url)
        expect(page.locator("#posts[data-live]")).to_be_visible()
    expect(jolien.locator("[data-accept]:visible")).to_have_count(0)
    amina.locator("#p4").get_by_role("button", name="This answers it").click()
    expect(amina.locator("#p4")).to_contain_text("This answers the question.")
    for page in (amina, jolien):
        expect(page.locator("#p4.accepted")).to_be_visible()
        expect(page.get_by_role("link", name="Answered in post 4")).to_be_visible()

    with talk.app.app_context():
        lock_thread(Context.begin(talk.organiser), talk.thread_id, locked=True)
    amina.reload()
    expect(amina.get_by_text("This thread is locked")).to_be_visible()
    jolien.wait_for_timeout(1_500)  # what she has seen is told within the second
    jolien.locator("#p2 .menu summary").click()
    jolien.get_by_role("button", name="Unread from here").click()
    expect(jolien.get_by_text("is unread from post 2 on")).to_be_visible()
    expect(jolien.get_by_text("3 new")).to_be_visible()


def test_posts_that_move_are_seen_moving_by_who_looks_at_either_thread(talk):
    title = "What is a dry month?"
    amina, jolien = talk.come_in(talk.amina), talk.come_in(talk.jolien)
    open_live(amina, talk)
    leader = Context.begin(talk.organiser)
    with talk.app.app_context():
        given = {"title": title, "kind": ThreadKind.QUESTION, "numbers": (2,)}
        apart = split_thread(leader, talk.thread_id, **given).thread.id
    way = amina.get_by_role("link", name=f"Moved to “{title}”, post 1")
    expect(way).to_be_visible()
    jolien.goto(f"{talk.url}/threads/{apart}")
    expect(jolien.locator("#posts[data-live]")).to_be_attached()
    with talk.app.app_context():
        merge_posts(Context.begin(talk.organiser), talk.thread_id, into=apart)
    expect(jolien.locator("#p3 .prose")).to_have_text("Reply 3")
    expect(amina.get_by_text("This thread was merged with another one:")).to_be_visible()
    expect(amina.get_by_label("Your reply")).to_be_disabled()
    way.click()
    expect(amina.locator("#p1 .prose")).to_have_text("Reply 2")
