"""The live feature, assembled."""

from community.live import models as models
from community.kernel.feature import Feature

FEATURE = Feature(name="live")
