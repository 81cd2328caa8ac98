"""The words of the policy reference that stand in no model."""

INTRODUCTION = """
# Policy reference

Made from the code by `python -m scripts.generate`; changes by hand are lost.

A community is a folder below `policies/` that holds `community.yaml`, `guidelines/*.yaml`, and where they are needed
`organisations.yaml`, `escalation.yaml` and `lists/*.txt`. What stands under `policies/shared/` can be taken over by
every community: lists by name, guidelines by naming their files under `shared`.

`locum check` names every mistake with file, line and column. `locum schema` prints a JSON Schema, with which editors
complete and check these files while they are written.

- Files are YAML 1.2 in UTF-8. Plain words are text, `yes`, `no`, `on` and `off` included; only `true` and `false` are
  truth values. Put ids that are numbers in quotes.
- Aliases, anchors and tags are refused, as are keys that stand twice, more than 20 levels, and files over 1 MB (lists:
  16 MB).
- Durations are a whole number and `s`, `m`, `h`, `d` or `w`: `90s`, `10m`, `4h`, `14d`, `2w`. Budgets: `300 per 10m`.
- Days are written `2026-12-31`; they are whole local days, and both ends are included. Hours: `"22:00-06:00"`.
- A list file holds one entry a line; `#` at the start of a line or after a space begins a comment.
- Secrets never stand in policies: write `env:NAME`.
"""

#: heading, what it is, and its parts: (title or nothing, definition)
FILES: tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...] = (
    (
        "community.yaml",
        (
            "Where the community is, which languages it speaks, and what Locum may do there. Without `automation`, it "
            "may delete messages by itself and nothing more; notices, strikes, cases and escalations need no "
            "permission, and people can always be asked."
        ),
        (
            ("", "CommunityFile"),
            ("Channel", "ChannelModel"),
            ("Role", "RoleModel"),
            ("Automation", "AutomationModel"),
            ("Ladder", "LadderModel"),
            ("Queue", "QueueModel"),
            ("Override", "OverrideModel"),
        ),
    ),
    (
        "guidelines/*.yaml",
        "One guideline a file: what is asked of members, in their languages, and the rules that check it.",
        (
            ("", "GuidelineFile"),
            ("Rule", "RuleModel"),
            ("Time of day", "AtModel"),
            ("Examples", "ExamplesModel"),
            ("Example", "ExampleModel"),
        ),
    ),
    (
        "organisations.yaml",
        (
            "The organisations that moderate: the owner's own team and its partners. It is the ceiling of what "
            "people may do; what happens later can only narrow it."
        ),
        (
            ("", "OrganisationModel"),
            ("Contract", "ContractModel"),
            ("Data agreement", "AgreementModel"),
            ("Mandate", "MandateModel"),
            ("Person", "PersonModel"),
            ("Accounts", "AccountsModel"),
        ),
    ),
    (
        "escalation.yaml",
        "Who is paged, in which order, and who answers in the end.",
        (
            ("", "EscalationFile"),
            ("Contact", "ContactModel"),
            ("Path", "PathModel"),
            ("Step", "StepModel"),
            ("Target", "TargetModel"),
            ("Fallback", "FallbackModel"),
            ("Route", "RouteModel"),
            ("Route condition", "RouteConditionModel"),
        ),
    ),
)

SECTIONS = {
    "conditions": """
## Conditions

A condition is a mapping from signals to their parameters. Several keys in one mapping must hold together.

| Key | Holds when |
| --- | --- |
| `all: […]` | every one of the conditions holds |
| `any: […]` | one of them holds |
| `not: …` | the condition doesn't hold |

What isn't known, such as the age of an account that an export doesn't tell, makes a condition unknown: then neither it
nor its opposite holds, and no rule fires on it.
""",
    "outcomes": """
## Outcomes

`then`, a response and a step of the ladder take one outcome or a list of them. Rules of a `care` guideline may only
use `notice`, `case` and `escalate`.
""",
}

#: family of signals → heading
FAMILIES = {"text": "Text", "links": "Links", "shape": "Shape", "who": "Who", "time": "Over time"}

OUTCOMES = (
    ("`delete`", "The message is deleted."),
    ("`notice`, `{notice: guideline}`", "The member is told why, citing the rule's own guideline or another."),
    ("`strike`, `{strike: 2}`", "Strikes are added; the ladder says what follows from how many."),
    ("`{timeout: 1h}`", "The member can't write for so long."),
    ("`quarantine`, `{quarantine: 1d}`", "The member sees only what a quarantined member may, for good or so long."),
    ("`kick`", "The member is removed and may come back."),
    (
        "`ban`, `{ban: 7d}`, `{ban: {for: 7d, purge: 1h}}`",
        "The member is banned, for good or so long; with `purge`, their messages of the last so long go too.",
    ),
    ("`{ask: ban}`, `{ask: {timeout: 1d}}`", "People are asked to decide on it."),
    ("`{slow_mode: 30s}`, `{slow_mode: {every: 30s, for: 10m}}`", "The channel takes a message a member so often."),
    ("`raid_mode`, `{raid_mode: 30m}`", "The community closes itself to newcomers, until ended or so long."),
    ("`case`, `{case: queue}`", "A case is opened for people to look at."),
    ("`escalate`, `{escalate: path}`", "People are paged, by routing or on the path named."),
    ("`{use: response}`", "Everything that the response in `community.yaml` lists."),
)
