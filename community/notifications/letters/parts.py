"""What every letter of this feature is made of."""

import re
from collections.abc import Collection
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from community.accounts.queries import Addressee
from community.correspondence.queries import stop_address
from community.correspondence.rules import LETTERS, LetterKind, Topic
from community.kernel.installed import installed
from community.kernel.mail import Letter, Place
from community.kernel.markdown_rules import CHOSEN
from community.kernel.posting import Unsent, Why

WHY = {
    LetterKind.ANNOUNCEMENT: _l("You get this because you belong to %(space)s."),
    LetterKind.ANSWER: _l(
        "You get this because you belong to %(space)s, and are answered or mentioned there, or "
        "watch it."
    ),
    LetterKind.REMINDER: _l("You get this because you belong to %(space)s, which meets."),
    LetterKind.SCHEDULE: _l("You get this because you belong to %(space)s, whose times changed."),
}


def letter_of(
    reader: Addressee,
    kind: LetterKind,
    *,
    place: Place,
    topics: Collection[Topic] | None = None,
    **rest: Any,
) -> Letter:
    """Return a letter to somebody of a space, with what every one says at its foot.

    ``topics`` are what it tells of; None: all that letters of its kind can.
    """
    return Letter(
        to=reader.email,
        name=reader.name,
        language=reader.language,
        reader=reader.id,
        kind=kind,
        topics=LETTERS[kind] if topics is None else topics,
        place=place,
        why=str(WHY[kind]) % {"space": place.space},
        unsubscribe=stop_address(reader.id, kind),
        **rest,
    )


def unsent(  # in the order in which they are told
    reader: Addressee,
    kind: LetterKind,
    key: str,
    why: Why,
    place: Place | None = None,
    *,
    subject: str = "",
) -> Unsent:
    """Return why somebody does not get a letter that was owed to them."""
    return Unsent(key=key, reader=reader.id, kind=kind, why=why, place=place, subject=subject)


_PICTURE = re.compile(r"<img [^>]*>")
_SAYS = re.compile(r'(src|alt)="([^"]*)"')


def _link(picture: re.Match[str]) -> str:
    """Return a link to a picture, for its place: a mail program that shows it is not signed in."""
    says = dict(_SAYS.findall(picture[0]))
    words = _("Picture: %(title)s", title=says.get("alt") or _("without words"))
    return f'<a href="{says["src"]}">{words}</a>'


def absolute(html: str) -> str:
    """Return our own markup with whole addresses: a mail program knows no site to add.

    The renderer writes attributes in one way only, with double quotes.
    """
    base = installed().settings.base_url
    html = _PICTURE.sub(_link, html)
    for attribute in ("href", "src"):
        html = html.replace(f'{attribute}="/', f'{attribute}="{base}/')
    return html


def plain(body: str) -> str:
    """Return a text as it was typed, but who was chosen in it by name only."""
    return CHOSEN.sub(r"@\g<name>", body)
