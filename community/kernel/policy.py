"""Permissions: plain functions, declared once by the feature that owns the resource.

* ``visible_threads(ctx) -> Select[Thread]`` is the only read rule: lists start from it and ``find``
  loads one row through it, so they cannot disagree, and a row one may not see is simply not found.
* ``may_reply(ctx, thread) -> bool`` says whether an actor may do something to a row it sees.

``@read_rule`` and ``@rule`` enter them in the catalogue, from which the permission table in the
tests and docs is made; nothing is looked up by name at run time. Nothing is allowed by default, and
nobody, administrators included, is above the rules.
"""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar, cast

import sqlalchemy as sa
from flask_babel import gettext as _

from community.kernel.context import Context, clock
from community.kernel.db import Keyed, UtcDateTime, db
from community.kernel.errors import Forbidden, NotFound, Unauthenticated

M = TypeVar("M", bound=Keyed)
T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., object])
Rule = Callable[[Context, T], bool]

catalogue: dict[str, Callable[..., object]] = {}

ME = sa.bindparam("me", type_=sa.Uuid())
NOW = sa.bindparam("instant", type_=UtcDateTime(), callable_=clock)
"""When a statement runs, unless ``{"instant": ctx.now}`` says otherwise."""
# A context whose actor is filled in when a statement runs: the rule stays one, and what is built
# on it is built once. Execute with ``{"me": ctx.actor_id}``; nobody (None) then sees nothing.
ANYBODY = Context(actor_id=cast(uuid.UUID, ME), now=cast(dt.datetime, NOW))

_WHY = "policy.why"


def rule(function: F) -> F:
    """Enter ``may_<verb>(ctx, row) -> bool`` in the catalogue."""
    catalogue[f"{function.__module__}.{function.__name__}"] = function
    return function


def read_rule(function: F) -> F:
    """Enter ``visible_<plural>(ctx) -> Select`` in the catalogue."""
    catalogue[f"{function.__module__}.{function.__name__}"] = function
    return function


def find(visible: sa.Select[M], key: uuid.UUID, *, lock: bool = False) -> M:
    """Load the row ``key`` out of those that are visible; ``lock`` holds it till the commit.

    Raises NotFound, with the same words, for a row that is missing and for one that is hidden.
    """
    model: type[M] = visible.column_descriptions[0]["entity"]
    query = visible.where(model.id == key)
    if lock:
        query = _locking(query, model)
    row = db.session.scalar(query)
    if row is None:
        raise NotFound
    return row


class Finder(Generic[M]):
    """``find`` under a read rule that asks of its context nothing but who acts.

    Its statements are built once, which is half of what finding a row costs. ``named``: while a
    row is held, rows that name it may still be written (PostgreSQL's ``FOR NO KEY UPDATE``);
    otherwise they wait for it.
    """

    def __init__(self, visible: Callable[[Context], sa.Select[M]], *, named: bool = False) -> None:
        model: type[M] = visible(ANYBODY).column_descriptions[0]["entity"]
        self._seen = visible(ANYBODY).where(model.id == sa.bindparam("key", type_=sa.Uuid()))
        self._held = _locking(self._seen, model, named=named)

    def __call__(self, ctx: Context, key: uuid.UUID, *, lock: bool = False) -> M:
        """Load the row ``key`` if the actor sees it; ``lock`` holds it till the commit.

        Raises NotFound, as ``find`` does.
        """
        given = {"me": ctx.actor_id, "instant": ctx.now, "key": key}
        row: M | None = db.session.scalar(self._held if lock else self._seen, given)
        if row is None:
            raise NotFound
        return row


def _locking(query: sa.Select[M], model: type[M], *, named: bool = False) -> sa.Select[M]:
    # populate_existing: the row as it is under the lock, not as it was read before
    held = query.with_for_update(of=model, key_share=named)
    return held.execution_options(populate_existing=True)


def require(may: Callable[[Context, Any], bool], ctx: Context, target: object) -> None:
    """Raise Forbidden (Unauthenticated for nobody in particular) unless ``may`` allows it."""
    ctx.keep(_WHY, None)
    if may(ctx, target):
        return
    if ctx.actor_id is None:
        raise Unauthenticated(_("Sign in to do this."))
    why: Refusal | None = ctx.memo(_WHY, lambda: None)
    rule_name = getattr(may, "__name__", "")
    if why is not None:
        raise Forbidden(why.words(), rule=rule_name, **why.details)
    raise Forbidden(_("You may not do this."), rule=rule_name)


@dataclasses.dataclass(frozen=True, slots=True)
class Refusal:
    """Why a rule said no, where there is more to say than that; ``details`` go into the problem."""

    words: Callable[[], str]
    details: Mapping[str, str]


def refused_because(ctx: Context, why: Refusal) -> None:
    """Let who asked a rule by ``require`` be told why it says no; to be called by the rule."""
    ctx.keep(_WHY, why)


def abilities(
    rules: Mapping[str, Callable[[Context, Any], bool]], ctx: Context, target: object
) -> dict[str, bool]:
    """Return what a page or an answer says one may do: the same rules, asked, not enforced."""
    return {name: may(ctx, target) for name, may in rules.items()}
