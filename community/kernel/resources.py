"""Where templates, static files, migrations and courses are: in the wheel or a checkout."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent


def resource(name: str) -> Path:
    """Return the folder ``name`` ("templates", "static", "migrations" or "courses")."""
    packed = _PACKAGE / "_resources" / name
    return packed if packed.is_dir() else _PACKAGE.parent / name
