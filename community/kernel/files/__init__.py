"""Files as they came, each kept once on disk under the SHA-256 of its content."""
