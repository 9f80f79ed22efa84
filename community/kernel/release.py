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
    """Return a digest of all that makes a page but the data: code, templates, texts, built files.

    Two processes of one release agree on it; a process reads the files once.
    """
    digest = hashlib.blake2b(babel.__version__.encode(), digest_size=16)
    files = {
        file
        for folder in (_PACKAGE, resource("templates"), resource("translations"))
        for file in folder.rglob("*")
        if file.suffix in _ENDINGS
    }
    for file in sorted(files):
        digest.update(f"{file.relative_to(_PACKAGE.parent)}\0".encode())
        digest.update(file.read_bytes())
    manifest = resource("static") / "build" / "manifest.json"
    if manifest.is_file():
        digest.update(manifest.read_bytes())
    return digest.hexdigest()
