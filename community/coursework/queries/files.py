"""What there is to open in an activity: a file of the course, or an address elsewhere."""

import dataclasses
import functools
import uuid
from urllib.parse import urlsplit

import sqlalchemy as sa
from flask_babel import LazyString

from community.academy.formats.attachments import sort_of_path
from community.academy.models import CourseFile
from community.academy.queries import activity_content
from community.academy.rules import FILES, file_address
from community.kernel.db import db
from community.kernel.errors import NotFound
from community.kernel.files.models import StoredFile

KEPT = 512


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Opens:
    """What an activity gives: ``name`` is the file's, or the host of the address.

    ``address`` is a path on this site, or a whole address; ``size`` is in bytes, None of a link.
    """

    name: str
    address: str
    is_file: bool
    label: str | LazyString = ""
    media_type: str | None = None
    size: int | None = None


@functools.lru_cache(maxsize=KEPT)
def opens(activity_id: uuid.UUID) -> Opens:
    """Return what a published activity gives; read once a process. Raises NotFound."""
    content = activity_content(activity_id)
    if link := content.settings["link"]:
        return Opens(name=urlsplit(link).hostname or link, address=link, is_file=False)
    path: str = content.settings["file"]
    size = db.session.scalar(
        sa.select(StoredFile.size)
        .join(CourseFile, CourseFile.stored_id == StoredFile.id)
        .where(CourseFile.version_id == content.version_id, CourseFile.path == path)
    )
    if size is None:
        raise NotFound
    sort = sort_of_path(path)
    return Opens(
        name=path.removeprefix(FILES),
        address=file_address(content.version_id, path),
        is_file=True,
        label=sort.label,
        media_type=sort.media_type,
        size=size,
    )
