"""What happens as talk comes in and goes out."""

import dataclasses
import uuid

from community.kernel.events import Event


@dataclasses.dataclass(frozen=True, kw_only=True)
class MailImportBegun(Event):
    """An archive of mail is being brought into a space."""

    name = "transfers.mail_import_begun"

    space_id: uuid.UUID
    import_id: uuid.UUID


@dataclasses.dataclass(frozen=True, kw_only=True)
class SpaceImported(Event):
    """Posts were brought into a space that no event of their own tells of; they are all there."""

    name = "transfers.space_imported"

    space_id: uuid.UUID
    import_id: uuid.UUID
    posts: int


@dataclasses.dataclass(frozen=True, kw_only=True)
class ImportTakenBack(Event):
    """What an import brought into a space is gone, but ``remaining`` posts."""

    name = "transfers.import_taken_back"

    space_id: uuid.UUID
    import_id: uuid.UUID
    remaining: int


@dataclasses.dataclass(frozen=True, kw_only=True)
class TalkExported(Event):
    """Somebody asked for an archive of a space's talk."""

    name = "transfers.talk_exported"

    space_id: uuid.UUID
    export_id: uuid.UUID


@dataclasses.dataclass(frozen=True, kw_only=True)
class FeedKeyMade(Event):
    """Somebody's feeds have a new secret."""

    name = "transfers.feed_key_made"

    user_id: uuid.UUID


@dataclasses.dataclass(frozen=True, kw_only=True)
class FeedKeyRevoked(Event):
    """Nobody reads somebody's feeds any more."""

    name = "transfers.feed_key_revoked"

    user_id: uuid.UUID
