"""Where a course's files are found, and which content is the same: pure, shared by all doors."""

import hashlib
import re
import uuid
from collections.abc import Mapping

ASSETS = "assets/"
FILE_ROUTE = "/courses/<uuid:version_id>/files/<path:path>"
"""The route of a version's files; ``file_address`` makes its addresses."""

_LINKED = re.compile(r'(<a href=")(assets/[^"]+)(")')
_TARGET = re.compile(r"(\]\(<?)(assets/)")


def file_address(version_id: uuid.UUID, path: str) -> str:
    """Return the address of the file that a course's texts call ``path`` (``assets/waves.svg``)."""
    return f"/courses/{version_id}/files/{path}"


def with_file_addresses(html: str, version_id: uuid.UUID) -> str:
    """Return rendered HTML whose links to files of the course lead to their addresses."""
    return _LINKED.sub(lambda m: m[1] + file_address(version_id, m[2]) + m[3], html)


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
