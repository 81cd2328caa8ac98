"""Forms of `/mod`: what a menu on a member or a message doesn't say is asked for before anything is done."""

from dataclasses import replace
from datetime import timedelta

from bot.commands.acting import give_and_say, scope_here, shown_to
from bot.commands.command import Call, Command, bad_input, option
from bot.domain.command import Audience, FieldKind, Form, FormField, OptionKind, Reply
from bot.domain.handle import handle_of
from bot.domain.message import Member
from bot.domain.order import Order
from bot.domain.place import Connection
from bot.domain.right import Right
from bot.i18n import say
from bot.services.authorising import require
from bot.services.staff.knowing import target_of
from bot.store.accounts import account_refs, lock_accounts
from bot.store.previews import add_preview

#: choices that a form can offer
_MOST = 25
#: what a form says when it is sent
_FORM = "mod.form"
#: for so long a form, or what somebody was shown, can be confirmed
VALID = timedelta(minutes=15)
_NEEDS_LENGTH = frozenset({Right.TIMEOUT})


async def asked_form(call: Call, right: Right, *, needs_length: bool) -> Reply:
    """Return the form that asks for the guideline and what else is missing; who may do nothing here is told so now."""
    member = call.member()
    language, guidelines = call.language, call.work.policies.guidelines
    preview = await _kept(call, right, member)
    titles = [(name, one.titles.get(language) or next(iter(one.titles.values()), name)) for name, one in
              sorted(guidelines.items())]  # fmt: skip
    fields = [
        FormField(
            name="guideline",
            label=say("mod.field_guideline", language),
            kind=FieldKind.CHOICE,
            options=tuple(titles[:_MOST]),
            value=call.perhaps("guideline", str) or "",
        )
    ]
    if right in (Right.TIMEOUT, Right.QUARANTINE, Right.BAN):
        given = call.invocation.options.get("for")
        fields.append(
            FormField(
                name="for", label=say("mod.field_for", language), required=needs_length, longest=20,
                value="" if given is None else str(given),
            )
        )  # fmt: skip
    fields.append(
        FormField(
            name="why", label=say("mod.field_why", language), kind=FieldKind.PARAGRAPH, required=False,
            value=call.perhaps("why", str) or "",
        )
    )  # fmt: skip
    title = say("mod.form", language, what=say(f"mod.right_{right.value}", language), member=handle_of(member.key))
    form = Form(action=f"{_FORM}:{preview}", title=title[:45], fields=tuple(fields))
    return Reply(text=say("mod.form_first", language), form=form)


async def _kept(call: Call, right: Right, member: Member) -> str:
    """Keep whom a form is about, and return its surrogate; who may look at nobody here is denied at once.

    Whether the member is protected was said by the platform with the menu, and isn't with the form.
    """
    work, caller = call.work, call.caller
    target = await target_of(work, member.key, caller, member)
    await require(work, caller, Right.VIEW, target=target, scope=await scope_here(call))
    assert caller.person is not None  # noqa: S101 - nobody else was let through
    details = {"right": right.value, "account": member.key, "protected": target.protected}
    return await add_preview(
        work.tx, work.community, person=caller.person.id, command=_FORM, details=details, until=work.now + VALID
    )


async def send(call: Call) -> Reply:
    """Do what a form was filled in for."""
    work, caller = call.work, call.caller
    kept = await shown_to(call, _FORM)
    account = "" if kept is None else str(kept["account"])
    ref = (await account_refs(work.tx, [account])).get(account)
    if kept is None or ref is None:
        raise bad_input("mod.form_over")
    right, lasts = Right(kept["right"]), call.perhaps("for", timedelta)
    if right in _NEEDS_LENGTH and lasts is None:
        raise bad_input("commands.missing", option=say("options.for", call.language))
    await lock_accounts(work.tx, [account])
    order = Order(
        right=right,
        account=account,
        connection=Connection(platform=ref.platform, workspace=ref.workspace).name,
        guideline=call.given("guideline", str),
    )
    target = replace(await target_of(work, account, caller), protected=bool(kept["protected"]))
    return await give_and_say(call, replace(order, lasts=lasts), target, await scope_here(call))


FORM_COMMANDS: tuple[Command, ...] = (
    Command(
        name="mod.form", audience=Audience.MODERATORS,
        options=(
            option("guideline", OptionKind.GUIDELINE), option("for", OptionKind.DURATION, required=False),
            option("why", OptionKind.TEXT, required=False),
        ),
        run=send, typed=False,
    ),
)  # fmt: skip
