"""What is not said in a space, wherever in it somebody writes."""

import uuid
from collections.abc import Mapping

import sqlalchemy as sa
from flask_babel import gettext as _

from community.kernel.context import Context
from community.kernel.db import execute
from community.kernel.errors import Invalid
from community.spaces.models import Space
from community.spaces.policy.belonging import belongs_to, facilitates
from community.spaces.rules import blocked_in

_BLOCKED = sa.select(Space.blocked_words).where(Space.id == sa.bindparam("key", type_=sa.Uuid()))


def refuse_blocked_words(ctx: Context, space_id: uuid.UUID, said: Mapping[str, str]) -> None:
    """Raise Invalid, naming it, for a word that is blocked in a space; not to who leads there.

    ``said`` are texts by the field they were typed in. One statement where words are blocked, none
    where none are.
    """
    if facilitates(ctx, space_id) or not belongs_to(ctx, space_id).words_blocked:
        return
    entries: str = execute(_BLOCKED, {"key": space_id}).scalar_one()
    for field, text in said.items():
        word = blocked_in(entries, text)
        if word is not None:
            told = _("“%(word)s” is not said in this space. Say it in another way.", word=word)
            raise Invalid(told, fields={field: [told]})
