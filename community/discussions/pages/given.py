"""What addresses and forms of talk say."""

from community.kernel.schemas import HIGHEST


def number(value: str | None) -> int | None:
    """Return a number written in an address or a form; None for anything else."""
    if value is None or not value.isascii() or not value.isdigit() or len(value) > 10:
        return None
    return min(int(value), HIGHEST)
