"""A post with a picture and a file: pasted, dropped, looked at, sent and read."""

import base64
import re
from collections.abc import Callable

import pytest
from factories.accounts import drawing, make_user
from factories.discussions import make_thread
from factories.files import PDF
from factories.spaces import join, make_space
from journeys.served import ON_SQLITE, Site
from journeys.window import Window
from playwright.sync_api import Locator, Page, expect

pytestmark = [pytest.mark.browser, ON_SQLITE]

BRING = """(area, [kind, name, type, data]) => {
  const bytes = Uint8Array.from(atob(data), (sign) => sign.charCodeAt(0));
  const what = new DataTransfer();
  what.items.add(new File([bytes], name, { type }));
  const more = { bubbles: true, cancelable: true };
  area.dispatchEvent(kind === "paste"
    ? new ClipboardEvent("paste", { ...more, clipboardData: what })
    : new DragEvent("drop", { ...more, dataTransfer: what }));
}"""


def bring(area: Locator, how: str, name: str, media_type: str, data: bytes) -> None:
    """Paste a file into the text, or drop it on it, as a browser tells a page of it."""
    area.evaluate(BRING, [how, name, media_type, base64.b64encode(data).decode()])


@pytest.fixture
def people(site: Site):
    space = make_space(site.app)
    both = [make_user(site.app, name) for name in ("Amina Otieno", "Jolien Vos")]
    for each in both:
        join(site.app, space, each)
    return (*both, make_thread(site.app, space, both[0]))


def box_of(page: Page) -> Locator:
    expect(page.locator("#posts[data-live]")).to_be_attached()
    return page.get_by_label("Your reply")


def test_a_picture_is_pasted_and_a_file_dropped_and_another_sees_both(
    site: Site, window: Callable[..., Window], people
) -> None:
    amina, jolien, thread = people
    mine, theirs = window(amina), window(jolien)
    page, other = mine.visit(f"/threads/{thread}"), theirs.visit(f"/threads/{thread}")
    box = box_of(page)
    box_of(other)
    box.click()
    box.press_sequentially("Look:")
    bring(box, "paste", "tea.png", "image/png", drawing())
    alt = page.get_by_label("What does tea.png show?")
    alt.fill("A pot of [green] tea")
    mine.check()
    alt.press("Enter")
    bring(box, "drop", "map of wells.pdf", "application/pdf", PDF)
    expect(box).to_have_value(
        re.compile(
            r"^Look:\n\n!\[A pot of \\\[green\\\] tea\]\(/attachments/[0-9a-f-]+/tea\.png\)\n\n"
            r"\[map of wells\.pdf\]\(/attachments/[0-9a-f-]+/map%20of%20wells\.pdf\)\n$"
        )
    )
    page.get_by_role("tab", name="Preview").click()
    expect(page.get_by_role("tabpanel").get_by_role("img")).to_have_attribute(
        "alt", "A pot of [green] tea"
    )
    mine.check()
    page.get_by_role("link", name="Reply to Amina Otieno, post 1").click()
    expect(box).to_be_focused()  # who answers writes, whatever stood in the text's place
    page.get_by_role("button", name="Reply", exact=True).click()
    new = other.locator("#p2")
    expect(new.get_by_role("img", name="A pot of [green] tea")).to_be_visible()
    assert new.get_by_role("img", name="tea").evaluate("each => each.decode().then(() => 80)") == 80
    expect(new.get_by_role("link", name="map of wells.pdf")).to_be_visible()
    expect(new.get_by_text("(PDF, 1 kB)")).to_be_visible()
    theirs.check()


def test_what_cannot_be_sent_is_said_in_words_and_nothing_of_it_stays(
    site: Site, window: Callable[..., Window], people
) -> None:
    amina, _jolien, thread = people
    mine = window(amina)
    box = box_of(mine.visit(f"/threads/{thread}"))
    box.fill("So far")
    with mine.refused(422):
        bring(box, "drop", "drawing.svg", "image/svg+xml", b"<svg/>")
        problem = mine.page.get_by_role("alert").filter(has_text="drawing.svg")
        expect(problem).to_contain_text("not taken")
    expect(box).not_to_have_value(re.compile("Sending"))
    bring(box, "drop", "film.mp4", "video/mp4", b"x" * 10_000_001)
    expect(mine.page.get_by_text("film.mp4 is larger than 10 MB.")).to_be_visible()
    mine.check()
    for _each in range(2):
        mine.page.get_by_role("button", name="Dismiss").first.click()
    expect(mine.page.get_by_role("alert")).to_have_count(0)


