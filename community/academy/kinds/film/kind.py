"""A film is done when enough of it was really played."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from marshmallow import validate

from community.academy.kinds.fields import (
    FrontMatter,
    Line,
    Piece,
    WholeNumber,
    from_to,
    load_front,
)
from community.academy.kinds.film.chapters import read_chapters, write_chapters
from community.academy.kinds.protocol import Evidence, Flaw, Parsed, SourceRefused, Verdict

WATCH = 90  # per cent
_NAME = r"[a-z0-9][a-z0-9_-]{0,79}"
_KEYS = ("file", "poster", "captions", "captions_in", "watch")


def _path(folder: str, ending: str, error: Any) -> validate.Regexp:
    return validate.Regexp(rf"{folder}/{_NAME}\.(?:{ending})\Z", error=error)


class FilmFront(FrontMatter):
    """Which film it is, what goes with it, and how much of it completes it."""

    about = lazy_gettext("A film of your own, with captions and chapters.")
    writing = lazy_gettext(
        "Upload the film above. Begin with chapters if it has any, a line for"
        " each: - 0:00 Welcome. What follows is shown under the film: what is said in it, for those"
        " who read."
    )
    piece_label = lazy_gettext("Chapter")
    pieces = (Piece(lazy_gettext("Chapter"), lazy_gettext("- 0:00 What it is about")),)

    file = Line(
        load_default=None,
        validate=_path(
            "files", "mp4|webm", lazy_gettext("This must be a film, such as files/talk.mp4.")
        ),
        metadata={"label": lazy_gettext("Film"), "files": ("film",)},
    )
    poster = Line(
        load_default=None,
        validate=_path(
            "assets", "png|jpg|webp", lazy_gettext("This must be a picture: assets/talk.jpg.")
        ),
        metadata={
            "more": True,
            "label": lazy_gettext("Picture before it plays"),
            "pictures": (".png", ".jpg", ".webp"),
        },
    )
    captions = Line(
        load_default=None,
        validate=_path("files", "vtt", lazy_gettext("This must be captions: files/talk.vtt.")),
        metadata={"label": lazy_gettext("Captions"), "files": ("captions",)},
    )
    captions_in = Line(
        load_default=None,
        validate=validate.Regexp(
            r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}\Z",
            error=lazy_gettext("This must be a language tag such as en or pt-BR."),
        ),
        metadata={
            "more": True,
            "label": lazy_gettext("Language of the captions"),
            "description": lazy_gettext("Such as en; empty: that of the course."),
        },
    )
    watch = WholeNumber(
        load_default=WATCH,
        validate=from_to(1, 100),
        metadata={
            "more": True,
            "label": lazy_gettext("Watch"),
            "description": lazy_gettext("Per cent of it that completes it."),
        },
    )


class FilmKind:
    """A film; the text under it is what is said in it.

    Settings: the keys of its front matter (``watch`` in per cent, the others None where they are
    not said), and ``chapters``: ``[{at, title}]``, in seconds, rising from 0.
    """

    name = "film"
    label = lazy_gettext("Film")
    front_schema = FilmFront

    def read(self, front: Mapping[str, Any], body: str, line: int) -> Parsed:
        loaded, flaws = load_front(FilmFront, front)
        chapters, text, body_flaws = read_chapters(body, line)
        flaws.extend(body_flaws)
        if loaded and not loaded["file"]:
            flaws.append(Flaw(_("Name a film of the course."), field="file"))
        if loaded.get("captions_in") and not loaded["captions"]:
            flaws.append(Flaw(_("There are no captions."), field="captions_in"))
        if flaws:
            raise SourceRefused(flaws)
        return Parsed({**{key: loaded[key] for key in _KEYS}, "chapters": chapters}, text)

    def write(self, settings: Mapping[str, Any], body: str) -> tuple[dict[str, Any], str]:
        front = {key: settings[key] for key in _KEYS if settings[key] not in {None, ""}}
        if front["watch"] == WATCH:
            del front["watch"]
        return front, write_chapters(settings["chapters"], body)

    def learner_view(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        return dict(settings)

    def named_files(self, settings: Mapping[str, Any]) -> dict[str, str]:
        return {
            key: settings[key]
            for key in ("file", "poster", "captions")
            if settings[key] is not None
        }

    def rule(self, settings: Mapping[str, Any], minutes: int, evidence: Evidence) -> Verdict:
        needed = settings["watch"] / 100
        watched = max(0.0, evidence.watched)
        if watched >= needed:
            return Verdict(done=True, fraction=1.0)
        missing = lazy_gettext(
            "Watch %(needed)d%%: you have watched %(part)d%%",
            needed=settings["watch"],
            part=int(watched * 100),
        )
        return Verdict(False, watched / needed, missing)
