"""Takes in every message of a community: judged once, in order, with what follows stored in the same transaction."""
