"""Pictures of an Adapt archive, drawn anew as those of a course; what is not there is told."""

import hashlib
import posixpath
from collections.abc import Mapping
from urllib.parse import unquote

from flask_babel import gettext as _

from community.academy.formats.drawing import drawn
from community.academy.formats.files import MAX_ASSETS
from community.academy.formats.paging import unique
from community.academy.formats.report import FileReport, Note
from community.academy.formats.source import AssetSource
from community.kernel.errors import Invalid

SORT = "pictures"
SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".svg")


class Pictures:
    """Takes pictures over for one language; ``assets`` by their path."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.assets: dict[str, AssetSource] = {}
        self._files = files
        self._names: set[str] = set()
        self._taken: dict[str, str] = {}
        self._by_digest: dict[str, str] = {}

    def take(
        self, address: str, alt: str, *, root: str, report: FileReport, at: str, line: int
    ) -> str | None:
        """Return the asset path of the picture at ``address``, or None; the report is told."""
        tally = report.tally(SORT)
        tally.found += 1
        path, flaw = self._path(address, root)
        shown = _(
            "picture %(address)s (%(alt)s)", address=address[:120], alt=alt[:120] or _("no words")
        )
        if path is None:
            tally.dropped += 1
            report.dropped.append(Note(line, f"{shown}: {flaw}", at=at))
            return None
        tally.kept += 1
        if not alt:
            report.changed.append(Note(line, shown, _("%(path)s, without words", path=path), at=at))
        return path

    def _path(self, address: str, root: str) -> tuple[str | None, str]:
        name = self._name(address, root)
        if name is None:
            return None, _("it is not in the archive")
        if name in self._taken:
            return self._taken[name], ""
        if len(self.assets) >= MAX_ASSETS:
            return None, _("a course has at most %(most)d pictures", most=MAX_ASSETS)
        try:
            picture = drawn(posixpath.basename(name), self._files[name])
        except Invalid as refused:
            flaw = next(iter(refused.fields.values()), [str(refused.message)])[0]
            return None, str(flaw)
        digest = hashlib.sha256(picture.data).hexdigest()
        if digest not in self._by_digest:
            path = f"assets/{unique(picture.name, self._names)}{picture.suffix}"
            self.assets[path] = AssetSource(path, picture.media_type, picture.data)
            self._by_digest[digest] = path
        self._taken[name] = self._by_digest[digest]
        return self._taken[name], ""

    def _name(self, address: str, root: str) -> str | None:
        """Return the name under which the archive holds what a text calls ``address``.

        Texts name files from the place where the built course lies, of which ``course/`` is a part.
        """
        wanted = posixpath.normpath(unquote(address.partition("?")[0]))
        bare = wanted.removeprefix("course/")
        places = (root, posixpath.dirname(root), "")
        for place in places:
            for each in (wanted, bare):
                name = posixpath.normpath(posixpath.join(place, each))
                if name in self._files and name.lower().endswith(SUFFIXES):
                    return name
        return None
