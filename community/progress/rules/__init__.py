"""What follows from what a learner did: pure, the same for a page, a push and a rebuild."""
