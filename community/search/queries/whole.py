"""Whether each entry of the index says all that narrows a search."""

import weakref

import sqlalchemy as sa

from community.kernel.db import WRITE, db, execute
from community.search.models import STATE
from community.search.rules.words import VERSION

KNOWN: weakref.WeakSet[sa.Engine] = weakref.WeakSet()
"""Databases of which it was so: what is written from then on is of this release."""

_WHOLE = sa.select(STATE.c.one).where(
    STATE.c.version == VERSION, STATE.c.filled_at.is_not(None), STATE.c.kind.is_(None)
)


def is_whole() -> bool:
    """Whether all entries were written as this release writes them; until then none is left out.

    One statement until it is so.
    """
    engine = db.engines[WRITE]
    if engine not in KNOWN and execute(_WHOLE).first() is not None:
        KNOWN.add(engine)
    return engine in KNOWN
