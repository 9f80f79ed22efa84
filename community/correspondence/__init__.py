"""Which letters reach somebody, and how they stop them."""
