"""A certificate as a PDF: set by typst, tagged for screen readers (PDF/UA-1), with its fonts in it.

Fonts that come with typst show Latin, Greek, Cyrillic, Hebrew, Arabic and Devanagari letters. What
they lack is looked for among the fonts of the machine; what those lack too is said on the page.
A page is set in 10 to 30 ms, so it is set anew for each download and kept nowhere.
"""

import dataclasses
import datetime as dt
import functools
from collections.abc import Mapping, Sequence
from typing import Any

import segno
import typst
from babel import Locale
from babel.dates import format_date

from community.certificates.rules import grouped, hours_of
from community.kernel.json import dumps
from community.kernel.resources import resource
from community.kernel.translation import _, ngettext

OWN = ["Libertinus Serif", "New Computer Modern", "DejaVu Sans Mono"]
LEADS_LONGEST = 240  # letters of the names of who led: two lines
STANDARD = "ua-1"  # it also refuses a letter that no font has, where a box would stand


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Certified:
    """What a certificate says; ``verify_url`` is where anybody sees whether it holds."""

    name: str
    course: str
    run: str
    network: str
    starts_on: dt.date
    ends_on: dt.date
    minutes: int
    leads: Sequence[str]
    policy: int
    language: str
    code: str
    edition: int
    issued_on: dt.date
    edition_at: dt.datetime
    verify_url: str


def as_pdf(told: Mapping[str, Any]) -> bytes:
    """Return what ``told_of`` says as PDF, the same bytes each time on one machine.

    It computes, and asks for no language: call it in a thread.
    """
    for fonts in (_own_fonts, _all_fonts):
        try:
            return _set(told, fonts(), [STANDARD])
        except typst.TypstError:
            continue  # a letter that these fonts lack
    return _set({**told, "foot": [told["lacking"], *told["foot"]]}, _all_fonts(), [])


def _set(told: Mapping[str, Any], fonts: typst.Fonts, standards: list[Any]) -> bytes:
    return typst.compile(
        _source(),
        format="pdf",
        font_paths=fonts,
        ignore_system_fonts=True,
        sys_inputs={"data": dumps(told)},
        pdf_standards=standards,
        timestamp=told["set_at"],
    )


def told_of(said: Certified) -> dict[str, Any]:
    """Return everything that differs from one certificate to another, as plain data.

    Its words are in the language of whoever calls: call it inside ``in_language(said.language)``.
    """
    hours = hours_of(said.minutes)
    facts = [said.run] if said.run != said.course else []
    facts.append(
        ngettext(
            "A course of %(num)d hour, run from %(days)s",
            "A course of %(num)d hours, run from %(days)s",
            hours,
            days=days_words(said.starts_on, said.ends_on, said.language),
        )
    )
    if said.leads:
        facts.append(_("Led by %(names)s", names=_leads(said.leads)))
    issued = _("Issued on %(day)s", day=day_words(said.issued_on, said.language))
    if said.edition > 1:
        issued += " · " + _("Edition %(number)d", number=said.edition)
    issued += " · " + _("Rules of completion, number %(number)d", number=said.policy)
    return {
        "title": _("Certificate of completion: %(course)s", course=said.course),
        "heading": _("Certificate of completion"),
        "words": {
            "to": _("This is to say that"),
            "completed": _("has completed"),
            "verify": _("Anybody can check this certificate at"),
            "picture": _("The same address, as a picture for a phone to read"),
        },
        "name": said.name,
        "course": said.course,
        "network": said.network,
        "facts": facts,
        "foot": [issued],
        "lacking": _(
            "Some letters cannot be printed here. The page at the address below shows all of them."
        ),
        "address": said.verify_url,
        "shown": said.verify_url.rpartition("/")[0].partition("://")[2],
        "code": grouped(said.code),
        "picture": _picture(said.verify_url),
        "fonts": OWN,
        "lang": said.language.partition("_")[0],
        "rtl": Locale.parse(said.language).text_direction == "rtl",
        "set_at": int(said.edition_at.timestamp()),
        "date": [said.issued_on.year, said.issued_on.month, said.issued_on.day],
    }


def _leads(names: Sequence[str]) -> str:
    """Return as many names as there is room for, the first in any case."""
    kept = [names[0]]
    for name in names[1:]:
        if sum(map(len, kept)) + len(name) > LEADS_LONGEST:
            break
        kept.append(name)
    said = ", ".join(kept)
    rest = len(names) - len(kept)
    if not rest:
        return said
    return ngettext("%(names)s and %(num)d more", "%(names)s and %(num)d more", rest, names=said)


def day_words(day: dt.date, language: str) -> str:
    """Return a day as a document says it, with its year: "3 March 2026"."""
    return str(format_date(day, "d MMMM y", locale=language))


def days_words(first: dt.date, last: dt.date, language: str) -> str:
    """Return "7 September to 15 November 2026"; both years where they differ."""
    pattern = "d MMMM" if first.year == last.year else "d MMMM y"
    begin = str(format_date(first, pattern, locale=language))
    return _("%(first)s to %(last)s", first=begin, last=day_words(last, language))


def _picture(address: str) -> str:
    return segno.make(address, error="m").svg_inline(border=0, dark="#16211f", light="#fff")


@functools.cache
def _source() -> bytes:
    return (resource("templates") / "certificates" / "certificate.typ").read_bytes()


@functools.cache
def _own_fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False)


@functools.cache
def _all_fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=True)
