"""On Discord a picture is fetched from where Discord keeps it before its message is deleted, and handed to staff."""

import pytest

from bot.store.engine import Store
from tests.stage.discord import set_discord
from tests.stage.stage import CHANNELS

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_a_picture_is_copied_before_its_message_is_deleted_and_opened_later(store: Store) -> None:
    stage = await set_discord(store)
    try:
        stage.joined("u1")
        hands, user = stage.server.hands, stage.ref("u1").user
        posted = hands.say(user, CHANNELS["help"], "blockhead", files={"a.png": PICTURE})
        await stage._until(lambda: posted in stage.offered)
        await stage.settle()
        assert posted not in stage.server.world.messages[CHANNELS["help"]]
        stage.server.world.files.clear()
        (row,) = await stage.rows("evidence")
        assert (row["missing"], row["size"]) == ("", len(PICTURE))

        (action,) = [one.action for one in stage.card_with("case.files").buttons if one.action.startswith("case.files")]
        listed = await stage.press("lee", action)
        assert listed.done
        case = action.partition(":")[2]
        await stage.press("lee", f"case.file:{case}", value=row["id"])
        assert list(stage.server.world.files.values()) == [PICTURE]
    finally:
        await stage.close()
