"""What people type stays text: in Markdown, on every page, in every letter.

Looked at by another parser than the one that cleans: the standard library's.
"""

import io
import itertools
import json
import re
import zipfile
from html.parser import HTMLParser
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import pytest
from architecture.requests import address_of
from architecture.surfaces import SURFACES
from conftest import acting, browser, empty
from factories.discussions import make_thread, reply
from factories.poison import make_poisoned
from security.vectors import ANYWHERE, CLASSES

from community.kernel.installed import EXTENSION, installed
from community.kernel.mail import Attachment, Letter, written
from community.kernel.markdown import linked, render
from community.transfers.formats.talk import Reader
from community.transfers.operations import write_talk

TAGS = frozenset(
    """p br hr em strong del s code pre span div a sup h1 h2 h3 h4 h5 h6 ul ol li blockquote section
    table thead tbody tr th td figure figcaption img""".split()  # noqa: SIM905  # reads better
)
ATTRIBUTES = {"href", "title", "id", "class", "src", "alt", "loading", "width", "height", "start"}
ATTRIBUTES |= {"rel", "aria-hidden"}
SCHEMES = {"", "http", "https", "mailto"}
OURS = re.compile(r"/[^/\\]|/?$")
"""Addresses of this site: a picture is loaded from nowhere else."""


class Found(HTMLParser):
    """The elements of a page, each with its attributes."""

    def __init__(self, html):
        super().__init__()
        self.elements = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))


def dangers(html):
    """Yield what a text that somebody typed must not leave on a page."""
    for tag, attrs in Found(html).elements:
        if tag not in TAGS:
            yield f"<{tag}>"
        yield from (f"{name}=" for name in attrs if name not in ATTRIBUTES)
        address = re.sub(r"[\x00-\x20]", "", attrs.get("href") or "")
        if urlsplit(address).scheme.lower() not in SCHEMES:
            yield f"href={address}"
        if not OURS.match(attrs.get("src") or "/"):
            yield f"src={attrs['src']}"
        if attrs.get("id") in {"main", "posts", "reply", "f-body"}:
            yield f"id={attrs['id']}"


def test_the_corpus_holds_two_hundred_ways_and_no_way_twice():
    texts = [text for each in CLASSES.values() for text in each]
    assert len(texts) == len(set(texts))
    assert len(texts) >= 200
    assert all(each for each in CLASSES.values())


@pytest.mark.parametrize("name", CLASSES)
@pytest.mark.parametrize(
    "around",
    ["{}", "> {}", "- {}", "**{}**", "x {} y", "[{}](/x)", "# {}", "x[^1]\n\n[^1]: {}"],
    ids=["alone", "quoted", "listed", "strong", "amid", "linked", "headed", "noted"],
)
def test_no_way_in_is_left_in_what_is_rendered(name, around):
    wrong = {}
    for text in CLASSES[name]:
        found = list(dangers(render(around.replace("{}", text))))
        if found:
            wrong[text] = found
    assert wrong == {}


@pytest.mark.parametrize("name", CLASSES)
def test_what_two_of_them_leave_together_is_no_way_in(name):
    """One may open what the next one stands in."""
    texts = CLASSES[name]
    for text, following in itertools.pairwise(texts):
        assert list(dangers(render(f"{text}\n{following}"))) == []
    assert list(dangers(render("\n\n".join(texts)))) == []


@pytest.mark.parametrize("name", CLASSES)
def test_a_line_of_chat_links_addresses_and_nothing_else(name):
    for text in CLASSES[name]:
        found = Found(linked(text)).elements
        assert {tag for tag, _attrs in found} <= {"a"}
        for _tag, attrs in found:
            assert urlsplit(attrs["href"]).scheme in {"http", "https"}
            assert set(attrs) <= {"href", "rel"}


@pytest.fixture(scope="module")
def poisoned(shared_app):
    empty(shared_app)
    return make_poisoned(shared_app)


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)  # pages are the same on both
@pytest.mark.parametrize("role", ["owner", "member", "admin"])
def test_no_page_takes_a_text_for_markup(shared_app, poisoned, role):
    client, told, wrong = browser(shared_app, poisoned.roles[role]), 0, []
    for endpoint, surface in SURFACES.items():
        for args in surface.asks(poisoned):
            where = address_of(shared_app, endpoint, args)
            answer = client.get(where)
            assert answer.status_code < 500, where
            if answer.mimetype != "text/html":
                continue
            told += "&lt;img src=x onerror=ran()" in answer.text
            for tag, attrs in Found(answer.text).elements:
                if "data-ran" in attrs or any(name.startswith("on") for name in attrs):
                    wrong.append(f"{where}: <{tag} {attrs}>")
                if urlsplit(attrs.get("href") or "").scheme not in SCHEMES:
                    wrong.append(f"{where}: <{tag} {attrs}>")
    assert wrong == []
    assert told > (0 if role == "admin" else 40), "the texts were not on the pages"


