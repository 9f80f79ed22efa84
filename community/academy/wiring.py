"""The academy feature, assembled."""

from community.academy import models as models
from community.kernel.feature import Feature

FEATURE = Feature(name="academy")
