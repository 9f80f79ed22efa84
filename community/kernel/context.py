"""Who is acting, when and through which door: passed explicitly to every operation and query."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Callable, Hashable
from typing import Any, Literal, TypeVar, cast

from community.kernel.keys import new_key

Origin = Literal["page", "api", "socket", "shell", "job", "mail"]
T = TypeVar("T")


def clock() -> dt.datetime:
    """Return this instant, aware and in UTC: for a context as it begins, and where there is none.

    Whoever has a context takes ``ctx.now``, so that everything in one act happens at one time.
    """
    return dt.datetime.now(dt.UTC)


@dataclasses.dataclass(frozen=True, slots=True)
class Context:
    """The circumstances of one request, event, command or job; the same shape for all of them.

    ``actor_id`` is the person who acts (None: nobody is signed in), ``now`` an aware UTC instant
    read once, so that everything in one act happens at one time.
    """

    actor_id: uuid.UUID | None
    now: dt.datetime
    origin: Origin = "page"
    request_id: str = ""
    admin: bool = False
    _memo: dict[Hashable, Any] = dataclasses.field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def begin(
        cls,
        actor_id: uuid.UUID | None,
        *,
        origin: Origin = "page",
        request_id: str = "",
        admin: bool = False,
        now: dt.datetime | None = None,
    ) -> "Context":
        """Open a context for ``actor_id`` at this instant."""
        return cls(
            actor_id=actor_id,
            now=now or clock(),
            origin=origin,
            request_id=request_id or new_key().hex,
            admin=admin,
        )

    def acting_as(self, user_id: uuid.UUID) -> "Context":
        """Return the same circumstances for somebody else, who has read nothing yet."""
        return dataclasses.replace(self, actor_id=user_id, admin=False, _memo={})

    @property
    def person(self) -> uuid.UUID:
        """The actor's id, for code behind a rule that has already refused the anonymous.

        Raises RuntimeError when nobody is signed in: a rule is missing.
        """
        if self.actor_id is None:
            raise RuntimeError("an anonymous context reached code that needs a person")
        return self.actor_id

    def memo(self, key: Hashable, compute: Callable[[], T]) -> T:
        """Return what ``compute`` said the first time it was asked in this context."""
        if key not in self._memo:
            self._memo[key] = compute()
        return cast(T, self._memo[key])

    def keep(self, key: Hashable, value: T) -> T:
        """Remember what was read by the way, for who asks for it by ``memo``; return it."""
        self._memo[key] = value
        return value

    def forget(self) -> None:
        """Drop what was remembered; the unit of work does so, to decide on what it can lock."""
        self._memo.clear()
