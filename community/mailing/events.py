"""What happens to the times of letters."""

import dataclasses
import uuid

from community.kernel.events import Event


@dataclasses.dataclass(frozen=True, kw_only=True)
class LetterTimesChosen(Event):
    """Somebody chose when letters come to them."""

    name = "mailing.letter_times_chosen"

    user_id: uuid.UUID
    rhythm: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class LettersPaused(Event):
    """Letters to somebody came back too often: none is sent any more."""

    name = "mailing.letters_paused"

    user_id: uuid.UUID


@dataclasses.dataclass(frozen=True, kw_only=True)
class LettersResumed(Event):
    """Somebody had their address tried again."""

    name = "mailing.letters_resumed"

    user_id: uuid.UUID
