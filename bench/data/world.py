"""The ids of what was loaded, as the rows of the bench ask for it."""

import dataclasses
import json
from typing import Any, Self

from itsdangerous import URLSafeTimedSerializer

from bench.databases import SECRET, Database

CSRF_SEED = "0" * 40


@dataclasses.dataclass(frozen=True, slots=True)
class World:
    """What is in a data set; people are (user id, sign-in id), the first member is a learner.

    ``busy`` belongs to the spaces of ``many``; ``watched`` is a thread of the network that 200
    watch.
    """

    owner: tuple[str, str]
    members: list[tuple[str, str]]
    threads: list[str]
    network: str
    busy: tuple[str, str]
    many: list[str]
    watched: str
    run: dict[str, str]
    completing: dict[str, str]
    wide: dict[str, str]
    huge: dict[str, str]
    vast: dict[str, str]
    long: str
    exam: dict[str, str]
    room: str
    over: str
    open_rooms: list[str]
    pages: list[str]
    activity: tuple[int, int]
    counts: dict[str, int]

    def write(self, database: Database, fingerprint: str) -> None:
        stamp = {"fingerprint": fingerprint, "world": dataclasses.asdict(self)}
        database.stamp.write_text(json.dumps(stamp))

    @classmethod
    def read(cls, database: Database, fingerprint: str) -> Self | None:
        """Return what was loaded under ``fingerprint``, None if that was something else."""
        if not database.stamp.is_file():
            return None
        stamp: dict[str, Any] = json.loads(database.stamp.read_text())
        return cls(**stamp["world"]) if stamp["fingerprint"] == fingerprint else None


def csrf_token() -> str:
    """Return the token of the session that ``cookie`` makes, as a page would hold it."""
    return URLSafeTimedSerializer(SECRET, salt="wtf-csrf-token").dumps(CSRF_SEED)
