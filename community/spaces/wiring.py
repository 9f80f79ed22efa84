"""The spaces feature, assembled."""

from community.spaces import models as models
from community.kernel.feature import Feature

FEATURE = Feature(name="spaces")
