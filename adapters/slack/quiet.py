"""Where the libraries write what they log: nowhere, for it holds messages of members and addresses that let people in.

What goes wrong reaches us as an error or as silence, and is told by us.
"""

import logging

QUIET = logging.getLogger("locum.slack.libraries")
QUIET.disabled = True
QUIET.propagate = False
