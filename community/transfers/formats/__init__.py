"""What the world outside reads and writes: mbox, our own archive, Atom."""
