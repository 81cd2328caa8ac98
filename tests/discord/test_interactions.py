"""What people ask of a bot, and how it may answer: with the real library's commands, views and forms."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import discord
import pytest
import pytest_asyncio
from discord import app_commands, ui

from tests.discord.asking import Answered, Asker
from tests.discord.bots import Bot, connected, until
from tests.discord.guild import Guild
from tests.discord.interactions import Answer, Interaction
from tests.discord.permissions import EVERYONE, Permission
from tests.discord.resolving import ImpossibleError
from tests.discord.server import LoopbackDiscord
from tests.discord.world import World

KIM, STAFF, TARGET, CHANNEL = "42", "43", "44", "700"


class Clock:
    """A time that tests move."""

    def __init__(self) -> None:
        self.at = datetime(2026, 3, 29, 10, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def world(clock: Clock) -> World:
    return World(now=clock)


@pytest.fixture
def guild(server: LoopbackDiscord) -> Guild:
    guild = server.world.add_guild("Harbour", permissions=Permission.ADMINISTRATOR, everyone=EVERYONE)
    guild.add_channel("general", id=CHANNEL)
    guild.add_role("staff", permissions=Permission.MODERATE_MEMBERS, id="800")
    guild.add_member("Kim", id=KIM)
    guild.add_member("Staff", id=STAFF, roles=["800"])
    guild.add_member("Target", id=TARGET)
    return guild


class Order(ui.Modal, title="Report"):
    """A form with a text and a menu."""

    reason: ui.Label[Any] = ui.Label(text="Why?", component=ui.TextInput(custom_id="reason", max_length=20))
    kind: ui.Label[Any] = ui.Label(
        text="What?",
        component=ui.Select(custom_id="kind", options=[discord.SelectOption(label="Spam", value="s")]),
    )

    async def on_submit(self, interaction: discord.Interaction) -> None:
        entered, chosen = self.reason.component, self.kind.component
        assert isinstance(entered, ui.TextInput)
        assert isinstance(chosen, ui.Select)
        await interaction.response.send_message(f"{entered.value} {chosen.values}", ephemeral=True)


def fill(tree: app_commands.CommandTree[Bot], guild: discord.Object) -> None:
    """Give a bot's tree one command of each kind."""
    mod = app_commands.Group(
        name="mod", description="Moderation", default_permissions=discord.Permissions(moderate_members=True)
    )

    @mod.command(description="Ban somebody")
    async def ban(
        interaction: discord.Interaction, member: discord.Member, days: app_commands.Range[int, 0, 7]
    ) -> None:
        await interaction.response.send_message(f"{member.display_name} {days}", ephemeral=True)

    @tree.command(description="Look something up", guild=guild)
    async def rule(interaction: discord.Interaction, name: str) -> None:
        await interaction.response.defer(ephemeral=name == "secret")
        await interaction.followup.send(f"Rule {name}")
        await interaction.followup.send("More", ephemeral=True)

    @rule.autocomplete("name")
    async def names(interaction: discord.Interaction, current: str) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name=f"{current}!", value=current)]

    @tree.context_menu(name="Report", guild=guild)
    async def report(interaction: discord.Interaction, message: discord.Message) -> None:
        await interaction.response.send_message(f"reported {message.content}", ephemeral=True)

    @tree.context_menu(name="Look up", guild=guild)
    async def look_up(interaction: discord.Interaction, user: discord.Member) -> None:
        await interaction.response.send_modal(Order())

    tree.add_command(mod, guild=guild)


@pytest_asyncio.fixture
async def bot(server: LoopbackDiscord, guild: Guild) -> AsyncIterator[Bot]:
    """Return a bot whose commands are there."""
    async with connected(server) as started:
        fill(started.tree, discord.Object(guild.id))
        await started.tree.sync(guild=discord.Object(guild.id))
        yield started


def texts(server: LoopbackDiscord, user: str) -> list[str]:
    """Return what somebody reads in the channel."""
    return [one["content"] for one in server.hands.sees(user, CHANNEL)]


async def test_a_command_brings_its_options_and_its_answer_is_seen_by_its_giver_alone(
    server: LoopbackDiscord, bot: Bot
) -> None:
    given = await server.hands.give(STAFF, CHANNEL, "mod ban", member=TARGET, days=3).answered()
    assert given.answer is Answer.MESSAGE
    assert texts(server, STAFF) == ["Target 3"]
    assert texts(server, KIM) == []
    assert server.record.off == []


