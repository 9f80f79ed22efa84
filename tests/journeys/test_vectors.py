"""In a real browser no text runs: none of the corpus in posts, and none on any other page.

The policy against scripts is not asked either: a text that it had to stop has left markup behind.
"""

from collections.abc import Iterator

import pytest
from architecture.requests import address_of
from architecture.surfaces import SURFACES
from conftest import browser, make_settings
from factories.discussions import make_thread, reply
from factories.poison import make_poisoned
from journeys.served import Site, serving
from journeys.window import Window
from playwright.sync_api import expect
from security.vectors import CLASSES

pytestmark = pytest.mark.browser

WATCH = """
window.ran = () => { window.told("a text ran"); };
document.addEventListener("securitypolicyviolation", (event) => {
  window.told(`${event.violatedDirective} stopped ${event.blockedURI} ${event.sample}`);
});
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Serve a site in which every text that anybody typed tries to be markup."""
    data = tmp_path_factory.mktemp("poisoned")
    settings = make_settings(data, smtp_url="smtp://127.0.0.1:9")  # nobody works: nothing is sent
    with serving(settings, worker=False) as made:
        yield made


@pytest.fixture(scope="module")
def world(site: Site):
    return make_poisoned(site.app)


@pytest.fixture
def watched(window, world) -> tuple[Window, list[str]]:
    """Open a window of the owner that notes whatever ran, was stopped or asked."""
    person, told = window(world.here.people["owner"]), []

    def tell(what: str) -> None:  # the library keeps notes on it, which a bound method cannot take
        told.append(what)

    person.context.expose_function("told", tell)
    person.context.add_init_script(WATCH)
    person.page.on("dialog", lambda dialog: (tell(dialog.message), dialog.dismiss()))
    return person, told


@pytest.mark.parametrize("name", CLASSES)
def test_a_post_of_each_vector_is_words(site: Site, world, watched, name: str) -> None:
    person, told = watched
    owner, texts = world.here.people["owner"], CLASSES[name]
    thread = make_thread(site.app, world.here.network, owner, body="\n\n".join(texts))
    for text in texts:
        reply(site.app, thread, owner, text)
    for start in range(0, len(texts) + 1, 20):
        person.page.goto(f"{site.url}/threads/{thread}?after={start}")
        first = person.page.locator(f"#p{start + 1} .words")
        expect(first).to_be_attached()
        shown = person.page.locator("#posts .words")
        assert shown.count() == min(20, len(texts) + 1 - start)
        left = shown.evaluate_all(
            """all => all.flatMap((words) => [...words.querySelectorAll("*")]).filter((one) =>
              !(one instanceof HTMLElement) || ["SCRIPT", "STYLE", "IFRAME", "FORM"].includes(
                one.tagName) || [...one.attributes].some((each) => each.name.startsWith("on"))
            ).map((one) => one.outerHTML)"""
        )
        assert left == []
    # what arrives while one looks is put in by a script
    written = "\n\n".join(texts[::-1])
    number = reply(site.app, thread, owner, written)
    expect(person.page.locator(f"#p{number} .words")).to_be_attached()
    assert told == []


def test_no_other_page_runs_what_was_typed(site: Site, world, watched) -> None:
    person, told = watched
    client = browser(site.app, world.here.people["owner"])
    seen = 0
    for endpoint, surface in SURFACES.items():
        for args in surface.asks(world):
            where = address_of(site.app, endpoint, args)
            answer = client.get(where)
            if answer.status_code == 200 and answer.mimetype == "text/html":
                person.page.goto(site.url + where, wait_until="load")
                assert told == [], where
                seen += 1
                break
    assert seen > 60
