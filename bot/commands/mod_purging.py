"""`/mod purge`: removes a member's last messages, within reach of whoever asks; many are shown before."""

from collections.abc import Sequence
from dataclasses import replace

from bot.commands.acting import said_of, scope_here, shown_to
from bot.commands.command import Call, Command, bad_input, option
from bot.commands.mod_forms import VALID
from bot.domain.authority import Allow, Ask, Deny, Ruling, Scope, Target
from bot.domain.card import Button, ButtonStyle, Card
from bot.domain.card import Field as Line
from bot.domain.command import Audience, FieldKind, Form, FormField, OptionKind, Reply
from bot.domain.handle import handle_of
from bot.domain.message import Channel, Member
from bot.domain.order import Order
from bot.domain.place import Connection, Stream, stream_of
from bot.domain.right import Deed, Right
from bot.i18n import say
from bot.services.authorising import DeniedError, require, rule_on
from bot.services.moderating.ordering import give_order
from bot.services.staff.knowing import target_of
from bot.store.accounts import account_refs, lock_accounts
from bot.store.columns import new_id
from bot.store.messages import add_messages, known_messages
from bot.store.previews import add_preview
from bot.store.seen import Written, written_by

#: more than so many are shown before they are removed
_AT_ONCE = 10
#: the most that one command removes
_MOST = 100
_CONFIRM, _FORM = "mod.purge_confirm", "mod.purge_form"


async def purge(call: Call) -> Reply:
    """Remove a member's last messages, as far as the asker's channels go; a menu doesn't say how many, a form asks."""
    member = call.member()
    last = call.perhaps("last", int)
    if last is None:
        return await _asked(call, member)
    await lock_accounts(call.work.tx, [member.key])
    return await _purged(call, member.key, last, await target_of(call.work, member.key, call.caller, member))


async def _asked(call: Call, member: Member) -> Reply:
    """Return the form that asks how many; who may do nothing here is told so now."""
    work = call.work
    target = await target_of(work, member.key, call.caller, member)
    await _reached(call, await written_by(work.tx, work.community, member.key, _MOST * 10), target)
    await require(work, call.caller, Right.VIEW, target=target, scope=await scope_here(call))
    assert call.caller.person is not None  # noqa: S101 - nobody else was let through
    preview = await add_preview(
        work.tx, work.community, person=call.caller.person.id, command=_FORM,
        details={"account": member.key, "protected": target.protected}, until=work.now + VALID,
    )  # fmt: skip
    fields = (
        FormField(name="last", label=say("mod.field_last", call.language, most=_MOST), longest=4, value="10"),
        FormField(name="why", label=say("mod.field_why", call.language), kind=FieldKind.PARAGRAPH, required=False),
    )
    title = say("mod.purge_form", call.language, member=handle_of(member.key))
    return Reply(form=Form(action=f"{_FORM}:{preview}", title=title[:45], fields=fields))


async def send(call: Call) -> Reply:
    """Do what the form was filled in for."""
    kept = await shown_to(call, _FORM)
    if kept is None:
        raise bad_input("mod.form_over")
    account = str(kept["account"])
    await lock_accounts(call.work.tx, [account])
    target = replace(await target_of(call.work, account, call.caller), protected=bool(kept["protected"]))
    return await _purged(call, account, call.given("last", int), target)


async def _purged(call: Call, account: str, last: int, target: Target) -> Reply:
    """Remove few messages at once; show what would be removed where there are many."""
    work = call.work
    if last > _MOST:
        raise bad_input("mod.purge_most", most=_MOST)
    reached = await _reached(call, await written_by(work.tx, work.community, account, _MOST * 10), target)
    chosen = [one for one, _ in reached[:last]]
    if not chosen:
        raise bad_input("mod.purge_nothing")
    scopes = list(dict.fromkeys(scope for _, scope in reached[:last]))
    messages = await _surrogates(call, account, chosen)
    if len(messages) <= _AT_ONCE:
        return await _remove(call, account, messages, target, scopes)
    assert call.caller.person is not None  # noqa: S101 - nobody else reaches any message
    details = {
        "account": account, "messages": messages, "protected": target.protected,
        "places": [[scope.channel, sorted(scope.languages)] for scope in scopes],
    }  # fmt: skip
    preview = await add_preview(
        work.tx,
        work.community,
        person=call.caller.person.id,
        command=_CONFIRM,
        details=details,
        until=work.now + VALID,
    )
    return Reply(card=_shown(call, account, chosen, preview))


