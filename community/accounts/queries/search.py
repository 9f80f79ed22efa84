"""People searched by what they are called, alike on every page: case and accents do not count."""

from typing import Any

import sqlalchemy as sa

from community.accounts.models import User
from community.accounts.rules import TERMS, patterns

NAME_WORDS = sa.func.coalesce(User.name_folded, sa.func.lower(User.name))
"""A name as it is searched."""


def within(words: sa.SQLColumnExpression[Any], term: str) -> sa.ColumnElement[bool]:
    """Whether folded words hold a term, which is one of ``TERMS``; see ``rules.patterns``."""
    return words.like(sa.bindparam(term, type_=sa.String()), escape="/")


def is_called() -> sa.ColumnElement[bool]:
    """Whether a name holds all the terms that the statement is given."""
    return sa.and_(*(within(NAME_WORDS, term) for term in TERMS))


def called(search: str) -> sa.ColumnElement[bool]:
    """Whether a name holds each word of ``search``."""
    return sa.and_(*(NAME_WORDS.like(held, escape="/") for held in patterns(search).values()))
