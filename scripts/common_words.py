"""Derives bot/policy/text/data/common_{en,de}.txt.gz, everyday words by frequency, from pyspellchecker.

What is itself an insult or obscene is left out: that a term is one, or begins one, is no reason to warn of it.
"""

import gzip
import re
from pathlib import Path

from scripts.ordinary_words import commonest

TARGET = "bot/policy/text/data/common_{language}.txt.gz"
KEPT = 20_000

#: what no everyday word contains, or begins or ends with
_COARSE = {
    "en": re.compile(
        r"fuck|fucc|shit|cunt|nigg|slut|whore|bitch|wank|pussy|pussies|faggot|retard|boob|bastard|moron|asshole|dildo|rapist"
        r"|asses|jerkoff|douche|jackass|dumbass|badass|smartass|fatass|horseshit|porn|motherf|dickhead|cocksuck|kinky"
        r"|^(?:ass|tits?|titty|titties|cocks?|cum|cums|cumming|dicks?|fags?|hoes?|arse|arses|piss|pissed|pissing|pisses"
        r"|crap|craps|crappy|crapped|bloody|turds?|twats?|sperm|semen|anal|anus|penis|vagina|nipples?|orgasms?|horny"
        r"|prick|pricks|pimp|pimps|spic|spics|kike|kikes|chink|chinks|dyke|dykes|homo|homos|queers?|raped?|rapes|raping|nazis?"
        r"|erections?|masturbat\w*|testicles?|rectum|idiots?|idiotic|hookers?|prostitut\w*|sluts?|skank\w*|tramp|damn\w*|goddam\w*)$"
    ),
    "de": re.compile(
        r"fick|schei(?:ß|ss)|schiss|arsch|ärsche|fotze|hure|schlampe|wichs|nutte|kack|piss|idiot|trottel|vollpfosten|dreckskerl"
        r"|mistkerl|miststück|mistvieh|bastard|schwuchtel|nigger|neger|fuck|shit|bitch|kanake|missgeburt|spast|schwein|dödel"
        r"|^(?:titten?|möse|muschi|penis|vagina|sperma|porno?s?|pornos|schwänze|arschl\w*|dumm?köpfe?|dummkopf|nazis?)$"
    ),
}


def everyday(language: str) -> list[str]:
    """Return the commonest words of a language, the commonest first."""
    coarse = _COARSE[language]
    found = [word for word in commonest(language, 2 * KEPT) if coarse.search(word) is None]
    return found[:KEPT]


def main() -> None:
    """Write the lists: one word a line, by frequency, without date, so that equal input gives equal bytes."""
    for language in _COARSE:
        content = gzip.compress("\n".join(everyday(language)).encode(), mtime=0)
        Path(TARGET.format(language=language)).write_bytes(content)


if __name__ == "__main__":
    main()
