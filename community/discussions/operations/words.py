"""What a post says, rendered before the act that says it begins.

Rendering may take a tenth of a second, and a unit of work keeps others waiting, on SQLite every
writer.
"""

import dataclasses
import uuid
from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import ngettext

from community.discussions.models import Thread
from community.discussions.queries import attachments_open_to, note_of, roll_of
from community.discussions.rules import (
    MOST_ATTACHED,
    MOST_MENTIONED,
    MentionedGroup,
    Named,
    Roll,
    attachment_of,
    attachments_named,
)
from community.kernel import markdown
from community.kernel.context import Context
from community.kernel.db import execute
from community.kernel.errors import Conflict, Invalid, NotFound
from community.kernel.keys import new_key


@dataclasses.dataclass(frozen=True, slots=True)
class Words:
    """What a post says: Markdown as it was typed, and the HTML of it under the post's own id.

    ``files`` are the attachments it shows, ``people`` and ``groups`` those it mentions.
    """

    post_id: uuid.UUID
    body: str
    html: str
    files: frozenset[uuid.UUID] = frozenset()
    people: Collection[Named] = ()
    groups: Collection[MentionedGroup] = ()
    space_id: uuid.UUID | None = None  # for whose members it was rendered; None: for any

    def refuse_elsewhere(self, space_id: uuid.UUID) -> None:
        """Raise Conflict where they were rendered for another space: the thread moved since."""
        if self.space_id not in {None, space_id}:
            raise Conflict(_("The thread was moved meanwhile. Look at it before you go on."))


def rendered(
    ctx: Context, body: str, space_id: uuid.UUID, *, post_id: uuid.UUID | None = None
) -> Words:
    """Return the words of a post (a new one, where it has no id yet), before the act that says it.

    It shows those attachments it names that the actor may put there: their own, of this space, in
    no other post; any other is a plain link. Members of the space are mentioned by their names. It
    may take a while. Raises Invalid where it shows more files than a post carries.
    """
    there = attachments_open_to(ctx, body, space_id, post_id)
    roll = roll_of(ctx, body, space_id, post_id)
    words = _words(body, post_id or new_key(), roll, there)
    if len(words.files) > MOST_ATTACHED:
        message = ngettext(
            "A post carries at most %(num)d file.",
            "A post carries at most %(num)d files.",
            MOST_ATTACHED,
        )
        raise Invalid(message, fields={"body": [message]})
    return dataclasses.replace(words, space_id=space_id)


QUICK = 500  # characters; made to be slow they take some milliseconds


def is_quickly_rendered(body: str) -> bool:
    """Whether a text is short, and names nobody and no file: it reads the same in every space."""
    return len(body) <= QUICK and "@" not in body and next(attachments_named(body), None) is None


def rendered_alone(body: str) -> Words:
    """Return the words of a new post that names nobody, or that nobody typed here (a course's).

    Nothing is attached to it, and nobody mentioned. It may take a while.
    """
    return _words(body, new_key(), None, {})


def _words(body: str, key: uuid.UUID, roll: Roll | None, there: Mapping[uuid.UUID, Any]) -> Words:
    html, files = html_of(body, key, roll, there)
    if roll is None:
        return Words(key, body, html, files)
    # Who is called where nothing is shown of it, as in the words of a picture, is not mentioned.
    people = [who for who in roll.people.values() if f"/people/{who.id}" in html]
    shown = html.casefold()
    groups = [group for group in roll.groups if f'class="mention">@{group}' in shown]
    return Words(key, body, html, files, people, groups)


def html_of(
    body: str, post_id: uuid.UUID, roll: Roll | None, there: Mapping[uuid.UUID, Any]
) -> tuple[str, frozenset[uuid.UUID]]:
    """Return the HTML of a post, and which of the attachments ``there`` (by their ids) it shows."""
    used = set()

    def shown(address: str) -> markdown.FileShown | None:
        row = there.get(attachment_of(address)) if there else None  # type: ignore[arg-type]
        if row is None:
            return None
        used.add(row.id)
        return markdown.FileShown(note_of(row), row.width, row.height)

    # Posts share a page: without their own prefix two footnotes or headings would clash.
    prefix = f"n{post_id.hex[-10:]}-"
    html = markdown.render(body, lowest_heading=3, id_prefix=prefix, file_shown=shown, calls=roll)
    return html, frozenset(used)


def unheard(ctx: Context, body: str, thread_id: uuid.UUID) -> list[str]:
    """Return sentences that tell who wrote in a thread which mentions reach nobody."""
    many = body.count("@") > MOST_MENTIONED
    if not many and f"@{MentionedGroup.EVERYONE}" not in body.casefold():
        return []
    roll = roll_of(ctx, body, space_of_thread(thread_id), None)
    html_of(body, new_key(), roll, {})
    told = []
    if roll.refused:
        told.append(_("“@everyone” stays text: those who lead this space mention everybody."))
    if roll.beyond:
        told.append(_("A post mentions at most %(most)d people.", most=MOST_MENTIONED))
    return told


def space_of_thread(thread_id: uuid.UUID) -> uuid.UUID:
    """Return the space a thread stands in, seen or not: for rendering. Raises NotFound."""
    found: uuid.UUID | None = execute(
        sa.select(Thread.space_id).where(Thread.id == thread_id)
    ).scalar()
    if found is None:
        raise NotFound
    return found