async def test_a_command_is_offered_to_those_alone_who_have_its_rights(server: LoopbackDiscord, bot: Bot) -> None:
    offered = {user: {one["name"] for one in server.hands.commands_of(user, CHANNEL)} for user in (KIM, STAFF)}
    assert offered == {KIM: {"rule", "Report", "Look up"}, STAFF: {"mod", "rule", "Report", "Look up"}}
    with pytest.raises(ImpossibleError):
        server.hands.give(KIM, CHANNEL, "mod ban", member=TARGET, days=3)


@pytest.mark.parametrize("options", [{"member": TARGET}, {"member": TARGET, "days": 8}, {"member": "1", "days": 1}])
async def test_options_that_are_missing_or_out_of_range_cant_be_sent(
    server: LoopbackDiscord, bot: Bot, options: dict[str, Any]
) -> None:
    with pytest.raises(ImpossibleError):
        server.hands.give(STAFF, CHANNEL, "mod ban", **options)


async def test_a_completion_offers_what_the_bot_says(server: LoopbackDiscord, bot: Bot) -> None:
    typed = await server.hands.complete(KIM, CHANNEL, "rule", "name", "re").answered()
    assert typed.choices == [{"name": "re!", "value": "re"}]


async def test_where_the_bot_was_thinking_the_first_thing_that_it_says_stands_there(
    server: LoopbackDiscord, bot: Bot
) -> None:
    given = server.hands.give(KIM, CHANNEL, "rule", name="one")
    await given.until(lambda one: len(one.messages) == 2)
    assert texts(server, KIM) == ["Rule one", "More"]
    assert texts(server, STAFF) == ["Rule one"]
    assert not given.loading


async def test_what_was_to_be_seen_by_one_person_stays_so_after_thinking(server: LoopbackDiscord, bot: Bot) -> None:
    given = server.hands.give(KIM, CHANNEL, "rule", name="secret")
    await given.until(lambda one: len(one.messages) == 2)
    assert texts(server, KIM) == ["Rule secret", "More"]
    assert texts(server, STAFF) == []


async def test_a_messages_menu_brings_the_message_even_to_a_bot_that_may_not_read(
    server: LoopbackDiscord, guild: Guild
) -> None:
    intents = discord.Intents.all()
    intents.message_content = False
    async with connected(server, Bot(intents=intents)) as bot:
        fill(bot.tree, discord.Object(guild.id))
        await bot.tree.sync(guild=discord.Object(guild.id))
        said = server.hands.say(TARGET, CHANNEL, "buy this")
        await server.hands.use_on_message(KIM, CHANNEL, said, "Report").answered()
        assert texts(server, KIM) == ["buy this", "reported buy this"]
        await until(lambda: bot.said)
        assert bot.said == [""]


async def test_a_form_is_opened_filled_in_and_answered(server: LoopbackDiscord, bot: Bot) -> None:
    opened = await server.hands.use_on_user(KIM, CHANNEL, TARGET, "Look up").answered()
    assert opened.answer is Answer.FORM
    await server.hands.submit(opened, reason="rude", kind=["Spam"]).answered()
    assert texts(server, KIM) == ["rude ['s']"]


@pytest.mark.parametrize("entered", [{"reason": ""}, {"reason": 21 * "x"}, {"kind": ["Other"]}, {"other": "x"}])
async def test_a_form_that_isnt_filled_in_rightly_cant_be_sent_off(
    server: LoopbackDiscord, bot: Bot, entered: dict[str, Any]
) -> None:
    opened = await server.hands.use_on_user(KIM, CHANNEL, TARGET, "Look up").answered()
    with pytest.raises(ImpossibleError):
        server.hands.submit(opened, **({"reason": "rude", "kind": ["Spam"]} | entered))


class Card(ui.LayoutView):
    """A card in components, with a button and a menu."""

    text: ui.TextDisplay[Any] = ui.TextDisplay("A case")
    row: ui.ActionRow[Any] = ui.ActionRow(ui.Button(label="Claim", custom_id="case.claim:1"))
    menu: ui.ActionRow[Any] = ui.ActionRow(ui.UserSelect(placeholder="Give to", custom_id="case.give:1"))


async def shown(server: LoopbackDiscord, bot: Bot) -> str:
    """Let the bot show a card, and return its message's id."""
    channel = bot.get_channel(int(CHANNEL))
    assert isinstance(channel, discord.TextChannel)
    return str((await channel.send(view=Card())).id)


