"""Courses as they are published, and drafts of what comes next."""

from community.academy.models.courses import (
    Activity,
    Asset,
    Course,
    CourseFile,
    CourseVersion,
    Module,
    Phase,
    VersionState,
)
from community.academy.models.drafts import (
    CourseDraft,
    DraftActivity,
    DraftAsset,
    DraftFile,
    DraftModule,
)

__all__ = [
    "Activity",
    "Asset",
    "Course",
    "CourseDraft",
    "CourseFile",
    "CourseVersion",
    "DraftActivity",
    "DraftAsset",
    "DraftFile",
    "DraftModule",
    "Module",
    "Phase",
    "VersionState",
]
