"""Pages to staff outside the platforms: e-mail, signed webhooks, and several at once."""

from adapters.pager.mail import MailPager, Security
from adapters.pager.several import several
from adapters.pager.webhook import WebhookPager

__all__ = ["MailPager", "Security", "WebhookPager", "several"]
