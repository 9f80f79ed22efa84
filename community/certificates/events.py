"""What happens to certificates."""

import dataclasses
import uuid

from community.kernel.events import Event


@dataclasses.dataclass(frozen=True, kw_only=True)
class CertificateIssued(Event):
    name = "certificates.certificate_issued"

    run_id: uuid.UUID
    certificate_id: uuid.UUID
    user_id: uuid.UUID


@dataclasses.dataclass(frozen=True, kw_only=True)
class CertificateNamed(Event):
    """It has another name on it, and so another edition; the name stands in no event."""

    name = "certificates.certificate_named"

    run_id: uuid.UUID
    certificate_id: uuid.UUID
    user_id: uuid.UUID
    edition: int


@dataclasses.dataclass(frozen=True, kw_only=True)
class CertificateRevoked(Event):
    """It holds no more; ``reason`` is a ``Reason`` value, words about it stand in no event."""

    name = "certificates.certificate_revoked"

    run_id: uuid.UUID
    certificate_id: uuid.UUID
    user_id: uuid.UUID
    reason: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class CertificateReissued(Event):
    """Revoking it was taken back: it holds again, as another edition."""

    name = "certificates.certificate_reissued"

    run_id: uuid.UUID
    certificate_id: uuid.UUID
    user_id: uuid.UUID
    edition: int