async def test_a_pressed_button_changes_the_card_that_it_stands_on(server: LoopbackDiscord, bot: Bot) -> None:
    async def claim(interaction: discord.Interaction) -> None:
        view = ui.LayoutView()
        view.add_item(ui.TextDisplay(f"Claimed by {interaction.user.display_name}"))
        await interaction.response.edit_message(view=view)

    bot.on_use = claim
    card = await shown(server, bot)
    await server.hands.press(STAFF, CHANNEL, card, "Claim").answered()
    changed = server.world.message(CHANNEL, card)
    assert changed["components"] == [{"type": 10, "content": "Claimed by Staff", "id": 1}]
    with pytest.raises(ImpossibleError):
        server.hands.press(STAFF, CHANNEL, card, "Claim")


async def test_a_button_whose_press_is_put_off_changes_its_card_later(server: LoopbackDiscord, bot: Bot) -> None:
    async def claim(interaction: discord.Interaction) -> None:
        await interaction.response.defer()
        view = ui.LayoutView()
        view.add_item(ui.TextDisplay("Claimed"))
        await interaction.edit_original_response(view=view)

    bot.on_use = claim
    card = await shown(server, bot)
    pressed = server.hands.press(STAFF, CHANNEL, card, "case.claim:1")
    await pressed.until(lambda _: server.world.message(CHANNEL, card)["edited_timestamp"] is not None)
    assert server.world.message(CHANNEL, card)["components"][0]["content"] == "Claimed"


async def test_a_menu_of_people_brings_those_who_were_chosen(server: LoopbackDiscord, bot: Bot) -> None:
    chosen: list[Any] = []

    async def give(interaction: discord.Interaction) -> None:
        chosen.append(interaction.data)
        await interaction.response.send_message("given", ephemeral=True)

    bot.on_use = give
    card = await shown(server, bot)
    await server.hands.choose(STAFF, CHANNEL, card, "Give to", [TARGET]).answered()
    assert chosen[0]["values"] == [TARGET]
    assert chosen[0]["resolved"]["members"][TARGET]["roles"] == []
    with pytest.raises(ImpossibleError):
        server.hands.choose(STAFF, CHANNEL, card, "Give to", [TARGET, KIM])


async def test_who_has_left_cant_send_off_a_form_that_is_still_open(server: LoopbackDiscord, bot: Bot) -> None:
    opened = await server.hands.use_on_user(KIM, CHANNEL, TARGET, "Look up").answered()
    server.hands.leave(opened.guild_id or "", KIM)
    with pytest.raises(ImpossibleError):
        server.hands.submit(opened, reason="rude", kind=["Spam"])


async def test_a_message_that_one_person_sees_has_buttons_too(server: LoopbackDiscord, bot: Bot) -> None:
    async def answer(interaction: discord.Interaction) -> None:
        if interaction.data is not None and interaction.data.get("custom_id") == "more":
            await interaction.response.edit_message(content="more", view=None)
            return
        view = ui.View()
        view.add_item(ui.Button(label="More", custom_id="more"))
        await interaction.response.send_message("less", view=view, ephemeral=True)

    bot.on_use = answer
    card = await shown(server, bot)
    await server.hands.press(KIM, CHANNEL, card, "Claim").answered()
    private = server.hands.sees(KIM, CHANNEL)[-1]
    await server.hands.press(KIM, CHANNEL, private["id"], "More").answered()
    assert server.hands.sees(KIM, CHANNEL)[-1]["content"] == "more"
    assert [one["id"] for one in server.hands.sees(STAFF, CHANNEL)] == [card]


async def _callback(ask: Asker, given: Interaction, kind: int, data: Any = None, query: str = "") -> Answered:
    """Answer an interaction by hand."""
    return await ask(
        "POST", f"/interactions/{given.id}/{given.token}/callback{query}", {"type": kind, "data": data or {}}
    )


def _hook(ask: Asker, given: Interaction) -> str:
    """Return the path of what follows an interaction."""
    return f"/webhooks/{ask.server.world.application_id}/{given.token}"


@pytest.fixture
def given(server: LoopbackDiscord, guild: Guild) -> Interaction:
    """Return a command that no bot answers."""
    command = {"id": "900", "application_id": "1", "name": "rule", "type": 1, "description": "x", "version": "1"}
    guild.commands["900"] = command | {"guild_id": guild.id}
    return server.hands.give(KIM, CHANNEL, "rule")


async def test_an_answer_after_three_seconds_is_to_nothing(ask: Asker, given: Interaction, clock: Clock) -> None:
    clock.at += timedelta(seconds=3.1)
    assert given.failed
    assert (await _callback(ask, given, 4, {"content": "late"})).code == 10062


