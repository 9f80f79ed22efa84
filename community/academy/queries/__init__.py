"""Reading courses: the catalogue, outlines and texts, and a version as its source."""

from community.academy.queries.catalogue import (
    CourseLine,
    VersionLine,
    course_lines,
    courses,
    newest_version,
    space_for_courses,
    version_lines,
)
from community.academy.queries.outlines import (
    ActivityLine,
    Content,
    ModuleOutline,
    OptionText,
    Outline,
    QuestionText,
    activity_content,
    content_in,
    outline,
    quiz_questions,
)
from community.academy.queries.pictures import places_of_pictures
from community.academy.queries.sources import as_source

__all__ = [
    "ActivityLine",
    "Content",
    "CourseLine",
    "ModuleOutline",
    "OptionText",
    "Outline",
    "QuestionText",
    "VersionLine",
    "activity_content",
    "as_source",
    "content_in",
    "course_lines",
    "courses",
    "newest_version",
    "outline",
    "places_of_pictures",
    "quiz_questions",
    "space_for_courses",
    "version_lines",
]
