"""Plain functions that make rows for tests, with defaults."""
