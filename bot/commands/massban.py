"""`/lead massban`: bans many at once, as after a raid; who they are is shown before, and one press confirms it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from bot.commands.acting import scope_here, shown_to
from bot.commands.approval import why_field
from bot.commands.command import Call, Command, bad_input, option
from bot.commands.mod_forms import VALID
from bot.domain.authority import NOBODY, Target, deny
from bot.domain.card import Button, ButtonStyle, Card
from bot.domain.card import Field as Line
from bot.domain.command import Audience, Form, OptionKind, Reply
from bot.domain.handle import handle_of
from bot.domain.message import Member
from bot.domain.order import Order
from bot.domain.place import Connection
from bot.domain.right import Deed, Right
from bot.domain.severity import Severity
from bot.i18n import say
from bot.services.authorising import DeniedError
from bot.services.moderating.several import MustAskError, give_all, may
from bot.services.staff.knowing import target_of
from bot.store.accounts import account_refs, lock_accounts
from bot.store.previews import add_preview

_CONFIRM = "lead.massban_confirm"
#: the most that one command bans: what Discord bans with one call
_MOST = 200
#: members who are named one by one before they are banned
_NAMED = 20


async def massban(call: Call) -> Reply:
    """Show who would be banned, and who would not: who moderates or is protected is left out."""
    work, caller = call.work, call.caller
    _need_lead(call)
    members = {one.key: one for one in call.given("members", tuple)}
    if len(members) > _MOST:
        raise bad_input("lead.massban_most", most=_MOST)
    await lock_accounts(work.tx, list(members))
    targets = [await target_of(work, one.key, caller, one) for one in members.values()]
    chosen = [one for one in targets if not (one.people or one.protected or one.complained)]
    if not chosen:
        raise bad_input("lead.massban_nobody")
    with _asked():
        await may(work, caller, Deed(right=Right.BAN, count=len(chosen)), NOBODY, await scope_here(call))
    assert caller.person is not None  # noqa: S101 - nobody else was let through
    details = {"accounts": [one.account for one in chosen], "guideline": call.perhaps("guideline", str) or ""}
    preview = await add_preview(
        work.tx, work.community, person=caller.person.id, command=_CONFIRM, details=details, until=work.now + VALID
    )
    return Reply(card=_shown(call, [members[one.account] for one in chosen], len(targets) - len(chosen), preview))


async def confirm(call: Call) -> Reply:
    """Ban whom was shown, once it is said why: authority is asked about each of them once more."""
    work, caller, why = call.work, call.caller, call.perhaps("why", str)
    _need_lead(call)
    if why is None:
        return Reply(form=_form(call))
    kept = await shown_to(call, _CONFIRM)
    if kept is None:
        raise bad_input("commands.expired")
    accounts = [str(one) for one in kept["accounts"]]
    await lock_accounts(work.tx, accounts)
    refs = await account_refs(work.tx, accounts)
    orders: list[tuple[Order, Target]] = []
    for account, ref in refs.items():
        order = Order(
            right=Right.BAN, account=account, guideline=str(kept["guideline"]), severity=Severity.HIGH,
            connection=Connection(platform=ref.platform, workspace=ref.workspace).name,
        )  # fmt: skip
        orders.append((order, await target_of(work, account, caller)))
    with _asked():
        count = await give_all(work, caller, orders, await scope_here(call), reason=why)
    return call.answer("lead.massban_done", count=count)


def _form(call: Call) -> Form:
    return Form(
        action=f"{_CONFIRM}:{call.options.get('subject', '')}",
        title=say("lead.massban_button", call.language),
        fields=(why_field(call, required=True),),
    )


def _need_lead(call: Call) -> None:
    if call.caller.person is None:
        raise DeniedError(deny("not_staff"), Right.BAN)
    if not call.caller.leads:
        raise DeniedError(deny("leads_only"), Right.BAN)


@contextmanager
def _asked() -> Iterator[None]:
    try:
        yield
    except MustAskError:
        raise bad_input("lead.massban_asks") from None


def _shown(call: Call, members: Sequence[Member], left_out: int, preview: str) -> Card:
    language = call.language
    named = [handle_of(one.key) for one in members[:_NAMED]]
    more = [say("lead.massban_more", language, count=len(members) - _NAMED)] if len(members) > _NAMED else []
    lines = [Line(label=say("lead.massban_members", language), value=", ".join([*named, *more]))]
    # who isn't there can be banned all the same
    away = sum(one.joined_at is None for one in members)
    if away:
        lines.append(Line(label=say("lead.massban_away", language), value=str(away)))
    if left_out:
        lines.append(Line(label=say("lead.massban_left_out", language), value=str(left_out)))
    return Card(
        title=say("lead.massban_title", language, count=len(members)),
        text=say("lead.massban_text", language, minutes=int(VALID.total_seconds() // 60)),
        fields=tuple(lines),
        buttons=(
            Button(action=f"{_CONFIRM}:{preview}", label=say("lead.massban_button", language), style=ButtonStyle.GRAVE),
        ),
        severity=Severity.HIGH,
    )


COMMANDS: tuple[Command, ...] = (
    Command(
        name="lead.massban", audience=Audience.LEADS,
        options=(
            option("members", OptionKind.MEMBERS), option("guideline", OptionKind.GUIDELINE, required=False),
        ),
        run=massban, right=Right.BAN,
    ),
    Command(
        name=_CONFIRM, audience=Audience.LEADS, options=(option("why", OptionKind.TEXT, required=False),), run=confirm,
        right=Right.BAN, typed=False,
    ),
)  # fmt: skip
