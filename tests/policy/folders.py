"""Policy folders made of texts, for tests of reading and checking."""

from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent

COMMUNITY = """\
community: acme
languages: [en]
channels:
  help: {}
  gaming: {}
roles:
  staff: {}
"""

GUIDELINE = """\
guideline: respect
title: {en: Be respectful}
text: {en: "Argue with ideas, never against people."}
rules:
  - id: shouting
    when: {caps: 0.9}
    then: case
"""


def write(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write the files below `policies/acme` and return the policies folder; what isn't given is a sound default."""
    policies = folder / "policies"
    for name, content in ({"community.yaml": COMMUNITY, **files}).items():
        path = policies / "acme" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else dedent(content).encode())
    return policies


def guideline(rules: str, head: str = "guideline: respect") -> str:
    """Return a guideline file with these rules."""
    return f"{head}\ntitle: {{en: Be respectful}}\ntext: {{en: Be kind}}\nrules:\n{dedent(rules)}"
