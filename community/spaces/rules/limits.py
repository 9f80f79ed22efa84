"""What limits posts of those who do not lead a space, where who leads it has set so."""

SLOW_SECONDS = (0, 30, 60, 300, 900, 3600)
"""Between two posts of somebody in a thread; 0 is off."""

NEWCOMER_LINKS = (0, 1, 2, 5)
"""So many links may a post of a newcomer have at most; no limit where none of them is chosen."""

APPROVE_FIRST = (0, 1, 3)
"""Until so many posts of a newcomer stand in a space, the next one waits for approval; 0 is off."""
