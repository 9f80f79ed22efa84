"""The worker brings an archive of a space's talk in: threads and posts as they stood, by names.

Nothing is told one by one, as with archives of mail. What files an archive holds was checked as it
was handed over; its lines are before any is written. Each post is known by the archive's digest and
its numbers, so that the same one twice changes nothing and a worker that dies goes on.
"""

from community.transfers.operations.talk.reading import read_talk
from community.transfers.operations.talk.writing import write_some

__all__ = ["read_talk", "write_some"]
