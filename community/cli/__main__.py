"""``python -m community.cli``."""

from community.cli.main import main

main()
