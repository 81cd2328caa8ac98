"""The audit of escalations as a job: what it finds is told and shown; when it finds nothing, the heart beats."""

from bot.app.frame import Frame
from bot.domain.escalation import Medium
from bot.domain.reach import reference
from bot.services.escalating.auditing import audit
from bot.store.escalations import count_open


async def audit_escalations(frame: Frame) -> None:
    """Audit every community; raise HeartbeatError when nobody takes the heartbeat, and whatever auditing raises."""
    _look_at_contacts(frame)
    stuck: dict[str, int] = {}
    for community, policies in tuple(frame.policies.items()):
        found = await audit(frame.store, frame.keys, policies, frame.clock.now())
        stuck[community] = len(found)
        for one in found:
            frame.tell.error("escalation_stuck", community=community, kind=one.stuck.value, case=one.case)
    async with frame.store.reading() as tx:
        frame.watch.escalations = await count_open(tx)
    frame.watch.stuck = stuck
    if not any(stuck.values()) and frame.heartbeat is not None:
        await frame.heartbeat.beat()
        frame.watch.beat_at = frame.clock.now()


def _look_at_contacts(frame: Frame) -> None:
    """Note the contacts whose addresses the environment doesn't have, and tell of them when they change."""
    found = tuple(
        f"{community}/{contact.name}/{medium.value}"
        for community, policies in sorted(frame.policies.items())
        if policies.governance.escalations is not None
        for contact in policies.governance.escalations.contacts.values()
        for medium in (Medium.WEBHOOK, Medium.EMAIL)
        if (named := reference(contact, medium)) and not frame.leads_to(named)
    )
    for one in set(found) - set(frame.watch.unreachable):
        frame.tell.warning("contact_unreachable", contact=one)
    frame.watch.unreachable = found