async def test_an_interaction_is_answered_once(server: LoopbackDiscord, ask: Asker, given: Interaction) -> None:
    assert (await _callback(ask, given, 4, {"content": "first"})).status == 204
    assert (await _callback(ask, given, 4, {"content": "second"})).code == 40060
    assert texts(server, KIM) == ["first"]


async def test_nothing_follows_what_wasnt_answered_nor_after_a_quarter_of_an_hour(
    ask: Asker, given: Interaction, clock: Clock
) -> None:
    hook = _hook(ask, given)
    assert (await ask("POST", hook, {"content": "early"})).code == 10015
    await _callback(ask, given, 4, {"content": "first"})
    clock.at += timedelta(minutes=14)
    assert (await ask("POST", hook, {"content": "more"})).status == 200
    clock.at += timedelta(minutes=2)
    assert (await ask("POST", hook, {"content": "late"})).code == 50027


@pytest.mark.parametrize("flags", [0, 64])
async def test_what_was_answered_can_be_read_changed_and_taken_back(
    server: LoopbackDiscord, ask: Asker, given: Interaction, flags: int
) -> None:
    answered = await _callback(ask, given, 4, {"content": "first", "flags": flags}, "?with_response=true")
    assert answered.body["resource"]["message"]["content"] == "first"
    assert answered.body["interaction"]["response_message_ephemeral"] == bool(flags)
    original = f"{_hook(ask, given)}/messages/@original"
    assert (await ask("PATCH", original, {"content": "second"})).body["flags"] == flags
    assert (await ask("GET", original)).body["content"] == "second"
    more = (await ask("POST", _hook(ask, given), {"content": "more", "flags": flags})).body["id"]
    assert texts(server, KIM) == ["second", "more"]
    assert texts(server, STAFF) == ([] if flags else ["second", "more"])
    assert (await ask("DELETE", f"{_hook(ask, given)}/messages/{more}")).status == 204
    assert (await ask("DELETE", original)).status == 204
    assert (await ask("GET", original)).code == 10008
    assert texts(server, KIM) == []


async def test_no_message_but_an_interactions_own_can_be_reached_by_its_token(
    server: LoopbackDiscord, ask: Asker, given: Interaction
) -> None:
    await _callback(ask, given, 4, {"content": "first"})
    said = server.hands.say(KIM, CHANNEL, "mine")
    assert (await ask("DELETE", f"{_hook(ask, given)}/messages/{said}")).code == 10008


async def test_a_bot_that_thinks_is_seen_thinking(server: LoopbackDiscord, ask: Asker, given: Interaction) -> None:
    await _callback(ask, given, 5)
    assert given.loading
    assert [one["flags"] for one in server.hands.sees(STAFF, CHANNEL)] == [128]


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        (7, {"content": "a command has no message"}),
        (8, {"choices": []}),
        (4, {}),
        (4, {"content": "text", "flags": 32768, "components": [{"type": 10, "content": "both"}]}),
        (4, {"flags": 32768, "components": [{"type": 10, "content": "x"}] * 41}),
        (4, {"flags": 32768, "components": [{"type": 10, "content": 2_001 * "x"}] * 2}),
        (4, {"components": [{"type": 1, "components": [{"type": 2, "style": 1, "label": "x", "custom_id": "a"}] * 2}]}),
        (4, {"components": [{"type": 1, "components": [{"type": 2, "style": 1, "label": "x"}]}]}),
        (9, {"custom_id": "f", "title": "x", "components": []}),
    ],
)
async def test_an_answer_beyond_the_limits_is_refused_and_can_be_given_again(
    server: LoopbackDiscord, ask: Asker, given: Interaction, kind: int, data: Any
) -> None:
    assert (await _callback(ask, given, kind, data)).code in {50035, 50006}
    assert (await _callback(ask, given, 4, {"content": "better"})).status == 204
    assert texts(server, KIM) == ["better"]


async def test_the_bot_is_told_the_language_of_who_asks(server: LoopbackDiscord, bot: Bot) -> None:
    told: list[str] = []

    async def note(interaction: discord.Interaction) -> None:
        told.append(str(interaction.locale))
        await interaction.response.send_message("ja", ephemeral=True)

    bot.on_use = note
    card = await shown(server, bot)
    server.hands.locales[KIM] = "de"
    await server.hands.press(KIM, CHANNEL, card, "Claim").answered()
    assert told == ["de"]
