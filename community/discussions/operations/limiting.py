"""What who leads a space has set for posts of everybody else: asked wherever one is written.

Forms, JSON, sockets and letters write through the operations that ask here.
"""

import html
import re
import uuid
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from flask_babel import gettext as _

from community.discussions.models import Post
from community.discussions.operations.words import Words
from community.discussions.policy import slowed_by
from community.discussions.queries import posts_standing
from community.discussions.rules import (
    is_newcomer,
    links_away,
    links_in_words,
    links_meant,
    seconds_to_wait,
    slowness_in_words,
    span_in_words,
)
from community.kernel.context import Context
from community.kernel.db import execute
from community.kernel.errors import Invalid, TooMany
from community.kernel.installed import installed
from community.spaces.policy import belongs_to, facilitates, refuse_blocked_words


def refuse_beyond_limits(
    ctx: Context,
    space_id: uuid.UUID,
    *,
    words: Words | None = None,
    title: str = "",
    tags: Sequence[str] = (),
    poll: tuple[str, Sequence[str]] | None = None,
    thread_id: uuid.UUID | None = None,
) -> None:
    """Raise for what the limits of a space do not let the actor say.

    It is said by a title, tags, the ``words`` of a post, and the question and options of a
    ``poll``. ``thread_id`` is the thread that gets a further post by it, whose row is held: of two
    posts at once the second finds the first. Raises Invalid for a blocked word, and TooMany where
    they posted there just now, and Invalid for more links than who is new may put in.
    """
    said = {"title": title, "tags": "\n".join(tags)}
    if words is not None:
        said["body"] = f"{words.body}\n{_shown(words.html)}"
    if poll is not None:
        question, options = poll
        said |= {"question": question, "options": "\n".join(options)}
    refuse_blocked_words(ctx, space_id, said)
    if words is not None:
        refuse_links(ctx, space_id, words.html)
    slow = slowed_by(ctx, space_id) if thread_id is not None else 0
    if not slow:
        return
    last = execute(_LAST, {"thread": thread_id, "me": ctx.person}).scalar()
    wait = seconds_to_wait(slow, last, ctx.now) if last is not None else 0
    if wait:
        again = _("You can post again in %(span)s.", span=span_in_words(wait))
        told = f"{slowness_in_words(slow)} {again}"
        raise TooMany(told, retry_after=wait)


def refuse_links(ctx: Context, space_id: uuid.UUID, rendered: str) -> None:
    """Raise Invalid for more links in HTML than the actor may put in while they are new here.

    No statement where the space does not ask for it.
    """
    most = None if facilitates(ctx, space_id) else belongs_to(ctx, space_id).newcomer_links
    if most is None:
        return
    found = links_away(rendered, urlsplit(installed().settings.base_url).netloc)
    if found <= most or not is_newcomer(posts_standing(ctx, space_id)):
        return
    told = f"{links_in_words(most)} {links_meant(found)}"
    raise Invalid(told, fields={"body": [told]})


# Removed and moved posts count too: taking one away makes no room for the next.
_POST: Any = Post.__table__
_LAST = sa.select(sa.func.max(_POST.c.created_at)).where(
    _POST.c.thread_id == sa.bindparam("thread", type_=sa.Uuid()),
    _POST.c.author_id == sa.bindparam("me", type_=sa.Uuid()),
)


def _shown(rendered: str) -> str:
    """Return what sanitised HTML says: marks inside a word do not part it, as blocks do."""
    return html.unescape(_TAG.sub("", _BLOCK.sub("\n", rendered)))


_BLOCK = re.compile(r"</?(?:p|br|hr|h[2-6]|ul|ol|li|blockquote|pre|t[rhd]|figure|img|div)\b[^<>]*>")
_TAG = re.compile(r"<[^<>]*>")
