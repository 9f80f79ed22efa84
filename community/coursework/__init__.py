"""What learners make in the activities of a run: beside their progress, which only counts it."""
