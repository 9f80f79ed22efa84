"""How long something lasted, as pages say it."""


def minutes_up(seconds: int) -> int:
    """Return seconds as whole minutes, as people count them: a minute that was begun is one."""
    return -(-seconds // 60)
