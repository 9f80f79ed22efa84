"""Pictures of a course: what may lie in ``assets/``, and that a drawing only draws.

An SVG is a program unless one looks: it is read by a parser that expands nothing, and only drawing
elements, local references and plain styles pass.
"""

import io
import re
from pathlib import PurePosixPath
from typing import Any
from xml.sax import SAXException, SAXParseException
from xml.sax.handler import ContentHandler, feature_namespaces
from xml.sax.xmlreader import AttributesNSImpl

import defusedxml.sax
from defusedxml import DefusedXmlException
from flask_babel import gettext as _

from community.academy.kinds.protocol import Flaw

MAX_PICTURE = 512 * 1024
"""Bytes."""
MEDIA_TYPES = {
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".webp": "image/webp",
}
ASSET_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}\.(?:svg|png|jpg|webp)")

_SVG = "http://www.w3.org/2000/svg"
_XML = "http://www.w3.org/XML/1998/namespace"
_XLINK = "http://www.w3.org/1999/xlink"
_ABOUT = {
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "http://creativecommons.org/ns#",
    "http://purl.org/dc/elements/1.1/",
}
"""Namespaces that say who drew a picture, under which licence."""
_DRAWING_NAMES = """
    svg g defs symbol use switch title desc metadata style view
    path rect circle ellipse line polyline polygon text tspan textPath marker
    linearGradient radialGradient stop pattern clipPath mask filter
    feBlend feColorMatrix feComponentTransfer feComposite feConvolveMatrix feDiffuseLighting
    feDisplacementMap feDistantLight feDropShadow feFlood feFuncA feFuncB feFuncG feFuncR
    feGaussianBlur feMerge feMergeNode feMorphology feOffset fePointLight feSpecularLighting
    feSpotLight feTile feTurbulence
"""
_DRAWING = frozenset(_DRAWING_NAMES.split())
_OUTSIDE_STYLE = re.compile(
    r"""@import|@font-face|\\|image(?:-set)?\(|src\(|url\(\s*+["']?+\s*+(?!#)""", re.IGNORECASE
)


def media_type(path: str) -> str:
    """The media type of an asset by its name; KeyError for one we do not take."""
    return MEDIA_TYPES[PurePosixPath(path).suffix]


def flaws_of_picture(name: str, data: bytes) -> list[Flaw]:
    """Everything wrong with the picture file ``name`` (without folder)."""
    if not ASSET_NAME.fullmatch(name):
        message = _(
            "A picture's name has small letters, digits, - and _, and ends in .svg, .png, .jpg or"
            " .webp."
        )
        return [Flaw(message)]
    if len(data) > MAX_PICTURE:
        return [Flaw(_("The picture is larger than %(limit)d kB.", limit=MAX_PICTURE // 1024))]
    suffix = PurePosixPath(name).suffix
    if suffix == ".svg":
        return _flaws_of_svg(data)
    starts = {
        ".png": data.startswith(b"\x89PNG\r\n\x1a\n"),
        ".jpg": data.startswith(b"\xff\xd8\xff"),
        ".webp": data.startswith(b"RIFF") and data[8:12] == b"WEBP",
    }
    if not starts[suffix]:
        return [Flaw(_("The file's content is not what its name says (%(kind)s).", kind=suffix))]
    return []


class _Drawing(ContentHandler):
    """Walks a drawing; ``flaws`` holds what does not belong in one."""

    def __init__(self) -> None:
        super().__init__()
        self.flaws: list[Flaw] = []
        self._locator: Any = None
        self._depth = 0
        self._style: list[str] | None = None

    def setDocumentLocator(self, locator: Any) -> None:  # noqa: N802 (SAX's name)
        self._locator = locator

    def _flaw(self, message: str) -> None:
        self.flaws.append(Flaw(message, line=self._locator.getLineNumber()))

    def startElementNS(  # noqa: N802 (SAX's name)
        self,
        name: tuple[str | None, str],
        qname: str | None,
        attrs: AttributesNSImpl,
    ) -> None:
        space, local = name
        if self._depth == 0 and name != (_SVG, "svg"):
            self._flaw(_("This is not an SVG drawing."))
        elif space == _SVG and local not in _DRAWING:
            self._flaw(_("A drawing may not hold <%(name)s>.", name=local))
        elif space != _SVG and space not in _ABOUT:
            self._flaw(_("A drawing may not hold <%(name)s> of another language.", name=local))
        self._depth += 1
        if local == "style":
            self._style = []
        for (attribute_space, attribute), value in attrs.items():
            self._attribute(attribute_space, attribute, value)

    def _attribute(self, space: str | None, name: str, value: str) -> None:
        if name.lower().startswith("on"):
            self._flaw(_("A drawing may not hold the script attribute %(name)s.", name=name))
        elif name == "href" and space in (None, "", _XLINK):
            if not value.strip().startswith("#"):
                self._flaw(_("A drawing may refer to its own parts only, not to %(to)s.", to=value))
        elif space == _XML and name == "base":
            self._flaw(_("A drawing may not hold the attribute %(name)s.", name="xml:base"))
        elif _OUTSIDE_STYLE.search(value):
            self._flaw(_("A drawing's style may not refer to anything outside it."))

    def endElementNS(self, name: tuple[str | None, str], qname: str | None) -> None:  # noqa: N802 (SAX's name)
        self._depth -= 1
        if name[1] == "style" and self._style is not None:
            if _OUTSIDE_STYLE.search("".join(self._style)):
                self._flaw(_("A drawing's style may not refer to anything outside it."))
            self._style = None

    def characters(self, content: str) -> None:
        if self._style is not None:
            self._style.append(content)

    def processingInstruction(self, target: str, data: str) -> None:  # noqa: N802 (SAX's name)
        self._flaw(_("A drawing may not hold the instruction <?%(name)s?>.", name=target))


def _flaws_of_svg(data: bytes) -> list[Flaw]:
    drawing = _Drawing()
    parser = defusedxml.sax.make_parser()
    parser.forbid_dtd = True
    parser.setFeature(feature_namespaces, True)
    parser.setContentHandler(drawing)
    try:
        parser.parse(io.BytesIO(data))
    except SAXParseException as error:
        message = _("This is not well-formed XML: %(problem)s.", problem=error.getMessage())
        drawing.flaws.append(Flaw(message, line=error.getLineNumber() or 1))
    except DefusedXmlException:
        drawing.flaws.append(
            Flaw(_("A drawing may not declare a document type or entities."), line=1)
        )
    except (SAXException, ValueError, LookupError):
        drawing.flaws.append(Flaw(_("This is not well-formed XML."), line=1))
    return drawing.flaws
