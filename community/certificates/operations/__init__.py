"""What one can do with certificates."""

from community.certificates.operations.issuing import (
    TELL_ISSUED,
    TELL_REVOKED,
    issue_certificate,
    withdraw_certificate,
)
from community.certificates.operations.leaving import erase
from community.certificates.operations.naming import name_certificate, want_name
from community.certificates.operations.revoking import reissue_certificate, revoke_certificate

__all__ = (
    "TELL_ISSUED",
    "TELL_REVOKED",
    "erase",
    "issue_certificate",
    "name_certificate",
    "reissue_certificate",
    "revoke_certificate",
    "want_name",
    "withdraw_certificate",
)
