"""What people wrote in a message: its text without code, links, mentions and emoji names."""

import re

_CODE_BLOCK = re.compile(r"```.*?```", re.DOTALL)
# One set of first characters lets the search skip from one to the next.
_NOT_PROSE = re.compile(
    r"[`<hHwW:@](?:"
    r"(?<=`)[^`\n]*`"  # inline code
    r"|(?<=<)(?:[@#!:]|a:|t:|https?:|mailto:)[^<>\n]*>"  # mentions, channels, platform emoji, times, links in brackets
    r"|(?<=\b[hH])(?i:ttps?):[/\\]{2}[^\s<>]+"  # links
    r"|(?<=\b[wW])(?i:ww)\.[^\s<>]+"
    r"|(?<![^\s:]:)(?<=:)[a-z0-9_+'-]{1,100}:"  # emoji names
    r"|(?<![\w.]@)(?<=@)[\w.-]+"  # names written as mentions
    r")"
)


def prose(text: str) -> str:
    """Return the text with a space for everything that isn't anybody's wording, in linear time."""
    if "```" in text:
        text = _CODE_BLOCK.sub(" ", text)
    return _NOT_PROSE.sub(" ", text)
