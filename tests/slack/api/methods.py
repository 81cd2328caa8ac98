"""Every method of the Web API by its name."""

from collections.abc import Mapping

from tests.slack.api import channels, chat, conversations, files, manifest, others, people, viewing
from tests.slack.api.calling import Handler

METHODS: Mapping[str, Handler] = {
    name: handler
    for module in (chat, conversations, channels, people, files, manifest, viewing, others)
    for name, handler in module.METHODS.items()
}
