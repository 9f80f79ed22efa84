"""What one does with drafts of courses."""

import base64
from collections.abc import Mapping

from architecture.acts.parts import CLIENT, Act, fixed, in_open
from architecture.eyes import Eyes
from architecture.surfaces.seeing import in_space, of, sees_space
from architecture.surfaces.surface import Args
from factories.academy import PICTURE
from factories.files import PDF
from factories.neighbours import Neighbours

from community.academy.models import Course
from community.academy.policy import may_edit_course, may_import_course

DRAFT = in_open(draft_id=lambda side: side.draft.id)
MODULE = in_open(module_id=lambda side: side.draft.module)
ACTIVITY = in_open(activity_id=lambda side: side.draft.activity)
FILE_ID = in_open(file_id=lambda side: side.draft.file)
PICTURE_ID = in_open(picture_id=lambda side: side.draft.picture)
MODULE_PAGE = in_open(draft_id=lambda side: side.draft.id, module_id=lambda side: side.draft.module)
ACTIVITY_PAGE = in_open(
    draft_id=lambda side: side.draft.id, activity_id=lambda side: side.draft.activity
)
PICTURE_PAGE = in_open(
    draft_id=lambda side: side.draft.id, picture_id=lambda side: side.draft.picture
)
FILE_PAGE = in_open(draft_id=lambda side: side.draft.id, file_id=lambda side: side.draft.file)
SEES = of("drafts", "draft_id")
SEES_MODULE = of("draft_parts", "module_id")
SEES_ACTIVITY = of("draft_parts", "activity_id")
NEW = {"title": "A title", "client_id": CLIENT}
TEXT = {"title": "A title", "summary": "", "body": "A text.", "revision": 1}


def edits_course(eyes: Eyes, _world: Neighbours, args: Args) -> bool:
    return eyes.may(may_edit_course, Course, args["course_id"])


ACTS: Mapping[str, Act] = {
    # ---------- over JSON
    "academy_api.new_course": Act(
        "organiser",
        given=lambda side: {"space_id": str(side.network), "language": "de", **NEW},
        sees=sees_space,
        may=in_space(may_import_course),
        named=("space_id",),
    ),
    "academy_api.new_draft": Act(
        "organiser",
        in_open(course_id=lambda side: side.course),
        sees=of("courses", "course_id"),
        may=edits_course,
    ),
    "academy_api.write_course": Act(
        "organiser", DRAFT, fixed(**TEXT, language="en", licence=""), SEES
    ),
    "academy_api.discard": Act("organiser", DRAFT, fixed(edits=0), SEES),
    "academy_api.see": Act(
        "organiser",
        DRAFT,
        fixed(kind="page", title="A title", minutes=5, front={}, body="A text."),
        SEES,
    ),
    "academy_api.publish": Act("organiser", DRAFT, fixed(seen="0" * 64), SEES),
    "academy_api.new_picture": Act(
        "organiser",
        DRAFT,
        fixed(name="waves.svg", data=base64.b64encode(PICTURE).decode()),
        SEES,
    ),
    "academy_api.drop_picture": Act("organiser", PICTURE_ID, sees=of("draft_parts", "picture_id")),
    "academy_api.new_file": Act(
        "organiser", DRAFT, fixed(name="map.pdf", data=base64.b64encode(PDF).decode()), SEES
    ),
    "academy_api.drop_file": Act("organiser", FILE_ID, sees=of("draft_parts", "file_id")),
    "academy_api.new_module": Act("organiser", DRAFT, fixed(**NEW), SEES),
    "academy_api.write_module": Act(
        "organiser", MODULE, fixed(**TEXT, opens_later=False), SEES_MODULE
    ),
    "academy_api.place_module": Act("organiser", MODULE, fixed(position=1), SEES_MODULE),
    "academy_api.drop_module": Act("organiser", MODULE, fixed(edits=0), SEES_MODULE),
    "academy_api.new_activity": Act("organiser", MODULE, fixed(kind="page", **NEW), SEES_MODULE),
    "academy_api.write_activity": Act(
        "organiser",
        ACTIVITY,
        fixed(
            title="A title",
            minutes=5,
            required=True,
            phase="before",
            front={},
            body="A text.",
            revision=2,
        ),
        SEES_ACTIVITY,
    ),
    "academy_api.place_activity": Act(
        "organiser",
        ACTIVITY,
        lambda side: {"module_id": str(side.draft.module), "position": 1},
        SEES_ACTIVITY,
        named=("module_id",),
    ),
    "academy_api.drop_activity": Act("organiser", ACTIVITY, fixed(revision=2), SEES_ACTIVITY),
    # ---------- by form
    "academy.new_course": Act(
        "organiser",
        given=lambda side: {
            "space_id": str(side.network),
            "language": "de",
            "title": "A title",
            "nonce": "a",
        },
        sees=sees_space,
        may=in_space(may_import_course),
        named=("space_id",),
    ),
    "academy.begin": Act(
        "organiser",
        in_open(course_id=lambda side: side.course),
        sees=of("courses", "course_id"),
        may=edits_course,
    ),
    "academy.studio": Act("organiser", DRAFT, fixed(**TEXT, language="en", licence=""), SEES),
    "academy.discard": Act("organiser", DRAFT, fixed(edits=0), SEES),
    "academy.publish_draft": Act("organiser", DRAFT, fixed(seen="0" * 64), SEES),
    "academy.add_picture": Act(
        "organiser", DRAFT, fixed(alt="Waves", caption="", back=""), SEES, file="picture"
    ),
    "academy.remove_picture": Act(
        "organiser", PICTURE_PAGE, fixed(back=""), of("draft_parts", "picture_id")
    ),
    "academy.add_file": Act("organiser", DRAFT, fixed(words="A map", back=""), SEES, file="upload"),
    "academy.remove_file": Act(
        "organiser", FILE_PAGE, fixed(back=""), of("draft_parts", "file_id")
    ),
    "academy.add_module": Act("organiser", DRAFT, fixed(title="A title", nonce="a"), SEES),
    "academy.studio_module": Act("organiser", MODULE_PAGE, fixed(**TEXT), SEES_MODULE),
    "academy.move_module": Act("organiser", MODULE_PAGE, fixed(to="up"), SEES_MODULE),
    "academy.remove_module": Act("organiser", MODULE_PAGE, fixed(edits=0), SEES_MODULE),
    "academy.add_activity": Act(
        "organiser", MODULE_PAGE, fixed(kind="page", title="A title", nonce="a"), SEES_MODULE
    ),
    "academy.studio_activity": Act(
        "organiser",
        ACTIVITY_PAGE,
        fixed(
            title="A title", minutes=5, required="yes", phase="before", body="A text.", revision=2
        ),
        SEES_ACTIVITY,
    ),
    "academy.move_activity": Act(
        "organiser",
        ACTIVITY_PAGE,
        lambda side: {"module_id": str(side.draft.module), "position": 1, "back": ""},
        SEES_ACTIVITY,
    ),
    "academy.remove_activity": Act("organiser", ACTIVITY_PAGE, fixed(revision=2), SEES_ACTIVITY),
}
