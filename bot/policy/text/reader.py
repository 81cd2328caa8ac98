"""Reads messages as people do: what a lexicon's terms are found in, as written or disguised, and where.

Most chunks of a message (what white space parts) have been met before. What was found in a chunk never depends on its
neighbours, so it is remembered; without that memory every answer is the same.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.policy.text.chunks import Chunks, Finding
from bot.policy.text.disguise import Disguise, move
from bot.policy.text.fragments import build_fragment_index
from bot.policy.text.hit import Hit
from bot.policy.text.lexicon import Lexicon
from bot.policy.text.masks import build_mask_index
from bot.policy.text.neighbours import find_spelled, find_torn, starts_of
from bot.policy.text.plain import find_plain, find_signs
from bot.policy.text.settle import settle
from bot.policy.text.turned import OVERRIDE, find_overridden
from bot.policy.text.whole_words import build_whole_words

_SURROGATES = re.compile("[\ud800-\udfff]")

__all__ = ["Hit", "Reader", "build_reader"]


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Finds the terms of one lexicon in texts."""

    #: what is looked for
    lexicon: Lexicon
    #: what is known of chunks
    chunks: Chunks

    def find(self, text: str) -> list[Hit]:
        """Return every literal seen in the text; empty for most messages."""
        if not text.isascii():
            text = _SURROGATES.sub("\ufffd", text)  # native code takes no lone surrogates
        chunks = text.split()
        found = {} if self.chunks.clean.issuperset(chunks) else self.chunks.look_at(chunks)
        plainly = found and any(finding.plain for finding in found.values())
        hits = find_plain(text, self.lexicon) if plainly else find_signs(text, self.lexicon)
        seen = self._disguised(text, chunks, found) if found else []
        if OVERRIDE in text:
            seen += find_overridden(text, self.lexicon)
        if seen:
            hits += settle(text, seen, hits, self.lexicon)
        return hits

    def _disguised(self, text: str, chunks: Sequence[str], found: Mapping[str, Finding]) -> list[Disguise]:
        """Return the terms that are seen in chunks, or across them."""
        seen: list[Disguise] = []
        disguised = torn = False
        alone = set()
        for chunk, finding in found.items():
            disguised = disguised or finding.disguises != ()
            torn = torn or finding.begins != "" or finding.ends != ""
            if finding.apart:
                alone.add(chunk)
        if disguised:
            for chunk, start in zip(chunks, starts_of(text, chunks), strict=True):
                if chunk in found:
                    seen += [move(disguise, start) for disguise in found[chunk].disguises]
        if alone and sum(map(alone.__contains__, chunks)) > 1:
            seen += find_spelled(text, chunks, found, self.lexicon)
        if torn:
            seen += find_torn(text, chunks, found, self.chunks.fragments, self.lexicon.words)
        return seen


def build_reader(lexicon: Lexicon) -> Reader:
    """Return the reader of a lexicon."""
    chunks = Chunks(
        lexicon=lexicon,
        masks=build_mask_index(lexicon.words),
        fragments=build_fragment_index(lexicon.words),
        whole_words=build_whole_words(lexicon),
    )
    return Reader(lexicon=lexicon, chunks=chunks)
