"""The administration feature, assembled."""

from community.administration.commands import people, space
from community.administration.pages import contribute, pages
from community.kernel.feature import Feature

FEATURE = Feature(name="administration", pages=(pages,), commands=(people, space), frame=contribute)
