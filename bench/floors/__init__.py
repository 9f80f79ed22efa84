"""What the same work costs with next to nothing around it: raw, insert, broadcast."""
