"""The keyboard of somebody who uses no pointer."""

import pytest
from playwright.sync_api import Locator, Page, expect

MOST = 80  # presses of the Tab key to anything on a page
SEEN = """() => {
  const at = document.activeElement;
  if (at === document.body) return null; // between the last and the first is the browser itself
  const box = at.getBoundingClientRect();
  const style = getComputedStyle(at);
  const ring = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  const points = [[.5, .5], [.1, .2], [.9, .2], [.1, .8], [.9, .8]];
  const free = points.some(([x, y]) => {
    const top = document.elementFromPoint(box.x + box.width * x, box.y + box.height * y);
    return top && (at.contains(top) || top.contains(at));
  });
  return {what: at.outerHTML.slice(0, 120), ring, free};
}"""


def go_to(page: Page, wanted: Locator) -> None:
    """Press Tab until something has the focus; whatever has it on the way shows it."""
    expect(wanted).to_be_visible()
    for _ in range(MOST):
        page.keyboard.press("Tab")
        seen = page.evaluate(SEEN)
        if seen is None:
            continue
        assert seen["ring"], f"the focus is not shown on {page.url}: {seen['what']}"
        assert seen["free"], f"what has the focus is covered on {page.url}: {seen['what']}"
        if wanted.evaluate("element => element === document.activeElement"):
            return
    pytest.fail(f"no way by keyboard to {wanted} on {page.url}")