def test_the_buttons_are_one_stop_and_what_they_do_is_undone(
    site: Site, window: Callable[..., Window], people
) -> None:
    amina, _jolien, thread = people
    page = window(amina).visit(f"/threads/{thread}")
    box = box_of(page)
    box.click()
    box.press_sequentially("good words")
    box.press("ControlOrMeta+a")
    box.press("ControlOrMeta+b")
    expect(box).to_have_value("**good words**")
    box.press("ControlOrMeta+b")
    expect(box).to_have_value("good words")
    box.press("ControlOrMeta+i")
    expect(box).to_have_value("*good words*")
    box.press("ControlOrMeta+z")
    expect(box).to_have_value("good words")
    box.press("ControlOrMeta+a")
    box.press("ControlOrMeta+k")
    expect(box).to_have_value("[good words](https://)")
    box.press("ControlOrMeta+z")
    box.press("Shift+Tab")
    expect(page.get_by_role("button", name="Picture or file")).to_be_focused()
    for _step in ("Bold", "Italic", "Link", "Quotation"):
        page.keyboard.press("ArrowRight")
    expect(page.get_by_role("button", name="Quotation")).to_be_focused()
    page.keyboard.press("Enter")
    expect(box).to_be_focused()
    expect(box).to_have_value("> good words")
    box.press("Shift+Tab")
    page.keyboard.press("End")
    expect(page.get_by_role("button", name="Table")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_role("tab", name="Write")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tabpanel", name="Preview").get_by_text("good words")).to_be_visible()


def test_a_post_is_quoted_with_the_way_to_it(
    site: Site, window: Callable[..., Window], people
) -> None:
    _amina, jolien, thread = people
    page = window(jolien).visit(f"/threads/{thread}")
    box = box_of(page)
    page.get_by_text("More for post 1").locator("..").click()
    page.get_by_role("link", name="Quote").click()
    key = page.locator("#p1").get_attribute("data-post")
    expect(box).to_have_value(
        f"> [Amina Otieno, post 1](/posts/{key})\n>\n"
        "> Eleven readers, none on our payroll. Who is the steward?\n\n"
    )
    expect(box).to_be_focused()
    page.get_by_role("button", name="Reply", exact=True).click()
    page.locator("#p2").get_by_role("link", name="Amina Otieno, post 1", exact=True).click()
    page.wait_for_url("**#p1")


def test_on_a_phone_the_buttons_are_one_line_that_scrolls(
    site: Site, window: Callable[..., Window], people
) -> None:
    amina, _jolien, thread = people
    mine = window(amina, viewport={"width": 320, "height": 640})
    page = mine.visit(f"/threads/{thread}")
    box = box_of(page)
    box.click()
    tools = page.get_by_role("toolbar")
    assert tools.evaluate("({ parentNode: bar }) => bar.scrollWidth > bar.clientWidth")
    assert tools.bounding_box()["height"] < 60
    assert tools.bounding_box()["y"] + tools.bounding_box()["height"] <= box.bounding_box()["y"] + 1
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    mine.check()


def test_a_file_is_added_and_looked_at_without_scripts(
    site: Site, window: Callable[..., Window], people
) -> None:
    amina, _jolien, thread = people
    mine = window(amina, java_script_enabled=False)
    page = mine.visit(f"/threads/{thread}")
    page.get_by_label("Your reply").fill("Look")
    page.get_by_text("Add a picture or a file").click()
    tea = {"name": "tea.png", "mimeType": "image/png", "buffer": drawing()}
    page.get_by_label("Picture or file").set_input_files(tea)
    page.get_by_label("What a picture shows").fill("Tea")
    mine.follow("Add the file", "button")
    expect(page.get_by_text("“tea.png” is put into the text")).to_be_visible()
    mine.follow("Preview", "button")
    expect(
        page.get_by_role("region", name="Preview: it is not sent yet").get_by_role("img")
    ).to_be_visible()
    mine.follow("Reply", "button")
    expect(page.locator("#p2").get_by_role("img", name="Tea")).to_be_visible()
