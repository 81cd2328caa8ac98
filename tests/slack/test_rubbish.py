"""Whatever is brought to any method is answered in Slack's way, and breaks nothing."""

import random
from typing import Any

import aiohttp
import pytest

from tests.slack.api.methods import METHODS
from tests.slack.description import described
from tests.slack.harbour import SCOPES, Harbour
from tests.slack.server import LoopbackSlack

#: things that nobody expects
RUBBISH: list[Any] = [
    "", " ", "x" * 5000, "\x00", "-1", "999999999999999999999", "null", "[]", "{}", '["a"]', '[{"type": 7}]', "true",
    "1.2.3", "\ud83d", 0, -1, 1.5, True, None, [], {}, [[]], [None], {"type": {"type": "x"}}, {"blocks": 7},
    [{"type": "section", "text": 7, "fields": 7, "accessory": 7}], [{"type": "actions", "elements": 7}],
    [{"type": "input", "element": [], "label": []}], {"type": "modal", "title": 7, "blocks": {}}, "²", "١٢",
]  # fmt: skip


@pytest.mark.parametrize("method", sorted(METHODS))
async def test_rubbish_is_answered(server: LoopbackSlack, place: Harbour, method: str) -> None:
    server.limits.on = False
    place.workspace.plan = "enterprise"
    scopes = SCOPES | {scope for kind in described(method).scopes.values() for scope in kind}
    bot = server.world.install(place.app, place.workspace.id, scopes=scopes).text
    admin = server.world.authorise(place.app, place.workspace.id, place.admin, scopes=scopes).text
    said = place.workspace.post(place.room, place.bot, "x", app_id=place.app.id)
    dice = random.Random(method)
    names = sorted(described(method).takes or {"channel": {}, "user": {}, "ts": {}, "text": {}})
    good: dict[str, Any] = {"channel": place.room, "user": place.kim, "text": "x"}
    good |= dict.fromkeys(("ts", "timestamp", "message_ts"), said.ts)
    async with aiohttp.ClientSession() as session:
        for _ in range(40):
            body = {name: value for name, value in good.items() if name in names}
            for name in dice.sample(names, min(len(names), dice.randint(0, 3))):
                body[name] = dice.choice(RUBBISH)
            head = {"Authorization": f"Bearer {dice.choice([bot, admin])}"}
            if method in {"auth.revoke", "apps.uninstall"}:
                body = {"test": True} if method == "auth.revoke" else {}
            async with session.post(f"{server.api}{method}", json=body, headers=head) as response:
                assert response.status == 200, (body, server.record.off[-1])
                assert "ok" in await response.json()
    assert [one for one in server.record.off if "broke" in one] == []
