"""What is decided about courses without a database."""

from community.academy.rules.addresses import (
    ASSETS,
    DRAFT_FILE_ROUTE,
    FILE_ROUTE,
    FILES,
    Lineage,
    digest_of_files,
    draft_file_address,
    file_address,
    for_elsewhere,
    with_file_addresses,
)

__all__ = [
    "ASSETS",
    "DRAFT_FILE_ROUTE",
    "FILES",
    "FILE_ROUTE",
    "Lineage",
    "digest_of_files",
    "draft_file_address",
    "file_address",
    "for_elsewhere",
    "with_file_addresses",
]
