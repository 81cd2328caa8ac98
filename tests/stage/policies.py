"""The policies of the community in which stories play."""

from functools import lru_cache
from pathlib import Path
from tempfile import mkdtemp

from bot.policy.load import load_policies
from bot.policy.policy_set import PolicySet
from tests.policy.folders import write

COMMUNITY = """\
community: acme
zone: Europe/Berlin
languages: [en, de]
mode: live
act_within: 30m
channels:
  help:   {discord: "4101"}
  gaming: {discord: "4102", languages: [en]}
  kneipe: {discord: "4103", languages: [de]}
  leads:  {discord: "4109"}
roles: {staff: {discord: "5001"}}
protected: [staff]
automation:
  may: [delete, quarantine, {timeout: {up_to: 7d}}, slow_mode, {raid_mode: {up_to: 1h}}]
  asks: {kick: internal, ban: internal}
  budgets: {delete: 300 per 10m, timeout: 30 per 10m}
ladder: {expires: 90d, steps: {2: {timeout: 1h}, 4: {ask: {ban: 30d}}}}
queues:
  hate:  {served_by: [nightwatch], else: internal, claim_within: {high: 15m, medium: 4h}, resolve_within: {high: 2h}}
  scams: {served_by: [nightwatch, faro], claim_within: {high: 15m}}
  care:  {by_choice: true, at_most: 2, claim_within: {critical: 5m, high: 15m}}
approvals: {within: 30m, by_another_organisation: [ban]}
"""

RESPECT = """\
guideline: respect
title: {en: Be respectful, de: Respektvoll bleiben}
text: {en: "Argue with ideas, never against people.", de: "Streite über Ideen, nie gegen Menschen."}
rules:
  - {id: slur, when: {words: [blockhead]}, severity: high, then: [delete, {notice: respect}, {strike: 1}, {case: hate}]}
  - {id: harsh, when: {words: [nitwit]}, severity: medium, then: [{timeout: 10m}, {case: hate}]}
  - {id: scam, when: {words: [freecoins]}, severity: high, then: [delete, {quarantine: 1d}, {case: scams}]}
  - {id: watched, mode: shadow, when: {words: [goose]}, severity: low, then: [delete, {strike: 1}]}
  - {id: asked, when: {words: [outlaw]}, severity: critical, then: [{ask: {ban: 30d}}, {case: hate}, escalate]}
"""

CARE = """\
guideline: support
care: true
title: {en: Look after each other, de: Aufeinander achten}
text: {en: "You are not alone; here is who helps.", de: "Du bist nicht allein; hier hilft jemand."}
rules:
  - id: despair
    when: {words: [despairing]}
    severity: critical
    then: [{notice: support}, {case: care}, {escalate: safety}]
"""

