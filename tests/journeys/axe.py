"""axe-core on the page a journey stands on, in both themes, and what a phone must not do."""

from pathlib import Path

from playwright.sync_api import Page, Route

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]
COLOURS = ["color-contrast", "link-in-text-block"]  # the rules that a theme can change
PHONE = 375  # pixels; the narrowest common phone
NARROWEST = 320  # pixels; WCAG 2.2, 1.4.10
ARRIVING = 1_000  # milliseconds
TALLEST = 12_000  # pixels; a page is never looked at through a window longer than this

RUN = """only => axe.run({exclude: [['template']]}, {runOnly: only, resultTypes: ['violations']})
  .then(found => found.violations.map(each => each.id + ': ' + each.help + '\\n' + each.nodes
    .map(node => '    ' + node.html.slice(0, 200) + '\\n      ' +
      node.failureSummary.replaceAll('\\n', ' ')).join('\\n')))"""


def check(page: Page) -> None:
    """Fail with what axe-core finds on this page, light or dark.

    The source is evaluated by the browser's debugger: the site's own policy stays in force for
    everything the page does. The dark theme asks only the rules that colours can break.
    """
    page.emulate_media(color_scheme="light")
    if not page.evaluate("typeof window.axe === 'object'"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found = _settled(page, {"type": "tag", "values": TAGS})
    page.emulate_media(color_scheme="dark")
    dark = _settled(page, {"type": "rule", "values": COLOURS})
    page.emulate_media(color_scheme="light")
    problems = [*found, *(f"in the dark theme, {each}" for each in dark)]
    assert not problems, f"axe-core on {page.url} ({page.title()}):\n" + "\n".join(problems)


def _settled(page: Page, only: dict[str, object]) -> list[str]:
    """Return what is found on the page as it stays.

    While it still arrives, what axe-core measures first may have moved by the time it measures
    what lies beside it; so what is found is looked for once more.
    """
    found: list[str] = page.evaluate(RUN, only)
    if found:
        page.wait_for_timeout(ARRIVING)
        found = page.evaluate(RUN, only)
    return found


def check_copy(page: Page, copy: Page) -> None:
    """Check a page whose browser runs no scripts, by a copy of it in one that does.

    axe-core is a script itself. The copy runs none of the site's, and shows what stands in
    ``noscript``: it looks and reads the same.
    """
    html = page.content().replace("<noscript>", "<div>").replace("</noscript>", "</div>")

    def answer(route: Route) -> None:
        if route.request.resource_type == "document":
            route.fulfill(body=html, content_type="text/html; charset=utf-8")
        elif route.request.resource_type == "script":
            route.abort()
        else:
            route.continue_()

    copy.route("**/*", answer)
    copy.goto(page.url)
    check(copy)
    copy.unroute("**/*")


def check_narrow(page: Page) -> None:
    """Look at the page as on a phone: axe-core finds nothing, and nothing scrolls sideways.

    The window is as tall as the page: a bar that sticks to its foot would half-cover links, which
    a person scrolls away from under it.
    """
    before = page.viewport_size
    page.set_viewport_size({"width": PHONE, "height": 800})
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": PHONE, "height": min(height + 100, TALLEST)})
    check(page)
    page.set_viewport_size({"width": NARROWEST, "height": 800})
    wide = page.evaluate(SIDEWAYS)
    assert not wide, f"{page.url} scrolls sideways at {NARROWEST} px:\n" + "\n".join(wide)
    if before:
        page.set_viewport_size(before)


SIDEWAYS = """() => {
  const page = document.documentElement;
  const room = page.clientWidth;
  if (page.scrollWidth <= room) return [];
  const wide = [...document.body.querySelectorAll('*')]
    .filter(each => each.getBoundingClientRect().right > room + 1)
    .filter(each => !each.closest('.scroll, .visually-hidden'))
    .slice(0, 8)
    .map(each => Math.round(each.getBoundingClientRect().right) + ' px: ' +
      each.outerHTML.slice(0, 160));
  return ['the page is ' + page.scrollWidth + ' px wide', ...wide];
}"""
