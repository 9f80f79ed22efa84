"""What a criterion asks, and how far somebody is in it, in words."""

from collections.abc import Sequence
from typing import Any, Protocol

from flask_babel import gettext as _
from flask_babel import ngettext

from community.progress.rules.completion import Criterion, Finding, Line, Measure


class Titled(Line, Protocol):
    """An activity with what it is called."""

    @property
    def title(self) -> str: ...


def asked(criterion: Criterion, lines: Sequence[Titled], kind_label: str = "") -> str:
    """Return what a criterion asks of somebody; ``kind_label`` is what its kind is called."""
    return str(_asked(criterion, lines, kind_label))


def _asked(criterion: Criterion, lines: Sequence[Titled], kind: str) -> Any:
    least = criterion.least
    match criterion.measure:
        case Measure.REQUIRED if least == 100:
            return _("Finish everything that is required")
        case Measure.REQUIRED:
            return _("Finish at least %(least)d %% of what is required", least=least)
        case Measure.SESSIONS:
            return ngettext(
                "Come to at least %(num)d session", "Come to at least %(num)d sessions", least
            )
        case Measure.KIND:
            return _("Finish at least %(least)d of the kind “%(kind)s”", least=least, kind=kind)
        case Measure.ACTIVITIES:
            return _("Finish these: %(titles)s", titles="; ".join(_titles(criterion, lines)))
        case Measure.SCORE:
            title = next(iter(_titles(criterion, lines)), "")
            return _("Score at least %(least)d %% in “%(title)s”", least=least, title=title)


def _titles(criterion: Criterion, lines: Sequence[Titled]) -> list[str]:
    found = [line.title for line in lines if line.lineage in criterion.named]
    return found or [str(_("what is no longer in the course"))]


def how_far(finding: Finding) -> str:
    """Return what somebody has of what a criterion asks."""
    return str(_how_far(finding))


def _how_far(finding: Finding) -> Any:
    """Return it in words; a count never says more than is asked, a score is what it is."""
    have = min(finding.have, finding.need)
    if not finding.need and finding.met:
        return _("Nothing is asked here: it is not in the course any more, or did not take place.")
    if finding.have >= finding.need and not finding.met:
        return _(
            "%(have)d of %(need)d so far: more modules open later",
            have=have,
            need=finding.need,
        )
    if finding.criterion.measure is Measure.SCORE:
        return _("%(have)d %% of the %(need)d %% asked", have=finding.have, need=finding.need)
    return _("%(have)d of the %(need)d asked", have=have, need=finding.need)
