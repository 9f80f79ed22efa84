"""The certificates feature, assembled."""

from flask_babel import lazy_gettext as _l

from community.certificates import letters
from community.certificates import models as models
from community.certificates.api import api
from community.certificates.operations import TELL_ISSUED, TELL_REVOKED, erase
from community.certificates.pages import learning, mine, pages
from community.certificates.queries import personal
from community.kernel.feature import Feature, Personal

FEATURE = Feature(
    name="certificates",
    pages=(pages,),
    apis=(api,),
    jobs={TELL_ISSUED: letters.mail_issued, TELL_REVOKED: letters.mail_revoked},
    frame=mine.contribute,
    parts={"learn.certificate": learning.part},
    personal=Personal(
        export=personal,
        erase=erase,
        stays=_l(
            "Nothing of your certificates: whoever asks for the code of one reads that there is no"
            " such certificate. What you printed or gave away cannot be taken back."
        ),
    ),
)
