"""What each kind of card shows, read at the moment when it is shown: a new kind is a function and a line here."""

from collections.abc import Mapping

from bot.domain.card import CardKind
from bot.services.showing.appeal import appeal_cards
from bot.services.showing.approval import approval_cards
from bot.services.showing.case import case_cards
from bot.services.showing.digest import digest_cards
from bot.services.showing.escalation import escalation_cards
from bot.services.showing.hand import hand_cards
from bot.services.showing.news import news_cards
from bot.services.showing.policy import policy_cards
from bot.services.showing.question import question_cards
from bot.services.showing.viewing import View, Viewing

VIEWS: Mapping[CardKind, View] = {
    CardKind.APPEAL: appeal_cards,
    CardKind.APPROVAL: approval_cards,
    CardKind.CASE: case_cards,
    CardKind.DIGEST: digest_cards,
    CardKind.ESCALATION: escalation_cards,
    CardKind.HAND: hand_cards,
    CardKind.NEWS: news_cards,
    CardKind.POLICY: policy_cards,
    CardKind.QUESTION: question_cards,
}

__all__ = ["VIEWS", "View", "Viewing"]
