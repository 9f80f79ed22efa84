"""How many drafts there are, and for how long."""

import datetime as dt

MOST_DRAFTS = 200
"""Drafts that one person keeps."""

MOST_NEW_THREADS = 5
"""Of these, new threads of one space."""

MOST_SAVES = 60
"""How often a draft is saved within a minute."""

DRAFTS_KEPT_FOR = dt.timedelta(days=90)
"""How long a draft stays that nobody goes on with."""

DISCARDED_KEPT_FOR = dt.timedelta(days=1)
"""How long a draft that was thrown away can be put back."""
