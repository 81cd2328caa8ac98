"""Pages to staff outside the platforms: e-mail, signed webhooks, several at once, named people; and the heartbeat."""

from adapters.pager.directory import Directory
from adapters.pager.heartbeat import Heartbeat, HeartbeatError
from adapters.pager.mail import MailPager, Security
from adapters.pager.several import several
from adapters.pager.webhook import WebhookPager

__all__ = ["Directory", "Heartbeat", "HeartbeatError", "MailPager", "Security", "WebhookPager", "several"]
