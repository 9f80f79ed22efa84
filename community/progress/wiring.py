"""The progress feature, assembled."""

from community.kernel.feature import Feature
from community.progress import models as models

FEATURE = Feature(name="progress")
