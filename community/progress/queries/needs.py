"""What must come first for a module to open, in the reader's language."""

from collections.abc import Sequence

from community.academy.queries import DraftModuleLine, ModuleOutline
from community.academy.rules.releases import said, without_times
from community.cohorts.queries.opening import title_of
from community.progress.rules.unlocking import Access


def needs_of(modules: Sequence[ModuleOutline | DraftModuleLine], access: Access) -> str:
    """Return what else than waiting opens a module that is shut by its rule; else nothing."""
    left = without_times(access.rule) if access.rule is not None else None
    return said(left, lambda ref: title_of(modules, ref), lambda _date: "") if left else ""
