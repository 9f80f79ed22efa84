"""The languages a course can be in, by the names its author knows them by."""

import functools

from babel import Locale

from community.kernel.doors import reader


def language_options(kept: str) -> list[tuple[str, str]]:
    """Return language tags with their names, sorted as one reads them; ``kept`` is one of them."""
    options = _options(reader().language)
    known = kept in dict(options)
    return list(options) if known or not kept else [(kept, kept), *options]


@functools.lru_cache(maxsize=8)
def _options(language: str) -> tuple[tuple[str, str], ...]:
    names = Locale.parse(language).languages
    living = {code: name for code, name in names.items() if len(code) == 2}  # ISO 639-1
    return tuple(sorted(living.items(), key=lambda option: option[1].casefold()))
