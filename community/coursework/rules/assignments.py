"""What the files of an assignment are called, and where they are loaded."""

import unicodedata
import uuid
from pathlib import PurePosixPath

FILE_ROUTE = "/hand-in-files/<uuid:file_id>"


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
