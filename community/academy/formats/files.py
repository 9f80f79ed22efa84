"""The course folder as plain values: file names and bytes in, a course out, and back.

No disk here; ``folder.py`` reads and writes it. docs/course-format.md tells authors the rules.
"""

import dataclasses
import re
from collections.abc import Collection, Mapping
from typing import Any

from flask_babel import gettext as _

from community.academy.formats.attachments import flaws_of_names, problems_of_files
from community.academy.formats.front_matter import Document, read_document
from community.academy.formats.heads import ActivityFront, CourseFront, ModuleFront
from community.academy.formats.pictures import flaws_of_picture, media_type
from community.academy.formats.references import flaws_of_references
from community.academy.formats.source import (
    ActivitySource,
    AssetSource,
    CourseRefused,
    CourseSource,
    FileSource,
    ModuleSource,
    Problem,
)
from community.academy.formats.texts import (
    ASSETS_FOLDER,
    COURSE_FILE,
    MODULE_FILE,
    activity_text,
    course_text,
    module_folder,
    module_text,
)
from community.academy.formats.unicode import decode
from community.academy.kinds.fields import FrontMatter, load_front
from community.academy.kinds.protocol import (
    ActivityKind,
    Flaw,
    Parsed,
    SourceRefused,
)
from community.academy.kinds.text import canonical_text
from community.academy.rules.releases import Sort, Unit, read_rule
from community.academy.rules.releases import flaws_of_names as flaws_of_rules

MAX_MODULES = 40
MAX_ACTIVITIES = 60
"""In one module."""
MAX_ASSETS = 200
MAX_BODY = 60_000
"""Characters of one text: some ten thousand words."""

_NUMBERED = re.compile(r"[0-9]{2}-([a-z0-9]+(?:-[a-z0-9]+)*)")
_MAX_SLUG = 80

_SORTS = {"live_session": Sort.SESSION, "quiz": Sort.QUIZ}

Kinds = Mapping[str, ActivityKind]


def slug_in(name: str) -> str | None:
    """The slug in ``NN-slug``, or None where the name is not of that form."""
    found = _NUMBERED.fullmatch(name)
    return found[1] if found and len(found[1]) <= _MAX_SLUG else None


