"""`organisations.yaml`: ids and accounts occur once, dates are in order, mandates name things that exist."""

from typing import get_args

from bot.i18n import phrase
from bot.policy.crossrefs.guidelines import check_languages
from bot.policy.crossrefs.names import Names
from bot.policy.crossrefs.powers import check_permission, check_permissions
from bot.policy.loaded import LoadedCommunity, LoadedOrganisations
from bot.policy.places import Path
from bot.policy.powers import LIMITABLE
from bot.policy.problems import ProblemLog
from bot.policy.schema.organisations import ContractModel, MandateModel, OrganisationModel, Power

_POWERS = get_args(Power)
_LIMITABLE = frozenset(power.value for power in LIMITABLE)
#: a role that needs no mandate of its own: it leads the organisation's people
LEAD = "partner_lead"


def check_organisations(organisations: LoadedOrganisations, community: LoadedCommunity | None, names: Names) -> None:
    """Note what `organisations.yaml` names and nothing defines, says twice, or dates wrongly."""
    log = organisations.log
    _check_unique(organisations, log)
    _check_workspace(organisations, community, log)
    for index, organisation in enumerate(organisations.models):
        path: Path = (index,)
        if organisation.shown_as is not None:
            check_languages(organisation.shown_as, (*path, "shown_as"), community, log)
        _check_contract(organisation, path, log)
        for number, mandate in enumerate(organisation.mandates):
            _check_mandate(mandate, organisation.contract, (*path, "mandates", number), names, log)
        _check_people(organisation, path, log)


def _check_unique(organisations: LoadedOrganisations, log: ProblemLog) -> None:
    """Note ids and accounts that occur twice; an account of two people would make every action ambiguous."""
    seen: set[tuple[str, ...]] = set()

    def once(kind: str, path: Path, *name: str) -> None:
        if (kind, *name) in seen:
            log.error(phrase(f"check.duplicate_{kind}", name=name[-1]), path)
        seen.add((kind, *name))

    for index, organisation in enumerate(organisations.models):
        once("organisation", (index, "id"), organisation.id)
        for number, mandate in enumerate(organisation.mandates):
            once("mandate", (index, "mandates", number, "id"), organisation.id, mandate.id)
        for number, person in enumerate(organisation.people):
            path: Path = (index, "people", number)
            once("person", (*path, "id"), person.id)
            for platform in ("discord", "slack"):
                account = getattr(person.accounts, platform)
                if account is not None:
                    once("account", (*path, "accounts", platform), platform, account)


def _check_workspace(
    organisations: LoadedOrganisations, community: LoadedCommunity | None, log: ProblemLog
) -> None:  # fmt: skip
    """Note accounts in a workspace other than the community's: nobody would be known by them."""
    own = None if community is None else community.model.slack
    for index, organisation in enumerate(organisations.models):
        for number, person in enumerate(organisation.people):
            workspace = (person.accounts.slack or "").partition("/")[0]
            if own is not None and workspace not in ("", own):
                path: Path = (index, "people", number, "accounts", "slack")
                log.error(phrase("check.other_workspace", found=workspace, own=own), path)


def _check_contract(organisation: OrganisationModel, path: Path, log: ProblemLog) -> None:
    contract, inside = organisation.contract, (*path, "contract")
    if contract is None:
        if organisation.kind == "partner":
            log.warning(phrase("check.no_contract", name=organisation.id), path)
        return
    if contract.until is not None:
        if contract.until < contract.start:
            log.error(phrase("check.ends_before_start"), (*inside, "until"))
        elif contract.wind_down > contract.until - contract.start:
            log.warning(phrase("check.long_wind_down"), (*inside, "wind_down"))
    if contract.data_agreement is None:
        if organisation.kind == "partner":
            log.warning(phrase("check.no_agreement", name=organisation.id), inside, key=True)
    elif contract.data_agreement.signed > contract.start:
        log.warning(phrase("check.late_agreement"), (*inside, "data_agreement", "signed"))


def _check_mandate(
    mandate: MandateModel, contract: ContractModel | None, path: Path, names: Names, log: ProblemLog
) -> None:
    names.check_all("channel", mandate.channels, (*path, "channels"), log)
    names.check_all("queue", mandate.queues, (*path, "queues"), log, warn=True)
    for power, organisation in mandate.asks.items():
        names.check("organisation", organisation, (*path, "asks", power), log)
    check_permissions(mandate.may, (*path, "may"), _POWERS, _LIMITABLE, log)
    for key, permission in (("meanwhile", mandate.meanwhile), ("contain", mandate.contain)):
        if permission is not None:
            check_permission(permission, (*path, key), _POWERS, _LIMITABLE, log)
    start, until = mandate.start, mandate.until
    if start is not None and until is not None and until < start:
        log.error(phrase("check.ends_before_start"), (*path, "until"))
    if contract is not None:
        if start is not None and start < contract.start:
            log.error(phrase("check.outside_contract"), (*path, "from"))
        if until is not None and contract.until is not None and until > contract.until:
            log.error(phrase("check.outside_contract"), (*path, "until"))


def _check_people(organisation: OrganisationModel, path: Path, log: ProblemLog) -> None:
    roles = {mandate.role for mandate in organisation.mandates} | {LEAD}
    for number, person in enumerate(organisation.people):
        if person.role not in roles:
            log.unknown("staff_role", person.role, roles, (*path, "people", number, "role"), warn=True)
    seats = organisation.contract.seats if organisation.contract else None
    if seats is not None and len(organisation.people) > seats:
        message = phrase("check.too_few_seats", people=len(organisation.people), seats=seats)
        log.warning(message, (*path, "contract", "seats"))
