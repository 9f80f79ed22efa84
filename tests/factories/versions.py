"""Newer versions of a course, and runs that are moved to them."""

import random
import uuid
from dataclasses import replace

from conftest import acting

from community.academy.formats.source import ActivitySource, CourseSource, ModuleSource
from community.cohorts.models import Run
from community.cohorts.operations import move_run_to_version
from community.cohorts.queries.comparing import VersionChange
from community.cohorts.queries.versions import version_change
from community.kernel.context import Context
from community.kernel.db import db
from factories.academy import (
    ASKS,
    QUESTIONS,
    checklist_source,
    course_source,
    discussion_source,
    link_source,
    module_source,
    page_source,
    quiz_source,
    reflection_source,
    session_source,
    survey_source,
)


def preview(ctx: Context, run_id: uuid.UUID, version_id: uuid.UUID) -> VersionChange:
    """Return what moving a run would do, as its page shows it."""
    run = db.session.get_one(Run, run_id, populate_existing=True)
    return version_change(ctx, run, version_id)


def move(user_id: uuid.UUID, run_id: uuid.UUID, version_id: uuid.UUID, **more: object) -> Run:
    """Look at what moving a run would do, and do it."""
    ctx = acting(user_id, **more)
    return move_run_to_version(ctx, run_id, version_id, seen=preview(ctx, run_id, version_id).seen)


class Author:
    """Changes a course as authors do: adds, takes away, moves, rewrites, asks for more or less."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.made = 0

    def course(self) -> CourseSource:
        """Return a course to begin with: three modules of what can be done."""
        modules = (
            module_source(
                1, activities=(page_source("a"), quiz_source("b"), page_source("c", required=False))
            ),
            module_source(
                2, activities=(discussion_source("d"), checklist_source("e"), link_source("l"))
            ),
            module_source(3, activities=(page_source("f"), quiz_source("g"), session_source("h"))),
        )
        return course_source(modules=modules)

    def changed(self, course: CourseSource) -> CourseSource:
        """Return the course after a few changes."""
        modules = list(course.modules)
        for _ in range(self.chance.randint(2, 6)):
            act = self.chance.choice(
                [self.add, self.drop, self.rewrite, self.rewrite, self.swap, self.module, self.turn]
            )
            act(modules)
        return replace(course, modules=tuple(modules), summary=f"Edition {self.chance.random()}")

    def add(self, modules: list[ModuleSource]) -> None:
        self.made += 1
        kinds = [page_source, quiz_source, discussion_source, checklist_source, link_source]
        make = self.chance.choice([*kinds, reflection_source, survey_source])
        new = make(f"new-{self.made}", required=self.chance.random() < 0.7)
        self._in_some(modules, lambda found: found.insert(self._at(found), new))

    def drop(self, modules: list[ModuleSource]) -> None:
        def act(found: list[ActivitySource]) -> None:
            if len(found) > 1:
                del found[self._at(found) % len(found)]

        self._in_some(modules, act)

    def rewrite(self, modules: list[ModuleSource]) -> None:
        def act(found: list[ActivitySource]) -> None:
            at = self._at(found) % len(found)
            found[at] = self._rewritten(found[at])

        self._in_some(modules, act)

    def swap(self, modules: list[ModuleSource]) -> None:
        self._in_some(modules, self.chance.shuffle)

    def module(self, modules: list[ModuleSource]) -> None:
        self.made += 1
        activities = (page_source(f"page-{self.made}"),)
        new = module_source(10 + self.made, activities=activities)
        if self.chance.random() < 0.3 and len(modules) > 2:
            del modules[self.chance.randrange(len(modules))]
        else:
            modules.insert(self.chance.randrange(len(modules) + 1), new)

    def turn(self, modules: list[ModuleSource]) -> None:
        self.chance.shuffle(modules)

    def _rewritten(self, source: ActivitySource) -> ActivitySource:
        what = self.chance.choice(["title", "required", "minutes", "rule"])
        if what == "title":
            return replace(source, title=f"{source.title} again"[:190])
        if what == "required":
            return replace(source, required=not source.required)
        if what == "minutes":
            return replace(source, minutes=self.chance.randint(1, 20))
        settings = dict(source.settings)
        if source.kind == "quiz":
            settings["pass"] = self.chance.choice([10, 50, 100])
            if self.chance.random() < 0.5:
                settings["questions"] = QUESTIONS[:1]
        elif source.kind == "checklist":
            settings["ticks"] = self.chance.choice([1, 2, None])
        elif source.kind == "reflection":
            settings["readers"] = self.chance.choice(["private", "mentor", "cohort"])
            settings["words"] = self.chance.choice([1, 3, 9])
        elif source.kind == "survey":
            settings["anonymous"] = self.chance.choice([True, False])
            settings["asks"] = self.chance.choice([ASKS, ASKS[:2]])
        elif source.kind == "discussion":
            settings["posts"] = self.chance.choice([1, 2, 3])
        return replace(source, settings=settings)

    def _at(self, found: list[ActivitySource]) -> int:
        return self.chance.randrange(len(found) + 1)

    def _in_some(self, modules: list[ModuleSource], act: object) -> None:
        at = self.chance.randrange(len(modules))
        found = list(modules[at].activities)
        act(found)  # type: ignore[operator]
        modules[at] = replace(modules[at], activities=tuple(found))