class _Reader:
    def __init__(
        self,
        files: Mapping[str, bytes],
        kinds: Kinds,
        problems: list[Problem],
        seen: Collection[str] = (),
        held: Collection[FileSource] = (),
        *,
        whole: bool = True,
    ) -> None:
        self.files = files
        self.held = tuple(sorted(held, key=lambda file: file.path))
        self.seen = seen
        self.kinds = kinds
        self.whole = whole
        self.lines: dict[str, Mapping[str, int]] = {}
        self.problems = problems
        self.assets = {path for path in files if path.startswith(f"{ASSETS_FOLDER}/")}
        self.known = self.assets | {file.path for file in self.held}

    def problem(self, file: str, message: str, line: int | None = None) -> None:
        self.problems.append(Problem(file, line, message))

    def flaws(self, file: str, flaws: list[Flaw], document: Document | None = None) -> None:
        """Take over what is wrong with a file; a missing key is said at the head's first line."""
        for flaw in flaws:
            if flaw.field is None:
                self.problem(file, flaw.message, flaw.line)
            else:
                line = document.lines.get(flaw.field, 1) if document else 1
                self.problem(file, f"{flaw.field}: {flaw.message}", line)

    def course(self) -> CourseSource:
        modules: dict[str, list[str]] = {}
        for path in sorted(self.files):
            self._place(path, modules)
        if len(self.assets) > MAX_ASSETS:
            self.problem(
                ASSETS_FOLDER, _("There are more than %(most)d pictures.", most=MAX_ASSETS)
            )
        self.problems.extend(problems_of_files(self.held))
        if not modules:
            self.problem(COURSE_FILE, _("The course has no module: a folder such as 01-welcome."))
        if len(modules) > MAX_MODULES:
            self.problem(COURSE_FILE, _("There are more than %(most)d modules.", most=MAX_MODULES))
        front, body = self._text(COURSE_FILE, CourseFront)
        sources = tuple(self._module(folder, files) for folder, files in modules.items())
        self._unique_slugs({folder: f"{folder}/{MODULE_FILE}" for folder in modules})
        assets = tuple(self._asset(path) for path in sorted(self.assets))
        if self.whole and not self.problems:
            self._releases(dict(zip(modules, sources, strict=True)))
        if self.problems:
            raise CourseRefused(self.problems)
        return CourseSource(**front, body=body, modules=sources, assets=assets, files=self.held)

    def _releases(self, modules: Mapping[str, ModuleSource]) -> None:
        """Say what is wrong with the names in release rules; only a sound course has them all."""
        units = [
            Unit(
                module.slug,
                {each.slug: _SORTS.get(each.kind, Sort.OTHER) for each in module.activities},
                read_rule(module.release),
            )
            for module in modules.values()
        ]
        paths = {module.slug: f"{folder}/{MODULE_FILE}" for folder, module in modules.items()}
        for slug, messages in flaws_of_rules(units).items():
            line = self.lines[paths[slug]].get("release", 1)
            for message in messages:
                self.problem(paths[slug], f"release: {message}", line)

    def _place(self, path: str, modules: dict[str, list[str]]) -> None:
        folder, _slash, name = path.rpartition("/")
        if (not folder and name == COURSE_FILE) or (
            path in self.assets and folder == ASSETS_FOLDER
        ):
            return
        if slug_in(folder) and name == MODULE_FILE:
            modules.setdefault(folder, [])
        elif slug_in(folder) and name.endswith(".md") and slug_in(name.removesuffix(".md")):
            modules.setdefault(folder, []).append(path)
        else:
            message = _(
                "A course holds course.md, assets/, files/ and module folders NN-name with"
                " module.md and NN-name.md (two digits; small letters, digits and -); this file is"
                " none of them."
            )
            self.problem(path, message)

    def _unique_slugs(self, files: Mapping[str, str]) -> None:
        """Two names that differ only in their number would be one address."""
        seen: dict[str | None, str] = {}
        for name, file in files.items():
            slug = slug_in(name)
            if slug in seen:
                message = _("The name %(slug)s is taken by %(other)s.", slug=slug, other=seen[slug])
                self.problem(file, message)
            seen.setdefault(slug, name)

    def _document(self, path: str) -> Document | None:
        data = self.files.get(path)
        if data is None:
            self.problem(path, _("This file is missing."))
            return None
        text, flaws = decode(data)
        if flaws:
            self.flaws(path, flaws)
            return None
        document, flaws = read_document(text)
        self.flaws(path, flaws)
        if len(document.body) > MAX_BODY:
            message = _("The text is longer than %(limit)d characters.", limit=MAX_BODY)
            self.problem(path, message, document.body_line)
            return None
        self.flaws(path, flaws_of_references(document.body, document.body_line, self.known))
        return None if document.broken else document

    def _text(self, path: str, schema: type[FrontMatter]) -> tuple[dict[str, Any], str]:
        """Read course.md or module.md."""
        document = self._document(path)
        if document is None:
            return {"title": ""}, ""
        front, flaws = load_front(schema, document.front)
        self.flaws(path, flaws, document)
        self.lines[path] = document.lines
        return front or {"title": ""}, canonical_text(document.body)

    def _module(self, folder: str, files: list[str]) -> ModuleSource:
        path = f"{folder}/{MODULE_FILE}"
        front, body = self._text(path, ModuleFront)
        if len(files) > MAX_ACTIVITIES:
            message = _("The module has more than %(most)d activities.", most=MAX_ACTIVITIES)
            self.problem(path, message)
        if front.get("opens_later") and files:
            self.problem(path, _("A module that opens later has no activities yet."))
        if front.get("opens_later") is False and not files:
            message = _(
                "The module has no activity; is it one that opens later (opens_later: true)?"
            )
            self.problem(path, message)
        names = {file.removeprefix(f"{folder}/").removesuffix(".md"): file for file in files}
        self._unique_slugs(names)
        found = (self._activity(slug_in(name) or "", file) for name, file in names.items())
        activities = tuple(activity for activity in found if activity)
        return ModuleSource(slug=slug_in(folder) or "", body=body, activities=activities, **front)

    def _activity(self, slug: str, path: str) -> ActivitySource | None:
        document = self._document(path)
        if document is None:
            return None
        keys = ActivityFront().fields
        common = {key: value for key, value in document.front.items() if key in keys}
        own = {key: value for key, value in document.front.items() if key not in keys}
        front, flaws = load_front(ActivityFront, common)
        self.flaws(path, flaws, document)
        parsed = self._parsed(path, document, own)
        if not front or parsed is None:
            return None
        return ActivitySource(slug=slug, settings=parsed.settings, body=parsed.body, **front)

    def _parsed(self, path: str, document: Document, own: Mapping[str, Any]) -> Parsed | None:
        name = document.front.get("kind")
        if not isinstance(name, str):
            return None  # said already: missing, or no text
        kind = self.kinds.get(name)
        if kind is None:
            known = ", ".join(self.kinds)
            message = _("kind: There is no kind of this name; there are: %(known)s.", known=known)
            self.problem(path, message, document.lines["kind"])
            return None
        try:
            parsed = kind.read(own, document.body, document.body_line)
        except SourceRefused as refused:
            self.flaws(path, list(refused.flaws), document)
            return None
        self.flaws(path, flaws_of_names(kind, parsed.settings, self.known), document)
        return parsed

    def _asset(self, path: str) -> AssetSource:
        data = self.files[path]
        name = path.removeprefix(f"{ASSETS_FOLDER}/")
        flaws = [] if path in self.seen else flaws_of_picture(name, data)
        self.flaws(path, flaws)
        return AssetSource(path, "" if flaws else media_type(path), data)


