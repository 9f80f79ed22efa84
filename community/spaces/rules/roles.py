"""What the roles are called, by their value."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

ROLE_NAMES: Mapping[str, Any] = {
    "owner": _l("Owner"),
    "organiser": _l("Organiser"),
    "facilitator": _l("Facilitator"),
    "member": _l("Member"),
    "observer": _l("Observer"),
}
ROLE_GROUPS: Mapping[str, Any] = {
    "owner": _l("Owners"),
    "organiser": _l("Organisers"),
    "facilitator": _l("Facilitators"),
    "member": _l("Members"),
    "observer": _l("Observers"),
}
ROLE_WORDS: Mapping[str, Any] = {
    "owner": _l("looks after everything, and makes others owners"),
    "organiser": _l("invites people and runs the cohort"),
    "facilitator": _l("leads sessions and supports members"),
    "member": _l("takes part in everything"),
    "observer": _l("reads along without writing"),
}
