"""The chat's file outlives every death: a process is killed in the middle of writing, again and again."""

import random
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from adapters.local.chat.chat import Chat
from adapters.local.chat.types import ChangeKind, Post

ROOT = Path(__file__).parents[4]
KILLS = 12


def told_by_one_that_is_killed(file: Path, number: int) -> list[tuple[str, str, int]]:
    """Let a process write, kill it after some lines, and return everything that it was told is stored."""
    chance = random.Random(number)
    command = [sys.executable, "-m", "tests.adapters.local.chat.writing", str(file), f"limpet{number}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(chance.randint(1, 60))]
        process.kill()
        lines += process.stdout.read().splitlines()
    # the last line may be cut off: then it was never told
    told = [line.split() for line in lines]
    return [(one[0], one[1], int(one[2])) for one in told if len(one) == 3]


def holds(post: Post, what: set[str], length: int) -> bool:
    """Return whether a post is as it was told: an effect beyond the last that was told may be there as well."""
    if "removed" in what or post.gone_at is not None:
        return post.text == "" and post.gone_at is not None
    if "edited" in what or post.edited_at is not None:
        return post.text.endswith(" edited")
    return len(post.text) == length


def test_no_post_is_lost_and_none_is_there_by_half_however_often_a_process_is_killed(tmp_path: Path) -> None:
    file = tmp_path / "chat.sqlite"
    told = [one for number in range(KILLS) for one in told_by_one_that_is_killed(file, number)]
    chat = Chat(file, lambda: datetime.now(UTC))
    posts = {post.id: post for post in chat.posts("help", most=100_000)}
    lengths = {id: length for what, id, length in told if what == "posted"}
    assert len(lengths) >= KILLS
    for id, length in lengths.items():
        assert holds(posts[id], {what for what, other, _ in told if other == id}, length), posts[id]
    changes = list(chat.changes(0, most=10**6))
    assert [one.number for one in changes] == list(range(1, len(changes) + 1))
    # a post and the change that says so are one: neither is there without the other
    assert {one.post for one in changes if one.kind is ChangeKind.POSTED} == set(posts)
    assert {one.post for one in changes if one.kind is ChangeKind.REMOVED} == {
        post.id for post in posts.values() if post.gone_at is not None
    }
    joined = {post.author for post in posts.values() if post.joined}
    assert joined == {one.id for one in chat.accounts() if one.joined_at is not None} - {"locum"}
    chat.close()


def test_nobody_else_on_the_machine_reads_the_file(tmp_path: Path) -> None:
    chat = Chat(tmp_path / "chat.sqlite", lambda: datetime.now(UTC))
    chat.make_room("quay")
    assert {file.stat().st_mode & 0o777 for file in tmp_path.glob("chat.sqlite*")} == {0o600}
    chat.close()
