"""What this release draws its pages with."""

import functools
import hashlib
from pathlib import Path

import babel

from community.kernel.resources import resource

_PACKAGE = Path(__file__).resolve().parent.parent
_ENDINGS = frozenset({".py", ".html", ".mo"})


@functools.cache
def release() -> str:
    """Return the digest of this release; a process reads its files once."""
    return digest_of(*(resource(name) for name in ("templates", "translations", "static")))


def digest_of(templates: Path, translations: Path, static: Path) -> str:
    """Return a digest of all that makes a page but the data: code, templates, texts, built files.

    Two processes of one release agree on it.
    """
    digest = hashlib.blake2b(babel.__version__.encode(), digest_size=16)
    for folder in (_PACKAGE, templates, translations):
        for file in sorted(folder.rglob("*")):
            if file.suffix in _ENDINGS:
                digest.update(f"{folder.name}/{file.relative_to(folder)}\0".encode())
                digest.update(file.read_bytes())
    manifest = static / "build" / "manifest.json"
    if manifest.is_file():
        digest.update(manifest.read_bytes())
    return digest.hexdigest()
