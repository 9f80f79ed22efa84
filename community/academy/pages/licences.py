"""Free licences by their SPDX identifiers, in plain words: any other one can be written."""

from flask_babel import lazy_gettext as _l

OTHER = "other"
LICENCES = {
    "": _l("Not said"),
    "CC-BY-4.0": _l("CC BY 4.0: others name you"),
    "CC-BY-SA-4.0": _l("CC BY-SA 4.0: others name you, and share alike"),
    "CC-BY-NC-4.0": _l("CC BY-NC 4.0: others name you, not for money"),
    "CC-BY-NC-SA-4.0": _l("CC BY-NC-SA 4.0: not for money, and share alike"),
    "CC0-1.0": _l("CC0 1.0: everybody may do anything with it"),
    OTHER: _l("Another one"),
}
