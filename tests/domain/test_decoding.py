"""A quotation is read as its readers saw it, wherever the card hangs."""

from bot.domain.card import Quote
from bot.domain.decoding import as_read
from bot.domain.message import Markup


def test_what_slack_writes_as_signs_is_read_as_what_they_stand_for() -> None:
    text = "&lt;you&gt; <@U1|fool>"
    start = text.index("you")
    quote = Quote(author="m-1", text=text, marks=((start, start + 3),), markup=Markup.SLACK)
    shown, marks = as_read(quote)
    assert shown == "<you> @fool"
    assert [shown[begin:end] for begin, end in marks] == ["you"]


def test_the_same_signs_from_anywhere_else_are_a_members_own() -> None:
    quote = Quote(author="m-1", text="&lt;you&gt;", marks=((0, 4),), markup=Markup.DISCORD)
    assert as_read(quote) == ("&lt;you&gt;", ((0, 4),))
