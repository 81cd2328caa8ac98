"""The ledger as pure functions: canonical entries, Merkle tree, signed checkpoints, proofs, witness, sealed values."""
