"""Who may read a course as its author does, and who may add one.

Learners never come through here: what is open to them in a run is decided where runs are known.
"""

import uuid
from typing import Protocol

import sqlalchemy as sa

from community.academy.models import (
    Course,
    CourseDraft,
    CourseVersion,
    DraftActivity,
    DraftAsset,
    DraftFile,
    DraftModule,
)
from community.kernel.context import Context
from community.kernel.policy import read_rule, rule
from community.spaces.models import Space
from community.spaces.policy import (
    FACILITATING,
    ORGANISING,
    memberships,
    my_spaces_as,
    organises,
    visible_spaces,
)


class InSpace(Protocol):
    """A course, or a line of a list that stands for one."""

    @property
    def space_id(self) -> uuid.UUID:
        """The space that keeps it."""


def at_the_shell(ctx: Context) -> bool:
    """Whether somebody acts on the installation itself, by the command line, as nobody else."""
    return ctx.origin == "shell" and ctx.actor_id is None


@read_rule
def visible_courses(ctx: Context) -> sa.Select[Course]:
    """Courses of the spaces one facilitates; at the command line, all."""
    if at_the_shell(ctx):
        return sa.select(Course)
    return sa.select(Course).where(Course.space_id.in_(my_spaces_as(ctx, FACILITATING)))


@read_rule
def visible_versions(ctx: Context) -> sa.Select[CourseVersion]:
    """Versions of the courses one may read as an author, in full."""
    courses = visible_courses(ctx).with_only_columns(Course.id)
    return sa.select(CourseVersion).where(CourseVersion.course_id.in_(courses))


def course_spaces(ctx: Context) -> sa.Select[Space]:
    """Return the spaces a course could be added to: those one sees; at the command line, all."""
    return sa.select(Space) if at_the_shell(ctx) else visible_spaces(ctx)


@rule
def may_import_course(ctx: Context, space: Space) -> bool:
    """Organisers add courses to their space; so does whoever holds the command line."""
    return at_the_shell(ctx) or organises(ctx, space.id)


def keeps_courses(ctx: Context) -> bool:
    """Whether the actor may add courses to any space of theirs."""
    return any(organises(ctx, space_id) for space_id in memberships(ctx))


@rule
def may_begin_run(ctx: Context, course: InSpace) -> bool:
    """Organisers of a course's space begin runs of it."""
    return organises(ctx, course.space_id)


@rule
def may_edit_course(ctx: Context, course: InSpace) -> bool:
    """Organisers of a course's space write its next version."""
    return at_the_shell(ctx) or organises(ctx, course.space_id)


@read_rule
def visible_drafts(ctx: Context) -> sa.Select[CourseDraft]:
    """Drafts of the courses one may edit; whoever only reads courses sees what is published."""
    if at_the_shell(ctx):
        return sa.select(CourseDraft)
    courses = sa.select(Course.id).where(Course.space_id.in_(my_spaces_as(ctx, ORGANISING)))
    return sa.select(CourseDraft).where(CourseDraft.course_id.in_(courses))


def _in_drafts(ctx: Context) -> sa.Select[uuid.UUID]:
    return visible_drafts(ctx).with_only_columns(CourseDraft.id)


@read_rule
def visible_draft_modules(ctx: Context) -> sa.Select[DraftModule]:
    """Modules of the drafts one sees."""
    return sa.select(DraftModule).where(DraftModule.draft_id.in_(_in_drafts(ctx)))


@read_rule
def visible_draft_activities(ctx: Context) -> sa.Select[DraftActivity]:
    """Activities of the drafts one sees."""
    return sa.select(DraftActivity).where(DraftActivity.draft_id.in_(_in_drafts(ctx)))


@read_rule
def visible_draft_assets(ctx: Context) -> sa.Select[DraftAsset]:
    """Pictures of the drafts one sees."""
    return sa.select(DraftAsset).where(DraftAsset.draft_id.in_(_in_drafts(ctx)))


@read_rule
def visible_draft_files(ctx: Context) -> sa.Select[DraftFile]:
    """Files of the drafts one sees."""
    return sa.select(DraftFile).where(DraftFile.draft_id.in_(_in_drafts(ctx)))
