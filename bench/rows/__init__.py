"""The rows of the table, a file a group; each ``measure(site)`` yields rows as they are found."""
