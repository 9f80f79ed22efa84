"""Where the files of an assignment are loaded."""

import uuid

FILE_ROUTE = "/hand-in-files/<uuid:file_id>"


def file_path(file_id: uuid.UUID) -> str:
    """Return where a learner's file is loaded, below the site's address."""
    return FILE_ROUTE.replace("<uuid:file_id>", str(file_id))
