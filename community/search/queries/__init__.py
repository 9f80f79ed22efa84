"""What is there to find, and what somebody finds of it."""
