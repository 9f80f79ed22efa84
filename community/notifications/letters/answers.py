"""The letter that tells somebody of answers to them, and of posts that mention them."""

import uuid
from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from community.accounts.queries import addressee
from community.correspondence.rules import Channel, LetterKind, Topic
from community.discussions.policy import find_post, find_thread
from community.discussions.rules import MentionedGroup
from community.kernel.addresses import public_url
from community.kernel.context import Context
from community.kernel.errors import NotFound
from community.kernel.mail import Place, Section, in_language
from community.kernel.posting import Written
from community.notifications import queries
from community.notifications.letters.parts import absolute, letter_of, plain, unsent
from community.notifications.operations import note_group, note_watchers
from community.notifications.rules import ANSWERS_SHOWN, Why

EXCERPT = 280  # code points of each of several posts


def tell_group(ctx: Context, *, post_id: str, groups: list[str]) -> None:
    """Note for everybody of the groups that a post mentions that they are to learn of it."""
    key = uuid.UUID(post_id)
    try:
        post = find_post(ctx, key)
        space_id = find_thread(ctx, post.thread_id).space_id
    except NotFound:
        return  # taken away since, or its author has lost the space
    wanted = [MentionedGroup(group) for group in groups]
    note_group(ctx, key, space_id, wanted, but=post.author_id)


def tell_watchers(ctx: Context, *, post_id: str) -> None:
    """Note for everybody who watches a thread that they are to learn of a post there."""
    key = uuid.UUID(post_id)
    try:
        post = find_post(ctx, key)
    except NotFound:
        return  # taken away since, or its author has lost the space
    note_watchers(ctx, key, post.thread_id, but=post.author_id)


def write_answers(ctx: Context, *, telling: str, channel: Channel = Channel.MAIL) -> Written:
    """Tell one member of what in a thread is meant for them, all of it in one letter.

    Of what they want to be told through a channel.
    """
    reader = addressee(ctx.person)
    if reader is None:
        return None
    letter = uuid.UUID(telling)
    key = f"answers:{telling}:{reader.id}"
    rows = queries.answers_in(ctx, letter, channel)
    if not rows:
        return unsent(reader, LetterKind.ANSWER, key, *queries.untold(ctx, letter, channel))
    first, shown = rows[0], rows[:ANSWERS_SHOWN]
    with in_language(reader.language):
        return letter_of(
            reader,
            LetterKind.ANSWER,
            key=key,
            subject=f"{first.space}: {first.title}",
            place=Place(
                space_id=first.space_id,
                space=first.space,
                thread_id=first.thread_id,
                post_id=first.post_id if len(rows) == 1 else None,
            ),
            button=(_("Read and answer"), _address(first)),
            topics={Topic(row.why) for row in rows},
            push=(first.title, _number(rows)),
            brief=Section(
                head=first.space,
                title=first.title,
                address=_address(first),
                facts=_facts(shown),
            ),
            **_content(rows, shown),
        )


def _content(rows: Sequence[Any], shown: Sequence[Any]) -> dict[str, Any]:
    """Return what a letter says: the one post whole, or of several the beginnings."""
    first = rows[0]
    if len(rows) == 1:
        return {"lines": [_sentence(first)], "quoted": (absolute(first.html), plain(first.body))}
    lines = [
        ngettext(
            "%(num)d post in “%(title)s” is new to you.",
            "%(num)d posts in “%(title)s” are new to you.",
            len(shown),
            title=first.title,
        )
    ]
    if len(rows) > len(shown):
        lines.append(_("There are more."))
    return {"lines": lines, "facts": _facts(shown)}


def _facts(shown: Sequence[Any]) -> list[tuple[str, str]]:
    return [(_sentence(row), _beginning(row.body)) for row in shown]


def _number(rows: Sequence[Any]) -> str:
    """Say how much is new, and not what."""
    if len(rows) > ANSWERS_SHOWN:
        return str(_("More than %(num)d posts are new to you.", num=ANSWERS_SHOWN))
    number = len(rows)
    return str(ngettext("%(num)d post is new to you.", "%(num)d posts are new to you.", number))


def _address(row: Any) -> str:
    return public_url("discussions.post", post_id=row.post_id)


def _sentence(row: Any) -> str:
    about = {"name": row.author, "title": row.title}
    if row.why is Why.REPLY:
        return str(_("%(name)s answers your post in “%(title)s”:", **about))
    if row.why is Why.QUESTION:
        return str(_("%(name)s answers in your thread “%(title)s”:", **about))
    if row.why is Why.WATCHING:
        return str(_("%(name)s writes in “%(title)s”, which you watch:", **about))
    if row.why is Why.GROUP:
        return str(_("%(name)s mentions a group that you are of, in “%(title)s”:", **about))
    return str(_("%(name)s mentions you in “%(title)s”:", **about))


def _beginning(body: str) -> str:
    line = " ".join(plain(body).split())
    return line if len(line) <= EXCERPT else f"{line[: EXCERPT - 1].rstrip()}…"
