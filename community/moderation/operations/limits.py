"""Who leads a space sets what limits posts of everybody else in it."""

import uuid
from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import ngettext

from community.kernel.context import Context
from community.kernel.errors import Invalid
from community.kernel.operation import operation
from community.kernel.policy import require
from community.moderation.operations.recording import note_setting
from community.moderation.policy import may_set_limits
from community.spaces.models import Space
from community.spaces.policy import find_space, refuse_archived
from community.spaces.rules import (
    APPROVE_FIRST,
    MOST_WORDS,
    NEWCOMER_LINKS,
    SLOW_SECONDS,
    WORD_LONGEST,
    as_list,
    has_words,
)


@operation
def set_limits(
    ctx: Context,
    space_id: uuid.UUID,
    *,
    slow_seconds: int,
    newcomer_links: int | None,
    approve_first: int,
    blocked_words: Sequence[str],
) -> Space:
    """Set what limits posts of those who do not lead a space, from the next one on.

    ``slow_seconds`` lie between two posts of somebody in a thread; 0 is off. A post of who is new
    has at most ``newcomer_links``; None is any number. Until ``approve_first`` of theirs stand,
    they wait for approval; 0 is off. What waits when that changes is still decided about.
    ``blocked_words`` are compared whole, without case and accents. What changes is a line of the
    record each. Raises NotFound, Forbidden, Invalid, and Conflict in an archived space.
    """
    space = find_space(ctx, space_id, lock=True)
    require(may_set_limits, ctx, space)
    refuse_archived(space)
    if slow_seconds not in SLOW_SECONDS:
        words = _("Choose one of the lengths that are offered.")
        raise Invalid(words, fields={"slow_seconds": [words]})
    if slow_seconds != space.slow_seconds:
        note_setting(ctx, space_id, "slow", before=space.slow_seconds, after=slow_seconds)
        space.slow_seconds = slow_seconds
    if newcomer_links not in {None, *NEWCOMER_LINKS}:
        words = _("Choose one of the numbers that are offered.")
        raise Invalid(words, fields={"newcomer_links": [words]})
    if newcomer_links != space.newcomer_links:
        before, after = _or_any(space.newcomer_links), _or_any(newcomer_links)
        note_setting(ctx, space_id, "links", before=before, after=after)
        space.newcomer_links = newcomer_links
    if approve_first not in APPROVE_FIRST:
        words = _("Choose one of the numbers that are offered.")
        raise Invalid(words, fields={"approve_first": [words]})
    if approve_first != space.approve_first:
        note_setting(ctx, space_id, "approval", before=space.approve_first, after=approve_first)
        space.approve_first = approve_first
    entries = _entries(blocked_words)
    if entries != space.blocked_words:
        count = len(entries.split("\n")) if entries else 0
        note_setting(ctx, space_id, "words", before=space.words_blocked, after=count)
        space.blocked_words, space.words_blocked = entries, count
    return space


def _or_any(links: int | None) -> str:
    """Return a number of links as the record has it."""
    return "any" if links is None else str(links)


def _entries(lines: Sequence[str]) -> str:
    """Return blocked words as they are kept, each once and one a line. Raises Invalid."""
    found = as_list(lines)
    words = ""
    if len(found) > MOST_WORDS:
        words = ngettext("At most %(num)d word.", "At most %(num)d words.", MOST_WORDS)
    for entry in found:
        if len(entry) > WORD_LONGEST:
            words = _("“%(word)s …” is too long for a word.", word=entry[:20])
        elif not has_words(entry):
            words = _("“%(word)s” is not a word.", word=entry)
    if words:
        raise Invalid(words, fields={"blocked_words": [words]})
    return "\n".join(found)
