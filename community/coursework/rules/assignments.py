"""When an assignment is due and whether it came late, what its files are called, how it is read."""

import datetime as dt
import unicodedata
import uuid
from pathlib import PurePosixPath

HOUR = dt.timedelta(hours=1)
FILE_ROUTE = "/hand-in-files/<uuid:file_id>"


def due_local(opened: dt.date, days: int, time: str) -> dt.datetime:
    """Return when it is due on the clocks of a run: days after its module opens, at ``HH:MM``."""
    hours, minutes = time.split(":")
    return dt.datetime.combine(
        opened + dt.timedelta(days=days), dt.time(int(hours), int(minutes))
    ) + dt.timedelta(seconds=59 if time == "23:59" else 0)


def is_late(
    at: dt.datetime, due_at: dt.datetime | None, *, grace: int, until: dt.datetime | None
) -> bool:
    """Whether what came ``at`` is late; ``grace`` in hours, ``until`` is an extension's end.

    What has no end is never late; the later of due and extension counts, and grace comes on top.
    """
    if due_at is None:
        return False
    return at > max(due_at, until or due_at) + grace * HOUR


def file_name(sent: str, suffix: str, longest: int) -> str:
    """Return what a file is called: as it was sent, without folders and what cannot be shown."""
    last = PurePosixPath(sent.replace("\\", "/")).name
    shown = "".join(
        each for each in unicodedata.normalize("NFC", last) if unicodedata.category(each)[0] != "C"
    )
    stem = shown[: -len(suffix)] if shown.lower().endswith(suffix) else shown
    stem = " ".join(stem.split())[: longest - len(suffix)].strip(" .") or "file"
    return f"{stem}{suffix}"


def file_path(file_id: uuid.UUID) -> str:
    """Return where a learner's file is loaded, below the site's address."""
    return FILE_ROUTE.replace("<uuid:file_id>", str(file_id))
