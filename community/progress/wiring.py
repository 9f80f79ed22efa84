"""The progress feature, assembled."""

from community.progress import models as models
from community.kernel.feature import Feature

FEATURE = Feature(name="progress")
