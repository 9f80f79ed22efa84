"""What happens to the letters people want."""

import dataclasses
import uuid

from community.kernel.events import Event


@dataclasses.dataclass(frozen=True, kw_only=True)
class LettersChosen(Event):
    """Somebody switched letters on or off; the values are those of ``LetterKind``."""

    name = "correspondence.letters_chosen"

    user_id: uuid.UUID
    stopped: tuple[str, ...] = ()
    wanted: tuple[str, ...] = ()
