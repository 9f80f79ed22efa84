"""Films as their learners play them, and where a learner is in one."""

import dataclasses
import functools
import uuid
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from community.academy.formats.attachments import sort_of_path
from community.academy.models import CourseFile, CourseVersion
from community.academy.queries import activity_content
from community.academy.rules import FILES, file_address
from community.coursework.models import FilmWatching
from community.coursework.rules import seconds_in
from community.kernel.db import db
from community.kernel.errors import Unavailable
from community.kernel.files.lengths import film_seconds
from community.kernel.files.models import StoredFile
from community.kernel.files.store import store

KEPT = 256


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Film:
    """A film of a published activity; addresses are paths on this site, ``size`` is in bytes.

    ``needed`` is the share (0..1) that completes it; ``seconds`` its length.
    """

    name: str
    address: str
    media_type: str
    size: int
    seconds: float
    poster: str | None
    captions: str | None
    captions_in: str
    chapters: Sequence[dict[str, Any]]
    needed: float


def _row(version_id: uuid.UUID, path: str) -> sa.Row[str, int, str]:
    return db.session.execute(
        sa.select(StoredFile.digest, StoredFile.size, CourseVersion.language)
        .join(CourseFile, CourseFile.stored_id == StoredFile.id)
        .join(CourseVersion, CourseVersion.id == CourseFile.version_id)
        .where(CourseFile.version_id == version_id, CourseFile.path == path)
    ).one()


def digest_of_film(activity_id: uuid.UUID) -> str:
    """Return what tells an activity's film from another."""
    content = activity_content(activity_id)
    return str(_row(content.version_id, content.settings["file"]).digest)


@functools.lru_cache(maxsize=KEPT)
def film_of(activity_id: uuid.UUID) -> Film:
    """Return the film of an activity; read once a process. Raises Unavailable where it is away."""
    content = activity_content(activity_id)
    settings = content.settings
    row = _row(content.version_id, settings["file"])
    try:
        with store().path(row.digest).open("rb") as file:
            seconds = film_seconds(file)
    except FileNotFoundError:
        seconds = None
    if seconds is None:
        words = _("This film cannot be played just now. Tell who runs this site.")
        raise Unavailable(words, retry_after=600)

    def address(key: str) -> str | None:
        return settings[key] and file_address(content.version_id, settings[key])

    return Film(
        name=settings["file"].removeprefix(FILES),
        address=file_address(content.version_id, settings["file"]),
        media_type=sort_of_path(settings["file"]).media_type,
        size=row.size,
        seconds=seconds,
        poster=address("poster"),
        captions=address("captions"),
        captions_in=settings["captions_in"] or row.language,
        chapters=tuple(settings["chapters"]),
        needed=settings["watch"] / 100,
    )


@dataclasses.dataclass(frozen=True, slots=True)
class Watching:
    """Where a learner is in a film, and how many seconds of it they have played."""

    position: float = 0.0
    watched: float = 0.0


def watching(enrolment_id: uuid.UUID | None, activity_id: uuid.UUID) -> Watching:
    """Return where a learner is in a film; somebody who does not learn is at its beginning."""
    if enrolment_id is None:
        return Watching()
    row = db.session.execute(
        sa.select(FilmWatching.position, FilmWatching.played).where(
            FilmWatching.enrolment_id == enrolment_id, FilmWatching.activity_id == activity_id
        )
    ).first()
    if row is None:
        return Watching()
    return Watching(row.position, seconds_in((start, end) for start, end in row.played))
