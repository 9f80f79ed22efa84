"""Where a course's files are found, and what in it is the same: pure, shared by all doors."""

import hashlib
import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

ASSETS = "assets/"
FILES = "files/"
FILE_ROUTE = "/courses/<uuid:version_id>/files/<path:path>"
"""The route of a version's files; ``file_address`` makes its addresses."""

DRAFT_FILE_ROUTE = "/studio/<uuid:draft_id>/files/<path:path>"
"""The route of a draft's pictures and files; ``draft_file_address`` makes its addresses."""

_LINKED = re.compile(r'(<a href=")((?:assets|files)/[^"]+)(")')
_TARGET = re.compile(r"(\]\(<?)((?:assets|files)/)")


@dataclass(frozen=True, slots=True)
class Lineage:
    """Which parts of a version are the same things as parts of earlier ones.

    Slugs lead to the keys that parts keep from version to version; what is not in here is new.
    """

    modules: Mapping[str, uuid.UUID] = field(default_factory=dict)
    activities: Mapping[tuple[str, str], uuid.UUID] = field(default_factory=dict)
    """By the slug of the module and that of the activity."""


def file_address(version_id: uuid.UUID, path: str) -> str:
    """Return the address of the file that a course's texts call ``path`` (``assets/waves.svg``)."""
    return f"/courses/{version_id}/files/{path}"


def draft_file_address(draft_id: uuid.UUID, path: str) -> str:
    """Return the address of what a draft's texts call ``path``."""
    return f"/studio/{draft_id}/files/{path}"


def with_file_addresses(html: str, address: Callable[[str], str]) -> str:
    """Return rendered HTML whose links to files of the course lead where ``address`` says."""
    return _LINKED.sub(lambda m: m[1] + address(m[2]) + m[3], html)


def for_elsewhere(body: str, version_id: uuid.UUID) -> str:
    """Return Markdown that may stand outside its course: its files are named by address."""
    return _TARGET.sub(lambda m: m[1] + file_address(version_id, m[2]), body)


def digest_of_files(files: Mapping[str, bytes]) -> str:
    """Return the SHA-256 (hexadecimal) of a course in canonical form, whatever the files' order."""
    digest = hashlib.sha256()
    for path, data in sorted(files.items()):
        name = path.encode()
        digest.update(f"{len(name)} {len(data)}\n".encode() + name + data)
    return digest.hexdigest()
