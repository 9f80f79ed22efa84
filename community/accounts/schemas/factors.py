"""Second factors, as they come in."""

from community.accounts.formats.codes import CODE_LONGEST
from community.accounts.rules import LABEL_LONGEST
from community.kernel.schemas import In, Text


class CodeIn(In):
    """A code as it was typed, whatever it is of."""

    code = Text(longest=CODE_LONGEST, required=True)


class PasskeyIn(In):
    """How a passkey is to be called."""

    label = Text(longest=LABEL_LONGEST, required=True)
