"""Every feature's tables in one place, for the migrations and for whoever counts them."""

from types import ModuleType

from community.academy import models as academy
from community.accounts import models as accounts
from community.certificates import models as certificates
from community.cohorts import models as cohorts
from community.correspondence import models as correspondence
from community.coursework import models as coursework
from community.discussions import models as discussions
from community.kernel import log, outbox, revocation
from community.kernel.db import metadata
from community.kernel.files import models as files
from community.live import models as live
from community.mailing import models as mailing
from community.moderation import models as moderation
from community.notifications import models as notifications
from community.progress import models as progress
from community.spaces import models as spaces
from community.transfers import models as transfers

# Named, so that importing this module is what fills the metadata.
MODELS: tuple[ModuleType, ...] = (
    *(log, outbox, revocation, files),
    *(accounts, correspondence, spaces, discussions, moderation, academy),
    *(live, cohorts, progress, coursework, certificates),
    *(notifications, mailing, transfers),
)
METADATA = metadata
