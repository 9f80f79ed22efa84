"""What who has written something is told of it."""

import uuid

from flask import flash

from community.discussions.operations import unheard
from community.kernel.context import Context


def tell_unheard(ctx: Context, body: str, thread_id: uuid.UUID) -> None:
    """Say on the next page which mentions of a text reach nobody."""
    for words in unheard(ctx, body, thread_id):
        flash(words, "warning")
