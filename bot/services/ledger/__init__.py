"""What keeps a ledger honest: checkpoints and witnesses, the check of everything, and proofs."""
