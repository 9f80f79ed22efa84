"""How one signs in to the demo network: a password of this installation's own, one for all."""

import secrets
from pathlib import Path

_WORDS = (
    *("river", "harbour", "lantern", "meadow", "compass", "orchard", "granite", "saffron"),
    *("willow", "copper", "ferry", "almanac", "juniper", "beacon", "terrace", "monsoon"),
    *("gauge", "register", "archive", "market", "bridge", "island", "valley", "notebook"),
)
ROLES = (
    ("Owner", "helena-brandstaetter"),
    ("Organiser", "wanjiru-kamau"),
    ("Facilitator", "ines-marchetti"),
    ("Learner", "amina-otieno"),
    ("Observer", "margit-lindqvist"),
)


def demo_password(data_dir: Path) -> str:
    """Return the password of everybody in this demo network, made up the first time."""
    file = data_dir / "demo_password"
    if not file.exists():
        file.touch(mode=0o600)
        words = [secrets.choice(_WORDS) for _ in range(3)]
        file.write_text("-".join([*words, str(secrets.randbelow(90) + 10)]), encoding="ascii")
    return file.read_text(encoding="ascii").strip()
