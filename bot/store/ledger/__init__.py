"""The ledgers' rows: heads, entries, nodes of the trees, checkpoints and cosignatures."""
