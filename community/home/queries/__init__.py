"""What the pages across features read: a fixed number of statements each, whatever the data."""
