"""The spaces feature, assembled."""

from community.kernel.feature import Feature
from community.spaces import models as models

FEATURE = Feature(name="spaces")