def read_files(
    files: Mapping[str, bytes],
    kinds: Kinds,
    problems: list[Problem] | None = None,
    *,
    seen: Collection[str] = (),
    held: Collection[FileSource] = (),
    whole: bool = True,
) -> CourseSource:
    """Read a course from its files (path with / from the course's root -> bytes).

    ``problems`` are those already known, to be refused with the rest. ``seen`` are pictures that
    were looked at when they came, and are not again. ``held`` are the course's files, which are no
    texts and lie elsewhere. Without ``whole`` what release rules name is not looked for: the course
    is a part. Raises CourseRefused with every problem found.
    """
    return _Reader(files, kinds, list(problems or ()), seen, held, whole=whole).course()


def write_files(course: CourseSource, kinds: Kinds) -> dict[str, bytes]:
    """Return a course's texts and pictures in canonical form: ``read_files`` reads them the same.

    What it has in ``files/`` is not among them: that is kept as it came.

    Keys stand in the order of docs/course-format.md, defaults are left out, modules and activities
    are numbered 01, 02, ... Raises CourseRefused where a text cannot be written so that it would be
    read back unchanged.
    """
    course = dataclasses.replace(
        course,
        assets=tuple(sorted(course.assets, key=lambda a: a.path)),
        files=tuple(sorted(course.files, key=lambda f: f.path)),
    )
    unknown = sorted({a.kind for m in course.modules for a in m.activities} - set(kinds))
    if unknown:
        message = _("There is no kind of this name: %(names)s.", names=", ".join(unknown))
        raise CourseRefused([Problem(COURSE_FILE, None, message)])
    texts = {
        COURSE_FILE: course_text(
            title=course.title,
            language=course.language,
            licence=course.licence,
            summary=course.summary,
            body=course.body,
        )
    }
    for number, module in enumerate(course.modules, 1):
        folder = module_folder(number, module.slug)
        texts[f"{folder}/{MODULE_FILE}"] = module_text(
            title=module.title,
            summary=module.summary,
            opens_later=module.opens_later,
            release=module.release,
            body=module.body,
        )
        for position, activity in enumerate(module.activities, 1):
            path = f"{folder}/{position:02d}-{activity.slug}.md"
            texts[path] = _activity_text(activity, kinds)
    files = {path: text.encode("utf-8", "surrogatepass") for path, text in texts.items()}
    files.update({asset.path: asset.data for asset in course.assets})
    problems = _differences(course, read_files(files, kinds, held=course.files))
    if problems:
        raise CourseRefused(problems)
    return files


def _activity_text(activity: ActivitySource, kinds: Kinds) -> str:
    own, body = kinds[activity.kind].write(activity.settings, activity.body)
    return activity_text(
        kind=activity.kind,
        title=activity.title,
        minutes=activity.minutes,
        required=activity.required,
        phase=activity.phase,
        own=own,
        body=body,
    )


def _differences(wanted: CourseSource, got: CourseSource) -> list[Problem]:
    """Where ``got``, read from what was written for ``wanted``, is not the same."""
    if wanted == got:
        return []
    message = _("This would not be read back as it is: it is not in canonical form.")
    if len(wanted.modules) == len(got.modules):
        for number, (mine, theirs) in enumerate(zip(wanted.modules, got.modules, strict=True), 1):
            if mine != theirs:
                return [
                    Problem(module_folder(number, mine.slug), None, _first(mine, theirs) + message)
                ]
    return [Problem(COURSE_FILE, None, message)]


def _first(mine: ModuleSource, theirs: ModuleSource) -> str:
    pairs = zip(mine.activities, theirs.activities, strict=False)
    return next((f"{a.title}: " for a, b in pairs if a != b), "")
