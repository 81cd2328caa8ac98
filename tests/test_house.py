"""The house keeps its own rules where no linter can."""

import ast
import re
import socket
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def modules(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


def imports(module: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield "." * node.level + (node.module or "")


def pins(lock: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for name, pinned in re.findall(r"^([\w.-]+)==([\w.]+)", (ROOT / lock).read_text(encoding="utf-8"), re.MULTILINE):
        found.setdefault(canonicalize_name(name), set()).add(pinned)
    return found


def test_the_domain_imports_the_standard_library_and_what_lies_below_it_alone() -> None:
    below = {"bot.domain", "bot.i18n", "bot.errors"}
    strangers = {
        (module.name, name)
        for module in modules("bot/domain")
        for name in imports(module)
        if name.partition(".")[0] not in sys.stdlib_module_names and ".".join(name.split(".")[:2]) not in below
    }
    assert not strangers


def test_adapters_never_reach_for_the_frame_or_what_is_stored() -> None:
    closed = {"bot.app", "bot.settings", "bot.jobs", "bot.store", "bot.ledger"}
    reached = {
        (str(module), name)
        for module in modules("adapters")
        for name in imports(module)
        if ".".join(name.split(".")[:2]) in closed
    }
    assert not reached


@pytest.mark.parametrize("folder", ["bot", "adapters", "scripts", "benchmarks", "tests"])
def test_every_module_begins_with_a_sentence_about_itself(folder: str) -> None:
    silent = [str(module) for module in modules(folder) if not ast.get_docstring(ast.parse(module.read_text("utf-8")))]
    assert not silent


@pytest.mark.parametrize("folder", ["bot", "adapters"])
def test_no_module_is_longer_than_400_lines_and_no_function_than_50(folder: str) -> None:
    long = [str(module) for module in modules(folder) if len(module.read_text("utf-8").splitlines()) > 400]
    long += [
        f"{module}: {node.name}"
        for module in modules(folder)
        for node in ast.walk(ast.parse(module.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        if (node.end_lineno or node.lineno) - node.lineno >= 50
    ]
    assert not long


@pytest.mark.parametrize(
    ("wanted", "locks"),
    [
        (PROJECT["project"]["dependencies"], ["requirements.lock"]),
        (PROJECT["dependency-groups"]["dev"], ["requirements-dev.lock"]),
    ],
)
def test_every_dependency_is_locked_at_a_version_that_is_asked_for(wanted: list[str], locks: list[str]) -> None:
    locked = {name: versions for lock in locks for name, versions in pins(lock).items()}
    for requirement in map(Requirement, wanted):
        versions = locked[canonicalize_name(requirement.name)]
        assert all(requirement.specifier.contains(pinned) for pinned in versions), requirement.name


def test_what_both_locks_pin_they_pin_alike() -> None:
    program, tools = pins("requirements.lock"), pins("requirements-dev.lock")
    shared = program.keys() & tools.keys()
    assert shared
    assert [name for name in sorted(shared) if program[name] != tools[name]] == []


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_names_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert "://" not in text
    assert "--index-url" not in text


def test_every_dependency_has_a_line_that_says_why_it_is_there() -> None:
    reasons = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8").lower()
    wanted = PROJECT["project"]["dependencies"] + PROJECT["dependency-groups"]["dev"]
    unexplained = [name for name in (Requirement(line).name for line in wanted) if f"`{name.lower()}`" not in reasons]
    assert not unexplained


def test_no_test_can_reach_an_outside_address() -> None:
    outside = socket.socket()
    # 192.0.2.0/24 is set aside for documentation: nothing answers there
    with pytest.raises((RuntimeError, UserWarning), match="socket"):
        outside.connect(("192.0.2.1", 9))
    outside.close()


def test_a_test_can_reach_loopback() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        assert client.getpeername() == server.getsockname()


def test_links_between_documents_lead_somewhere() -> None:
    documents = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    broken = [
        f"{document.name}: {target}"
        for document in documents
        for target in re.findall(r"\]\(([^)#:\s]+)(?:#[^)\s]*)?\)", document.read_text(encoding="utf-8"))
        if not (document.parent / target).exists()
    ]
    assert not broken
