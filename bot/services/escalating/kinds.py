"""Kinds of the timers that escalations set."""

#: the next step of an escalation is due, or its acknowledgement has held long enough; its subject is the escalation
ESCALATION_STEP = "escalation_step"
#: hours begin, and what was collected for somebody is told; its subject is a digest of whom, `details` says it in full
ESCALATION_DIGEST = "escalation_digest"
