"""Reports: what members tell of others, and what they are told of it."""