ATOM = "{http://www.w3.org/2005/Atom}"
IN_A_FEED = frozenset(
    """feed entry id title updated published author name link category content
    generator""".split()  # noqa: SIM905  # reads better
)
IN_A_ZIP = re.compile(
    r"manifest\.json|(people|threads|posts)\.jsonl|threads/\d{5}-[a-z0-9-]+\.md"
    r"|files/[0-9a-f]{64}\.[a-z0-9]+"
)
WAYS_OUT = (
    *("../../../etc/passwd", "..\\..\\x", "/etc/passwd", "C:\\x", "~/.ssh/x", "con"),
    "a\u202egnp.md",
)


@pytest.fixture(scope="module")
def written_in(shared_app, poisoned):
    """Return the threads that hold all of the corpus, and those whose titles lead out of a ZIP."""
    space, who = poisoned.here.run.space, poisoned.here.people["owner"]
    for name, texts in CLASSES.items():
        thread = make_thread(shared_app, space, who, title=ANYWHERE[:200], body="\n\n".join(texts))
        reply(shared_app, thread, poisoned.here.people["facilitator"], f"{name}\n\n{ANYWHERE}")
    for title in WAYS_OUT:
        make_thread(shared_app, space, who, title=title, tags=["<b>bold</b>"])
    return poisoned


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)  # what is sent is the same on both
def test_no_feed_takes_a_text_for_markup(shared_app, written_in):
    """Each is parsed as XML, and what it holds as HTML is looked at as a page is."""
    client, entries, wrong = browser(shared_app, None), 0, []
    here = shared_app.extensions[EXTENSION].settings.base_url
    for endpoint in (name for name in SURFACES if name.endswith("_feed")):
        for args in SURFACES[endpoint].asks(written_in):
            where = address_of(shared_app, endpoint, args)
            answer = client.get(where)
            if answer.status_code == 404:
                continue
            assert answer.mimetype == "application/atom+xml", where
            feed = ET.fromstring(answer.data)  # noqa: S314  # ours
            for element in feed.iter():
                name = element.tag.removeprefix(ATOM)
                href = element.get("href", "")
                if name not in IN_A_FEED or urlsplit(href).scheme not in {"", "http", "https"}:
                    wrong.append(f"{where}: <{element.tag} {element.attrib}>")
                if element.get("type") == "html":
                    html = (element.text or "").replace(here, "")
                    wrong += [f"{where}: {danger}" for danger in dangers(html)]
                    entries += 1
                elif name == "title":
                    assert element.get("type", "text") == "text", where
    assert wrong == []
    assert entries > 20, "the texts were in no feed"


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_no_name_in_an_archive_leads_out_of_it(shared_app, written_in):
    with shared_app.app_context():
        made = io.BytesIO()
        write_talk(acting(written_in.here.people["owner"]), written_in.here.run.space, made)
    with zipfile.ZipFile(made) as file:
        names = file.namelist()
        assert [name for name in names if not IN_A_ZIP.fullmatch(name)] == []
        assert len(names) == len({name.casefold() for name in names})
        assert all(entry.external_attr >> 16 == 0o100644 for entry in file.infolist())
        titles = {json.loads(line)["title"] for line in file.read("threads.jsonl").splitlines()}
        assert {*WAYS_OUT[:6], ANYWHERE[:200]} <= titles
    Reader(made)  # whoever reads it takes these names


def test_no_letter_takes_a_text_for_markup_nor_for_a_header(inside):
    sent = Letter(
        key="security:1",
        to="ana@example.org",
        name=ANYWHERE,
        language="en",
        subject=f"{ANYWHERE}\r\nBcc: everybody@example.org",
        lines=[ANYWHERE, f"{ANYWHERE}\r\n.\r\n"],
        facts=[(ANYWHERE, ANYWHERE)],
        button=(ANYWHERE, f"https://x.example/{ANYWHERE}"),
        quoted=(render("\n\n".join(text for each in CLASSES.values() for text in each)), ANYWHERE),
        why=ANYWHERE,
        unsubscribe="https://x.example/letters/x",
        attachments=[Attachment(name=ANYWHERE, kind="text/plain", content=b"x")],
    )
    message = written(sent, installed().settings)
    html = message.get_body(("html",)).get_content()
    assert "&lt;img src=x onerror=ran()" in html
    for tag, attrs in Found(html).elements:
        assert tag not in {"script", "svg", "img", "iframe", "object", "form"}, tag
        assert "data-ran" not in attrs
        assert not any(name.startswith("on") for name in attrs), attrs
        assert urlsplit(attrs.get("href") or "").scheme in SCHEMES
    assert message["Bcc"] is None
    assert all("\n" not in str(value) for value in message.values())
