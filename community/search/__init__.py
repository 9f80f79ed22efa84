"""One box over threads, posts, people, course pages and sessions."""
