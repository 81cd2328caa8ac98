"""How one workspace is reached: tokens of two tiers, and where Slack is."""

from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True, slots=True)
class Access:
    """What one workspace's app was given; everything in it but the ids is secret."""

    #: the workspace's id: `T…`
    workspace: str
    #: the bot's token: posts, reads, removes from channels
    bot: str = field(repr=False)
    #: an app-level token for Socket Mode; empty where Slack calls us instead
    app: str = field(default="", repr=False)
    #: what Slack signs its requests with; empty where none are taken
    signing: str = field(default="", repr=False)
    #: a token of somebody who administers the workspace: deletes what others wrote; empty where there is none
    admin: str = field(default="", repr=False)
    #: whom that token is bound to: it counts for nobody else, whoever installs the app next
    admin_user: str = ""
    #: address of the Web API; empty for Slack's own
    api: str = ""
