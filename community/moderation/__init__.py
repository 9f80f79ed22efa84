"""What people report, who looks at it, what is decided, and how one asks for a second look."""
