"""Writes what is made from the code, or says whether it drifted: policy reference, JSON Schema, Slack's manifest."""

import json
import sys
from io import StringIO
from pathlib import Path

from ruamel.yaml import YAML

from adapters.slack.manifest import manifest
from bot.policy.json_schema import policy_schema
from bot.policy.reference import policy_reference

_DOCS = Path(__file__).parent.parent / "docs"


def generated() -> dict[str, str]:
    """Return the generated files of `docs/` by name."""
    schema = json.dumps(policy_schema(), ensure_ascii=False, indent=2) + "\n"
    return {
        "policy-reference.md": policy_reference(), "policy.schema.json": schema, "slack-manifest.yaml": _manifest(),
    }  # fmt: skip


def _manifest() -> str:
    """Return what Slack makes an app of, with Socket Mode, as its page takes it."""
    written = StringIO()
    yaml = YAML()
    yaml.default_flow_style, yaml.width = False, 4_096
    yaml.dump(manifest(), written)
    head = "# Made from the code by `python -m scripts.generate`; `locum setup slack --manifest FILE` writes others.\n"
    return head + written.getvalue()


def drifted(folder: Path) -> tuple[str, ...]:
    """Return the names of the files in `folder` that differ from what the code gives."""
    return tuple(
        name
        for name, text in generated().items()
        if not (folder / name).is_file() or (folder / name).read_text(encoding="utf-8") != text
    )


def main(arguments: list[str]) -> int:
    """Write the files, or with `--check` return 1 when one of them drifted."""
    if arguments not in ([], ["--check"]):
        sys.stderr.write("usage: python -m scripts.generate [--check]\n")
        return 2
    stale = drifted(_DOCS)
    if arguments:
        for name in stale:
            sys.stderr.write(f"docs/{name} differs from the code: run python -m scripts.generate\n")
        return int(bool(stale))
    for name in stale:
        (_DOCS / name).write_text(generated()[name], encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
