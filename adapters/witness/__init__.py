"""Witnesses over HTTP (C2SP tlog-witness): asking somebody else's, and answering as one."""

from adapters.witness.client import HttpWitness
from adapters.witness.server import WitnessServer

__all__ = ["HttpWitness", "WitnessServer"]
