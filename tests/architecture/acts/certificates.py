"""What one does with certificates."""

from collections.abc import Mapping

from architecture.acts.parts import CERTIFICATE, Act, fixed, on_certificate
from architecture.surfaces.seeing import of

from community.certificates.policy import (
    may_name_certificate,
    may_reissue_certificate,
    may_revoke_certificate,
)

SEES = of("certificates", "certificate_id")
NAMED = fixed(name="A. Member")
REVOKED = fixed(reason="mistake", note="It was somebody else's.")
NAMES = Act("member", CERTIFICATE, NAMED, SEES, on_certificate(may_name_certificate))
REVOKES = Act("owner", CERTIFICATE, REVOKED, SEES, on_certificate(may_revoke_certificate))
REISSUES = Act("owner", CERTIFICATE, sees=SEES, may=on_certificate(may_reissue_certificate))

ACTS: Mapping[str, Act] = {
    "certificates_api.want": Act("member", given=NAMED),
    "certificates_api.name": NAMES,
    "certificates_api.revoke": REVOKES,
    "certificates_api.reissue": REISSUES,
    "certificates.want": Act("member", given=NAMED),
    "certificates.name": NAMES,
    "certificates.revoke": REVOKES,
    "certificates.reissue": REISSUES,
}
