"""The home feature, assembled."""

from community.kernel.feature import Feature

FEATURE = Feature(name="home")
