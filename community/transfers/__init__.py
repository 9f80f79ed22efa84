"""What goes in and out of a space's talk: archives of mail, archives of our own, and feeds."""
