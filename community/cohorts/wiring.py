"""The cohorts feature, assembled."""

from community.cohorts import models as models
from community.kernel.feature import Feature

FEATURE = Feature(name="cohorts")
