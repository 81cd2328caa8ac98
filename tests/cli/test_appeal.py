"""`locum appeal`: somebody who was removed appeals with the code of their notice, in one clear sentence each."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import mkdtemp

import pytest
import pytest_asyncio
from click.testing import CliRunner, Result

from adapters.keyfile import KeyFile, open_key_file
from bot.cli.main import main
from bot.domain.actor import Actor, ActorKind, OrganisationKind
from bot.domain.message import AccountRef, PlatformName
from bot.domain.order import Order
from bot.domain.right import Right
from bot.policy.load import load_policies
from bot.services import rotating
from bot.services.appeals.codes import appeal_code
from bot.services.moderating.carrying_out import carry_out
from bot.services.record import begin_ledger
from bot.services.work import begin_work
from bot.store.accounts import add_accounts
from bot.store.appeals import appeals_by_id
from bot.store.communities import add_community
from bot.store.engine import open_store
from bot.store.policies import activate_policy
from bot.store.policy_versions import keep_files
from tests.fakes.clock import FakeClock
from tests.policy.folders import write
from tests.stage.policies import FILES

LEE = Actor(kind=ActorKind.PERSON, who="lee", organisation="internal", side=OrganisationKind.INTERNAL)
BANNED = AccountRef(platform=PlatformName.DISCORD, workspace="W1", user="u1")


@dataclass(kw_only=True)
class Banned:
    """A community in which somebody was banned, and the code of their notice."""

    database: str
    key_file: Path
    keys: KeyFile
    code: str

    async def appeal(self, code: str, *said: str, language: str = "en", words: str = "") -> Result:
        """Run `locum appeal`, beside the loop of the test."""
        arguments = [
            "--language", language, "appeal", code, "--community", "acme", "--database", self.database,
            "--keys", str(self.key_file), *said,
        ]  # fmt: skip
        runner = CliRunner()
        return await asyncio.to_thread(runner.invoke, main, arguments, input=words, env={"LOCUM_DATABASE": None})


async def ban(database: str, keys: KeyFile, at: datetime) -> str:
    """Return the code of somebody who was banned at that time."""
    loaded = load_policies(write(Path(mkdtemp()), dict(FILES)), "acme")
    assert loaded.policies is not None
    store = open_store(database)
    async with store.writing() as tx:
        await add_community(tx, "acme", at)
        await begin_ledger(tx, "acme", "locum.test/acme", at)
        await keep_files(tx, "acme", loaded.version, loaded.files, at)
        await activate_policy(tx, "acme", loaded.version)
    async with store.writing() as tx:
        work = await begin_work(tx, keys, loaded.policies, at)
        account = (await add_accounts(tx, "acme", [BANNED], at))[BANNED]
        done = await carry_out(work, LEE, Order(right=Right.BAN, account=account, guideline="respect"))
        await work.finish()
    await store.close()
    return appeal_code(keys, done.decision)


@pytest_asyncio.fixture
async def banned(database: str, tmp_path: Path, request: pytest.FixtureRequest) -> Banned:
    at = datetime.now(UTC) - getattr(request, "param", timedelta(hours=1))
    keys = open_key_file(tmp_path / "keys.json", FakeClock(at), rotating.new_signing_key, make=True)
    code = await ban(database, keys, at)
    return Banned(database=database, key_file=tmp_path / "keys.json", keys=keys, code=code)


async def test_a_banned_member_appeals_by_code_once(banned: Banned) -> None:
    first = await banned.appeal(banned.code, words="I was asleep; somebody had my phone.\n")
    assert first.exit_code == 0, first.output
    assert first.output.startswith("The appeal has been received: ")
    identifier = first.output.split(": ")[1].split(".")[0]

    store = open_store(banned.database)
    async with store.reading() as tx:
        assert set(await appeals_by_id(tx, [identifier])) == {identifier}
    await store.close()
    again = await banned.appeal(banned.code, words="and again\n")
    assert again.exit_code == 2
    assert again.output == "This was appealed against already, and each decision can be appealed against once.\n"


async def test_an_unknown_code_is_answered_in_one_sentence_in_either_language(banned: Banned) -> None:
    for language, beginning in (("en", "This code isn't known here."), ("de", "Diesen Code gibt es hier nicht.")):
        answer = await banned.appeal("K7Q2-MX4T-9RWA", "--statement", "please", language=language)
        assert answer.exit_code == 2
        assert answer.output.startswith(beginning)
        assert len(answer.output.splitlines()) == 1


@pytest.mark.parametrize("banned", [timedelta(days=184)], indirect=True)
async def test_a_code_whose_time_is_over_says_so(banned: Banned) -> None:
    answer = await banned.appeal(banned.code, "--statement", "late, I know")
    assert (answer.exit_code, answer.output) == (2, "The time for an appeal is over.\n")


async def test_an_appeal_needs_words_and_not_too_many(banned: Banned) -> None:
    assert (await banned.appeal(banned.code, words="  \n")).output.startswith("An appeal needs words")
    assert (await banned.appeal(banned.code, words="x" * 4_001)).output.startswith(
        "The statement is 4001 characters long"
    )
    assert (await banned.appeal(banned.code, words="x" * 4_000)).exit_code == 0
