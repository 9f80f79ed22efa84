"""What can be done with courses: imported as they are, or written as drafts and published."""

from community.academy.operations.drafting import (
    begin_course,
    begin_draft,
    discard_draft,
    edit_activity,
    edit_course,
    edit_module,
)
from community.academy.operations.files import add_file, remove_file
from community.academy.operations.importing import import_course
from community.academy.operations.outlining import (
    add_activity,
    add_module,
    move_activity,
    move_module,
    remove_activity,
    remove_module,
)
from community.academy.operations.pictures import add_picture, remove_picture
from community.academy.operations.publishing import publish_draft

__all__ = [
    "add_activity",
    "add_file",
    "add_module",
    "add_picture",
    "begin_course",
    "begin_draft",
    "discard_draft",
    "edit_activity",
    "edit_course",
    "edit_module",
    "import_course",
    "move_activity",
    "move_module",
    "publish_draft",
    "remove_activity",
    "remove_file",
    "remove_module",
    "remove_picture",
]
