"""``community token``, ``settings``, ``user`` and ``second-step``."""

from community.accounts.commands.second_step import second_step
from community.accounts.commands.settings import settings
from community.accounts.commands.tokens import token
from community.accounts.commands.users import user

__all__ = ["second_step", "settings", "token", "user"]
