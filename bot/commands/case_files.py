"""The files of a case: what of them is kept, and one at a time for whoever may see the case; every look is recorded."""

from bot.cards.case_card import size_of
from bot.commands.casework import told, which
from bot.commands.command import Call, Command
from bot.domain.card import Card, Choice, Quote
from bot.domain.case import About, Case
from bot.domain.command import Audience, File, Reply
from bot.domain.entry_kind import EntryKind
from bot.domain.evidence import Media, extension_of
from bot.domain.right import Right
from bot.i18n import say
from bot.services.cases.holding import find_case, may
from bot.services.evidence.opening import Named, bytes_of, files_of
from bot.services.record import Draft
from bot.services.showing.wave import places_among, takings_seen
from bot.store.case_views import messages_of

#: files that one answer names
_MOST = 20
#: characters of a name in a menu
_SHORT = 60


async def list_files(call: Call) -> Reply:
    """Say which files of a case are kept, with their names, and let one be chosen."""
    case, files = await _files(call)
    if not files:
        return call.answer("case.files_none")
    kept = [one for one in files if one.kept.missing is None]
    quotes = tuple(Quote(author=_sort(call, one), text=one.name or "–", central=True) for one in files[:_MOST])
    choice = Choice(
        action=f"case.file:{case.id}",
        label=say("case.files_choose", call.language),
        options=tuple((one.kept.id, _label(call, number, one)) for number, one in enumerate(kept[:_MOST], 1)),
    )
    _looked(call, case, "files")
    card = Card(
        title=say("case.files_title", call.language, case=case.number),
        text=say("case.files_hidden", call.language) if kept else "",
        quotes=quotes,
        choices=(choice,) if kept else (),
    )
    return Reply(card=card)


async def show_file(call: Call) -> Reply:
    """Hand over one file of a case, to whoever chose it alone."""
    case, files = await _files(call)
    wanted = call.perhaps("value", str) or ""
    found = None
    if wanted in {one.kept.id for one in files}:
        found = await bytes_of(call.work.tx, call.work.keys, call.work.community, wanted)
    if found is None:
        return call.answer("case.file_gone")
    kept, data = found
    _looked(call, case, "file")
    name = f"{case.number or 'case'}-{kept.place + 1}.{extension_of(data)}".lower()
    shown = File(name=name, data=data, picture=kept.media is Media.IMAGE)
    return Reply(text=say("case.file_shown", call.language, case=case.number), files=(shown,))


async def _files(call: Call) -> tuple[Case, list[Named]]:
    """Return a case that the caller may see, with the files of its messages."""
    work = call.work
    with told():
        case = await find_case(work, call.caller, await which(call))
    await may(work, call.caller, case, Right.VIEW)
    messages = (await messages_of(work.tx, [case.id])).get(case.id, [])
    if case.about is About.MEMBER and not case.account:
        seen = places_among((await takings_seen(work.tx, work.policies, [case.id], call.caller)).get(case.id, ()))
        messages = [one for one in messages if one.place in seen]
    return case, await files_of(work.tx, work.keys, work.community, [one.id for one in messages])


def _sort(call: Call, one: Named) -> str:
    """Return what is said of a file in our own words."""
    said = say(f"cards.media_{one.kept.media.value}", call.language)
    size = "" if one.kept.size is None else f" · {size_of(one.kept.size)}"
    missing = "" if one.kept.missing is None else f" · {say(f'cards.missing_{one.kept.missing.value}', call.language)}"
    return said + size + missing + (f" · SHA-256 {one.sha256}" if one.sha256 else "")


def _label(call: Call, number: int, one: Named) -> str:
    media = say(f"cards.media_{one.kept.media.value}", call.language)
    return f"{number} · {media} · {one.name[:_SHORT]}"


def _looked(call: Call, case: Case, what: str) -> None:
    details = {"what": what} | ({"account": case.account} if case.account else {})
    call.work.record(
        Draft(
            kind=EntryKind.VIEWED, actor=call.caller.actor(), policy=call.work.policies.version, case=case.id,
            details=details,
        )
    )  # fmt: skip


FILE_COMMANDS: tuple[Command, ...] = (
    Command(
        name="case.files", audience=Audience.MODERATORS, run=list_files, right=Right.VIEW, typed=False, looks=True
    ),
    Command(
        name="case.file", audience=Audience.MODERATORS, run=show_file, right=Right.VIEW, typed=False, looks=True
    ),
)  # fmt: skip
