"""The certificates feature, assembled."""

from flask_babel import lazy_gettext as _l

from community.certificates import letters, reactions
from community.certificates import models as models
from community.certificates.api import api
from community.certificates.operations import TELL_ISSUED, TELL_REVOKED, erase
from community.certificates.pages import learning, mine, pages
from community.certificates.queries import personal
from community.kernel.feature import Feature, Personal
from community.progress.events import VerdictReached, VerdictWithdrawn

FEATURE = Feature(
    name="certificates",
    pages=(pages,),
    apis=(api,),
    reactions=(
        (VerdictReached, reactions.on_verdict_reached),
        (VerdictWithdrawn, reactions.on_verdict_withdrawn),
    ),
    jobs={TELL_ISSUED: letters.mail_issued, TELL_REVOKED: letters.mail_revoked},
    frame=mine.contribute,
    parts={"learn.completed": learning.part},
    personal=Personal(
        export=personal,
        erase=erase,
        stays=_l(
            "Nothing of your certificates: whoever asks for the code of one reads that there is no"
            " such certificate. What you printed or gave away cannot be taken back."
        ),
    ),
)