async def _reached(call: Call, found: Sequence[Written], target: Target) -> list[tuple[Written, Scope]]:
    """Return the messages in channels where the asker may remove any, each with its scope.

    Where they may remove some alone, what they would have to ask for elsewhere isn't touched. Raises DeniedError when
    there is no such channel: the first of them says why.
    """
    rulings: dict[Stream, tuple[Ruling, Scope]] = {}
    for one in found:
        where = replace(one.stream, thread="")
        if where not in rulings:
            scope = _scope_of(call, where)
            rulings[where] = (await rule_on(call.work, call.caller, Deed(right=Right.DELETE), target, scope), scope)
    denials = [ruling for ruling, _ in rulings.values() if isinstance(ruling, Deny)]
    if denials and len(denials) == len(rulings):
        raise DeniedError(denials[0], Right.DELETE)
    alone = any(isinstance(ruling, Allow) for ruling, _ in rulings.values())
    fitting = Allow if alone else Ask
    reached = []
    for one in found:
        ruling, scope = rulings[replace(one.stream, thread="")]
        if isinstance(ruling, fitting):
            reached.append((one, scope))
    return reached


def _scope_of(call: Call, where: Stream) -> Scope:
    channel = Channel(platform=where.platform, workspace=where.workspace, id=where.channel)
    here = call.invocation.channel
    if here is not None and replace(stream_of(here), thread="") == where:
        # the platform said more of it, such as the category in which it stands
        channel = here
    plan = call.work.policies.plan(channel)
    return Scope(
        community=call.work.community,
        channel=plan.channel or "",
        languages=plan.languages if plan.channel is not None else frozenset(),
    )


async def _surrogates(call: Call, account: str, chosen: Sequence[Written]) -> list[str]:
    work = call.work
    rows = [
        {
            "id": new_id(), "community": work.community, "channel": one.channel, "message": one.message,
            "account": account, "at": one.at,
        }
        for one in chosen
    ]  # fmt: skip
    await add_messages(work.tx, rows)
    known = await known_messages(work.tx, {(one.channel, one.message) for one in chosen})
    return [known[one.channel, one.message] for one in chosen]


async def _remove(call: Call, account: str, messages: Sequence[str], target: Target, scopes: Sequence[Scope]) -> Reply:
    """Give the order for all places at once, once authority was asked about each of them."""
    deed = Deed(right=Right.DELETE, count=len(messages))
    rulings = [await rule_on(call.work, call.caller, deed, target, scope) for scope in scopes]
    for ruling in rulings:
        if isinstance(ruling, Deny):
            raise DeniedError(ruling, Right.DELETE)
    # what must be asked for in one place is asked for as a whole
    scope = next((one for one, ruling in zip(scopes, rulings, strict=True) if isinstance(ruling, Ask)), scopes[0])
    ref = (await account_refs(call.work.tx, [account])).get(account)
    if ref is None:
        raise bad_input("commands.unknown_member")
    order = Order(
        right=Right.DELETE,
        account=account,
        connection=Connection(platform=ref.platform, workspace=ref.workspace).name,
        messages=tuple(messages),
    )
    given = await give_order(call.work, call.caller, order, target, scope, reason=call.perhaps("why", str) or "")
    return Reply(text=said_of(call, order, given))


def _shown(call: Call, account: str, chosen: Sequence[Written], preview: str) -> Card:
    """Return what is shown before many messages are removed: how many, where, and that nothing brings them back."""
    language, places = call.language, {one.stream for one in chosen}
    return Card(
        title=say("mod.purge_title", language, count=len(chosen), member=handle_of(account)),
        text=say("mod.purge_text", language, count=len(chosen), minutes=int(VALID.total_seconds() // 60)),
        fields=(
            Line(label=say("mod.purge_channels", language), value=str(len(places))),
        ),
        buttons=(
            Button(action=f"{_CONFIRM}:{preview}", label=say("mod.purge_button", language), style=ButtonStyle.GRAVE),
        ),
    )  # fmt: skip


async def confirm(call: Call) -> Reply:
    """Remove what was shown: authority is asked once more."""
    work, caller = call.work, call.caller
    kept = await shown_to(call, _CONFIRM)
    if kept is None:
        raise bad_input("commands.expired")
    account = str(kept["account"])
    await lock_accounts(work.tx, [account])
    found = await target_of(work, account, caller)
    target = Target(
        account=account, people=found.people, protected=bool(kept["protected"]), complained=found.complained
    )
    scopes = [
        Scope(community=work.community, channel=channel, languages=frozenset(languages))
        for channel, languages in kept["places"]
    ]  # fmt: skip
    return await _remove(call, account, [str(one) for one in kept["messages"]], target, scopes)


PURGE_COMMANDS: tuple[Command, ...] = (
    Command(
        name="mod.purge", audience=Audience.MODERATORS,
        options=(
            option("member", OptionKind.MEMBER), option("last", OptionKind.NUMBER, required=False),
            option("why", OptionKind.TEXT, required=False),
        ),
        run=purge, right=Right.DELETE, menu=OptionKind.MEMBER,
    ),
    Command(
        name=_FORM, audience=Audience.MODERATORS,
        options=(option("last", OptionKind.NUMBER), option("why", OptionKind.TEXT, required=False)),
        run=send, right=Right.DELETE, typed=False,
    ),
    Command(name=_CONFIRM, audience=Audience.MODERATORS, run=confirm, right=Right.DELETE, typed=False),
)  # fmt: skip