ORGANISATIONS = """\
- id: internal
  kind: internal
  name: Acme association
  shown_as: {en: the acme team, de: das Acme-Team}
  mandates:
    - {id: owning, role: owner}
    - id: leading
      role: lead
      channels: [help, gaming, kneipe, leads]
      queues: [hate, scams, care]
      cases_up_to: critical
      on_shift_only: false
      may: [delete, notice, warn, {timeout: {up_to: 28d}}, quarantine, kick, ban, slow_mode, raid_mode]
    - id: keeping
      role: moderator
      channels: [help, gaming, kneipe]
      queues: [hate, scams, care]
      cases_up_to: critical
      may: [delete, notice, warn, {timeout: {up_to: 7d}}, quarantine, slow_mode]
      asks: {kick: internal, ban: internal}
      meanwhile: {timeout: 24h}
  people:
    - {id: ada, alias: Ada, role: owner, starts_as: trusted, accounts: {discord: "900"}}
    - {id: lee, alias: Lee, role: lead, starts_as: trusted, accounts: {discord: "901"}}
    - {id: mo, alias: Mo, role: moderator, starts_as: trusted, accounts: {discord: "902"}}
- id: nightwatch
  kind: partner
  name: Nightwatch GmbH
  shown_as: {en: "Nightwatch, our moderation partner", de: "Nightwatch, unser Moderationspartner"}
  contract: {from: 2025-01-01, until: 2026-12-31, wind_down: 14d, seats: 4,
             data_agreement: {signed: 2024-12-12, reference: DPA-1}}
  mandates:
    - id: night-moderation
      role: moderator
      channels: [help, gaming, kneipe]
      queues: [hate, scams]
      cases_up_to: high
      on_shift_only: true
      may: [delete, notice, warn, {timeout: {up_to: 24h}}]
      asks: {kick: internal, ban: internal}
      meanwhile: {timeout: 24h}
      contain: {timeout: {up_to: 1h}}
  budgets: {ban: 5 per 10m, delete: 200 per 1h}
  people:
    - {id: robin, alias: Robin, role: moderator, starts_as: trusted, languages: [en, de], accounts: {discord: "910"}}
    - {id: merle, alias: Merle, role: moderator, starts_as: supervised, languages: [de, en], accounts: {discord: "911"}}
    - {id: heron, alias: Heron, role: partner_lead, starts_as: trusted, languages: [de, en], accounts: {discord: "912"}}
    - {id: finch, alias: Finch, role: moderator, starts_as: observing, languages: [en, de], accounts: {discord: "913"}}
- id: faro
  kind: partner
  name: Faro
  shown_as: {en: "Faro, our friends in Portugal", de: "Faro, unsere Freunde in Portugal"}
  contract: {from: 2025-01-01, until: 2027-12-31, wind_down: 7d, seats: 3,
             data_agreement: {signed: 2024-12-12, reference: DPA-2}}
  mandates:
    - id: day-moderation
      role: moderator
      channels: [help, gaming]
      queues: [scams]
      cases_up_to: medium
      on_shift_only: true
      may: [delete, notice, warn, {timeout: {up_to: 1h}}]
      asks: {ban: internal}
      meanwhile: {timeout: 1h}
  people:
    - {id: onda, alias: Onda, role: moderator, starts_as: trusted, languages: [en], accounts: {discord: "920"}}
    - {id: gaivota, alias: Gaivota, role: partner_lead, starts_as: trusted, languages: [en], accounts: {discord: "921"}}
"""

ESCALATION = """\
contacts:
  ada: {person: ada, webhook: env:ADA_PAGER, email: env:ADA_MAIL}
  ombud: {email: env:OMBUD_MAIL}
paths:
  standard:
    steps:
      - {page: {role: partner_lead, of: case}, wait: 15m}
      - {page: {channel: leads, mention: on_duty}, hours: "08:00-22:00", otherwise: digest, wait: 30m}
    repeat: 2
    fallback: {person: ada, via: [webhook, email]}
  safety:
    steps: [{page: {on_duty: internal}, via: [chat, webhook], wait: 5m}]
    fallback: {person: ada, via: [webhook, email]}
  conduct:
    steps: [{page: {person: ada}, via: [email], wait: 1h}]
    fallback: {person: ombud, via: [email]}
routing:
  - {if: {severity: critical}, path: safety}
  - {if: {about: moderator}, path: conduct}
  - {if: {about: organisation}, path: conduct}
  - {path: standard}
"""

FILES = (
    ("community.yaml", COMMUNITY),
    ("guidelines/respect.yaml", RESPECT),
    ("guidelines/support.yaml", CARE),
    ("organisations.yaml", ORGANISATIONS),
    ("escalation.yaml", ESCALATION),
)


@lru_cache
def policies_of(*files: tuple[str, str]) -> PolicySet:
    """Return compiled policies; what isn't given is that of this module."""
    folder = write(Path(mkdtemp()), {**dict(FILES), **dict(files)})
    loaded = load_policies(folder, "acme")
    assert loaded.policies is not None, loaded.problems
    return loaded.policies
