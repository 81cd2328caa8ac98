"""What a case's thread is called, and what Locum says in it: whose case it is, and never a word of members."""

from dataclasses import dataclass

from bot.i18n import say


@dataclass(frozen=True, kw_only=True, slots=True)
class ThreadView:
    """What is told in the thread of a case."""

    #: by which people call the case
    case: str
    #: who asked for the thread; empty where nobody knows any more
    asker: str = ""
    #: who works on the case; empty while nobody does
    holder: str = ""
    #: how it was closed; empty while it wasn't, and where it went into another one
    verdict: str = ""
    #: by which people call the case that it went into; empty for none
    into: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """What is said in a thread."""

    #: what the thread is called
    title: str
    #: the words
    text: str


def thread_begun(view: ThreadView, language: str) -> Said:
    """Return what stands first in the thread of a case: which it is, and who has to do with it."""
    lines = [say("cards.thread_begun", language, case=view.case)]
    if view.asker:
        lines.append(say("cards.thread_asker", language, who=view.asker))
    if view.holder:
        lines.append(say("cards.thread_holder", language, who=view.holder))
    return Said(title=_title(view, language), text="\n".join(lines))


def thread_ended(view: ThreadView, language: str) -> Said:
    """Return what is said last in the thread of a case: what became of it."""
    if view.into:
        text = say("cards.thread_merged", language, case=view.case, into=view.into)
    elif view.verdict:
        text = say(
            "cards.thread_ended", language, case=view.case, verdict=say(f"cards.verdict_{view.verdict}", language)
        )
    else:
        text = say("cards.thread_over", language, case=view.case)
    return Said(title=_title(view, language), text=text)


def _title(view: ThreadView, language: str) -> str:
    return say("cards.case", language, case=view.case)
