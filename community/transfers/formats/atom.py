"""Feeds as Atom (RFC 4287)."""

import dataclasses
import datetime as dt
import re
from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

MEDIA_TYPE = "application/atom+xml"
# XML 1.0, section 2.2
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_OURS = re.compile(r'(\s(?:href|src)=")/(?!/)')


@dataclasses.dataclass(frozen=True, slots=True)
class Entry:
    """One entry; ``key`` is a URN that never changes, ``html`` sanitised, ``url`` whole."""

    key: str
    title: str
    url: str
    author: str
    published: dt.datetime
    updated: dt.datetime
    html: str
    kinds: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class Feed:
    """A feed; ``since`` is when it changed last, if it has no entries."""

    key: str
    title: str
    url: str
    own_url: str
    language: str
    since: dt.datetime
    entries: Sequence[Entry]

    @property
    def updated(self) -> dt.datetime:
        """When anything in it changed last."""
        return max((entry.updated for entry in self.entries), default=self.since)


def feed_xml(feed: Feed, base_url: str) -> bytes:
    """Return a feed as a document; what our pages name below the site gets its whole address."""
    parts = [
        '<?xml version="1.0" encoding="utf-8"?>\n',
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang={_attribute(feed.language)}>\n',
        _element("id", feed.key),
        _element("title", feed.title),
        f"<link href={_attribute(feed.url)}/>\n",
        f'<link rel="self" type="{MEDIA_TYPE}" href={_attribute(feed.own_url)}/>\n',
        _element("updated", _at(feed.updated)),
    ]
    for entry in feed.entries:
        parts += _entry(entry, base_url)
    parts.append("</feed>\n")
    return "".join(parts).encode()


def _entry(entry: Entry, base_url: str) -> list[str]:
    html = _OURS.sub(lambda found: f"{found[1]}{base_url}/", entry.html)
    return [
        "<entry>\n",
        _element("id", entry.key),
        _element("title", entry.title),
        f"<link href={_attribute(entry.url)}/>\n",
        f"<author><name>{_text(entry.author)}</name></author>\n",
        *(f"<category term={_attribute(kind)}/>\n" for kind in entry.kinds),
        _element("published", _at(entry.published)),
        _element("updated", _at(entry.updated)),
        f'<content type="html">{_text(html)}</content>\n',
        "</entry>\n",
    ]


def _element(name: str, text: str) -> str:
    return f"<{name}>{_text(text)}</{name}>\n"


def _text(text: str) -> str:
    return escape(_NO_XML.sub("", text))


def _attribute(text: str) -> str:
    return quoteattr(_NO_XML.sub("", text))


def _at(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
