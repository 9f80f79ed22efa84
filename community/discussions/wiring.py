"""The discussions feature, assembled."""

from community.discussions import models as models
from community.kernel.feature import Feature

FEATURE = Feature(name="discussions")
