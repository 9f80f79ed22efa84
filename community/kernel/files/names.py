"""What a file is called that somebody sent."""

import unicodedata
from pathlib import PurePosixPath


def file_name(sent: str, suffix: str, longest: int) -> str:
    """Return what a file is called: as it was sent, without folders and what cannot be shown."""
    last = PurePosixPath(sent.replace("\\", "/")).name
    shown = "".join(
        each for each in unicodedata.normalize("NFC", last) if unicodedata.category(each)[0] != "C"
    )
    stem = shown[: -len(suffix)] if shown.lower().endswith(suffix) else shown
    stem = " ".join(stem.split())[: longest - len(suffix)].strip(" .") or "file"
    return f"{stem}{suffix}"
