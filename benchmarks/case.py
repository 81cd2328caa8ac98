"""Runs one case in a process of its own and prints its figures as JSON.

`python -m benchmarks.case NAME ARGUMENTS`, with the arguments as a JSON object.
"""

import json
import sys
from importlib import import_module

from benchmarks.process import pin, unpin

#: where each case is; imported only when it is run, so that no case carries what another needs
CASES = {
    "throughput": "benchmarks.judging",
    "latency": "benchmarks.judging",
    "growth": "benchmarks.judging",
    "worst": "benchmarks.judging",
    "peers": "benchmarks.peers",
    "load": "benchmarks.loading",
    "evasion": "benchmarks.evasion",
    "append_entries": "benchmarks.ledger",
    "write_ledger": "benchmarks.ledger",
    "verify_ledger": "benchmarks.ledger",
    "taking_in": "benchmarks.intake",
    "raid": "benchmarks.intake",
    "paced": "benchmarks.intake",
    "beside": "benchmarks.intake",
    "acting": "benchmarks.acting",
    "authority": "benchmarks.authority",
    "timers": "benchmarks.timing",
    "escalating": "benchmarks.escalating",
    "commanding": "benchmarks.commanding",
    "starting": "benchmarks.local",
    "handled": "benchmarks.local",
    "crowded": "benchmarks.local",
    "reading": "benchmarks.local",
    "discord_paced": "benchmarks.discord",
    "discord_raid": "benchmarks.discord",
    "discord_million": "benchmarks.discord",
    "discord_flapping": "benchmarks.discord",
    "slack_paced": "benchmarks.slack",
    "slack_flood": "benchmarks.slack",
    "write_policies": "benchmarks.made_policies",
    "write_export": "benchmarks.exports",
}


#: these wait for databases and for each other, and run as they would in use: on every core, by the clock on the wall
_UNPINNED = frozenset(
    {
        "taking_in",
        "raid",
        "paced",
        "beside",
        "acting",
        "timers",
        "commanding",
        "starting",
        "handled",
        "crowded",
        "reading",
        "discord_paced",
        "discord_raid",
        "discord_million",
        "discord_flapping",
        "slack_paced",
        "slack_flood",
    }
)


def main() -> int:
    """Print the figures of one case."""
    name, arguments = sys.argv[1:]
    if name in _UNPINNED:
        unpin()
    else:
        pin()
    figures = getattr(import_module(CASES[name]), name)(**json.loads(arguments))
    print(json.dumps(figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
