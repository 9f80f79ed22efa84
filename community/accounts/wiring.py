"""The accounts feature, assembled."""

from community.accounts.queries import Doorkeeper
from community.kernel.feature import Feature

FEATURE = Feature(name="accounts", sign_in=Doorkeeper())
