"""A person's browser: where it is, and what it must not do while a journey goes on."""

import contextlib
import dataclasses
import re
from collections.abc import Iterator

from journeys import axe
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, WebError

NETWORK = re.compile(r"net::ERR_(INTERNET_DISCONNECTED|NETWORK_CHANGED)|WebSocket connection to")
LEFT = "net::ERR_ABORTED"  # a request whose page was left before the answer came


@dataclasses.dataclass
class Window:
    """One browser context with one page, and everything that went wrong in it.

    Console errors, errors of scripts, requests without an answer and requests to another host are
    noted; what a journey brings about on purpose (a broken line, a refused form) it says.
    """

    url: str
    context: BrowserContext
    page: Page
    copy: Page | None = None  # where scripts run, for a browser in which they do not
    troubles: list[str] = dataclasses.field(default_factory=list)
    line_breaks: bool = False
    refusals: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        self.context.on("console", self._said)
        self.context.on("weberror", self._failed_script)
        self.context.on("request", self._asked)
        self.context.on("requestfailed", self._unanswered)
        # A browser that is first told so when a key is pressed may hear the key before: on a busy
        # machine the chooser then opens unseen.
        self.page.on("filechooser", lambda _chooser: None)

    def visit(self, path: str) -> Page:
        """Go to an address of the site, and see that everybody can use what is there."""
        self.page.goto(self.url + path)
        return self.check()

    def check(self) -> Page:
        """See that everybody can use the page one is on, in both themes."""
        if self.copy is None:
            axe.check(self.page)
        else:
            axe.check_copy(self.page, self.copy)
        return self.page

    def follow(self, name: str | re.Pattern[str], role: str = "link") -> Page:
        """Press a link or a button by its name, wait for the page it leads to, and check that."""
        with self.page.expect_navigation():
            self.page.get_by_role(role, name=name).first.click()  # type: ignore[arg-type]
        return self.check()

    def words(self) -> str:
        """Return the page as a screen reader meets it."""
        main = self.page.locator("main")
        return main.aria_snapshot(timeout=2_000) if main.count() == 1 else self.page.title()

    @contextlib.contextmanager
    def refused(self, *statuses: int) -> Iterator[None]:
        """Expect answers with these statuses, which a browser reports as errors."""
        before, self.refusals = self.refusals, statuses
        try:
            yield
        finally:
            self.refusals = before

    def _note(self, text: str) -> None:
        if self.line_breaks and NETWORK.search(text):
            return
        if any(f"status of {status} " in text for status in self.refusals):
            return
        self.troubles.append(text)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._note(f"console: {message.text} ({message.location.get('url')})")

    def _failed_script(self, error: WebError) -> None:
        self._note(f"script: {error.error}")

    def _asked(self, request: Request) -> None:
        own = (self.url + "/", self.url.replace("http", "ws", 1) + "/", "data:", "blob:")
        if not request.url.startswith(own):
            self.troubles.append(f"asked a stranger: {request.url}")

    def _unanswered(self, request: Request) -> None:
        if request.failure != LEFT:
            self._note(f"no answer: {request.method} {request.url}: {request.failure}")
