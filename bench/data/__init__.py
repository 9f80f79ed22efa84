"""The data set: made up, of believable shape, the same for both databases."""
