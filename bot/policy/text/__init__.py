"""Text as a reader sees it: folding, obfuscated spellings, and where they stand in the original."""
