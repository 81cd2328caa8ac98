"""`roles`: which roles the author has."""

from pydantic import Field

from bot.policy.detection import ALWAYS, HOLDS, Answer
from bot.policy.inspection import Inspection
from bot.policy.schema.types import Names
from bot.policy.signals.age import want_member
from bot.policy.signals.base import Assembly, Detector, Params, Signal, key_of


class RolesParams(Params):
    """Roles of `community.yaml`."""

    short = "names"

    names: Names = Field(min_length=1, description="The author has at least one of these roles of `community.yaml`.")


def build(params: RolesParams, assembly: Assembly) -> Detector:
    """Return a detector of authors with any of the roles; where the source doesn't say, it asks."""
    wanted = frozenset[str]().union(
        *(assembly.role_ids(name, path=("names", at)) for at, name in enumerate(params.names))
    )

    def probe(inspection: Inspection) -> Answer:
        roles = inspection.message.author.roles
        if roles is None:
            want_member(inspection)
            return None
        return False if wanted.isdisjoint(roles) else HOLDS

    return Detector(key=key_of("roles", params), anchors=ALWAYS, probe=probe, roles=wanted)


SIGNAL = Signal(
    name="roles",
    summary="The author has at least one of some roles.",
    family="who",
    params=RolesParams,
    example="roles: [staff]",
    build=build,
)
