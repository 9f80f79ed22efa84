"""How much a feed holds."""

MOST_ENTRIES = 50
THREADS_FOLLOWED = 30  # of what one follows: those last written in
POSTS_OF_EACH = 10  # of these, the last ones of each
