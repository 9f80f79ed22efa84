"""A session that ends while somebody writes: nothing that was typed or ticked is lost."""

from collections.abc import Callable

import pytest
from factories.accounts import PASSWORD, PASSWORD_HASH, make_user
from factories.progress import World, make_run
from journeys.served import ON_SQLITE, Site
from journeys.window import Window
from journeys.worlds import academy, activity, answers
from playwright.sync_api import Page, expect

from community.kernel.context import Context
from community.spaces.models import Role
from community.spaces.operations import add_member

pytestmark = [pytest.mark.browser, ON_SQLITE]

QUIZ = activity(1, 3)
POST = "Low water at six, or at seven?"


def come_in(site: Site, window: Callable[..., Window], **options: object) -> tuple[World, Window]:
    world = make_run(site.app, academy(), weeks_ago=0, weeks=8)
    email = f"amina.{world.run.hex}@example.org"
    amina = make_user(site.app, "Amina Otieno", email=email, password_hash=PASSWORD_HASH)
    owner = Context.begin(world.owner)
    site.do(lambda: add_member(owner, world.space, amina, role=Role.MEMBER))
    return world, window(amina, **options)


def lose_the_session(amina: Window, button: str) -> Page:
    """Send a form without its session, and see that one is told so."""
    amina.context.clear_cookies()
    with amina.refused(401):
        amina.page.get_by_role("button", name=button).click()
        expect(amina.page.get_by_role("heading", level=1)).to_have_text("You were signed out")
    return amina.check()


def sign_in_again(amina: Window, world: World, path: str) -> None:
    page = amina.page
    page.locator("main").get_by_role("link", name="Sign in").click()
    page.get_by_label("Email address").fill(f"amina.{world.run.hex}@example.org")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"**{path}")


def test_a_thread_one_wrote_is_there_again(site: Site, window: Callable[..., Window]) -> None:
    world, amina = come_in(site, window)
    path = f"/spaces/{world.slug}/threads/new"
    page = amina.visit(path)
    page.get_by_role("radio").first.check()
    page.get_by_label("Title").fill("Low water")
    page.get_by_label("First post").fill(POST)
    lose_the_session(amina, "Begin the thread")
    expect(page.get_by_label("What you wrote")).to_have_value(f"Low water\n\n{POST}")
    sign_in_again(amina, world, path)
    expect(page.get_by_label("First post")).to_have_value(POST)


def test_so_are_the_answers_of_a_quiz(site: Site, window: Callable[..., Window]) -> None:
    world, amina = come_in(site, window)
    path = f"/spaces/{world.slug}/learn/1/3"
    page = amina.visit(path)
    for question, options in answers(QUIZ, right=False).items():
        for option in options:
            page.locator(f"[name='answer.{question}'][value='{option}']").check()
    ticked = page.locator("input:checked").count()
    lose_the_session(amina, "Check my answers")
    sign_in_again(amina, world, path)
    expect(page.locator("input:checked")).to_have_count(ticked)
    page.get_by_role("button", name="Check my answers").click()
    expect(page.get_by_text("0 of 5 are right.")).to_be_visible()


def test_without_scripts_it_is_shown_to_be_copied(
    site: Site, window: Callable[..., Window]
) -> None:
    world, amina = come_in(site, window, java_script_enabled=False)
    path = f"/spaces/{world.slug}/threads/new"
    page = amina.visit(path)
    page.get_by_label("First post").fill(POST)
    page.get_by_label("Title").fill("Tide")
    page.get_by_role("radio").first.check()
    lose_the_session(amina, "Begin the thread")
    expect(page.get_by_label("What you wrote")).to_have_value(POST)
    sign_in_again(amina, world, path)


def test_who_signs_out_leaves_nothing_on_the_device(
    site: Site, window: Callable[..., Window]
) -> None:
    world, amina = come_in(site, window)
    page = amina.visit(f"/spaces/{world.slug}/threads/new")
    amina.line_breaks = True
    page.route("**/drafts/*", lambda route: route.abort("internetdisconnected"))
    page.get_by_label("First post").fill(POST)
    expect(page.get_by_text("Kept on this device; it is")).to_be_visible()
    kept = "() => Object.values({...localStorage, ...sessionStorage}).join()"
    assert POST in page.evaluate(kept)
    page.locator("form[data-sign-out] button").first.evaluate("button => button.click()")
    page.wait_for_url(f"{site.url}/")
    assert POST not in page.evaluate(kept)
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    assert POST not in page.content()
    assert POST not in page.evaluate(kept)
