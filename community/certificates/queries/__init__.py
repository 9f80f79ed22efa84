"""Certificates as they are shown, and what one is issued from."""

from community.certificates.queries.issued import (
    OfRun,
    Told,
    learner_of,
    of_run,
    standing_verdict,
    to_tell,
    words_of_rules,
)
from community.certificates.queries.shown import (
    Line,
    Said,
    Whole,
    behind,
    certificate,
    certificates_of,
    certified,
    counts_of,
    my_certificates,
    name_to_come,
    own_of_run,
    personal,
)

__all__ = [
    "Line",
    "OfRun",
    "Said",
    "Told",
    "Whole",
    "behind",
    "certificate",
    "certificates_of",
    "certified",
    "counts_of",
    "learner_of",
    "my_certificates",
    "name_to_come",
    "of_run",
    "own_of_run",
    "personal",
    "standing_verdict",
    "to_tell",
    "words_of_rules",
]
