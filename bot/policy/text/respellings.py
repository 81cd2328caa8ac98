"""Other ways in which people commonly write a word: by its sound, or without a vowel that everybody fills in."""

from collections.abc import Iterator

from bot.policy.text.ordinary import is_ordinary

#: what is written otherwise, and how; the first that a word holds is changed, each for itself
_SWAPS = (
    ("ck", "k"), ("uck", "ukk"), ("ock", "okk"), ("uck", "uq"), ("uck", "uc"), ("uck", "ck"), ("uck", "cuk"),
    ("ucking", "kn"), ("ucking", "kin"),
    ("sucker", "sukka"), ("ing", "in"), ("ucker", "ucka"), ("gg", "bb"),
    ("other", "utha"), ("other", "otha"), ("bit", "biat"), ("bitch", "btch"),
    ("chs", "xx"), ("ei", "ai"),
    ("ss", "xx"), ("sch", "sh"),
)  # fmt: skip
#: spellings that can mean nothing else
KNOWN = {
    "fuck": ("fck", "fuk", "fuq", "fuc", "phuck", "phuk", "fvck", "fucc", "fukk"),
    "fucking": ("fkn", "fkin", "fukin", "fuckin", "fcking", "fckn", "fuckn", "phucking"),
    "fucked": ("fcked", "fukd", "fckd"), "fucker": ("fucka", "fuker", "fcker"), "fuckers": ("fuckas", "fukers"),
    "motherfucker": ("muthafucka", "mothafucka", "muthafucker", "mothafucker", "motherfucka", "mofucka", "mothafuka"),
    "cocksucker": ("kocksucker", "cocksukka"),
    "bitch": ("biatch", "biotch", "bytch", "btch", "bich", "beyotch", "beeyatch"),
    "bitches": ("biatches", "bytches", "btches"),
    "shit": ("sht", "shyt", "shiet", "shiit"), "ass": ("azz",), "asshole": ("azzhole", "ashole"),
    "cunt": ("cnut",), "cock": ("cawk",), "dick": ("dikk", "dicc"), "pussy": ("pusy", "pussie"),
    "nigger": ("niqqer", "nibber", "nigr"), "faggot": ("fagot", "faqqot", "phaggot", "faggit"),
    "scheiße": ("scheise", "schaisse", "schaiße", "scheixxe", "schice", "scheisz", "scheize"),
    "hurensohn": ("hurnsohn", "hurnson"),
    "scheisse": ("scheise", "schaisse", "schaiße", "scheixxe", "schice", "scheize"), "fotze": ("votze", "fozze"),
    "wichser": ("wixer", "wixxer", "wichsa"), "arschloch": ("aschloch", "arschlog", "arshloch"),
    "ficken": ("figgen", "ficcen"), "schlampe": ("schlambe", "shlampe"), "arsch": ("aasch", "orsch"),
}  # fmt: skip
_MIN_LETTERS = 5
_MIN_SPELLING = 3


def respellings(word: str) -> Iterator[str]:
    """Yield how else a lower-case word is written, without spellings that are words of some language."""
    if len(word) <= _MIN_SPELLING:
        return
    for usual, other in _SWAPS:
        if usual in word:
            spelling = word.replace(usual, other, 1)
            least = _MIN_SPELLING if usual.startswith("uc") else _MIN_LETTERS
            if len(spelling) >= least and not is_ordinary(spelling):
                yield spelling
