"""What a ledger entry can be about; the comment says which details the kind carries.

Details hold surrogates, the policies' own names, codes and numbers. Text of anybody is a private value. Keys marked
with * are what `locum verify` holds against the domain's own rows: they must be there, and must be complete.
"""

from enum import StrEnum


class EntryKind(StrEnum):
    """Every kind of entry."""

    #: a decision was made; *decision, incident, message, *account, rules, outcomes, *mode (live or shadow), severity,
    #: *actions [{id, kind, target}], *sanctions [{id, kind, until}], *strikes [{id, amount}]; empty lists are left out
    DECISION = "decision"
    #: how an action ended, the entry's `action` being its id; *outcome (confirmed, failed, dead, refused, superseded),
    #: reason, attempts; one entry an action, written with the state
    ACTION = "action"
    #: an action was planned by something other than a new decision (a sanction's end, a card, a page); *actions [{id,
    #: kind, target}], and decision where one stands behind it
    PLANNED = "planned"
    #: a sanction no longer holds; *sanction, reason (expired, lifted, replaced, forgotten)
    SANCTION_ENDED = "sanction_ended"
    #: a strike was taken back; *strike
    STRIKE_REVOKED = "strike_revoked"
    #: a case came to be, the entry's `case` being its id; account, queue, severity
    CASE_OPENED = "case_opened"
    #: a case was claimed, let go, moved or escalated, the entry's `case` being its id; change
    CASE_CHANGED = "case_changed"
    #: a case was resolved, the entry's `case` being its id; verdict
    CASE_CLOSED = "case_closed"
    #: messages may have been missed; gap, channel, cause
    GAP_OPENED = "gap_opened"
    #: what was missed has been read back and judged; gap, channel
    GAP_CLOSED = "gap_closed"
    #: what was missed can't be read back; gap, channel, reason
    GAP_LOST = "gap_lost"
    #: a rule could not be evaluated; rule, reason
    RULE_FAILED = "rule_failed"
    #: a connection's token is no longer good, or is again; connection, state, reason
    CONNECTION = "connection"
    #: somebody wasn't allowed to do what they asked for; command, reason; counted in the entry's `refused`
    REFUSED = "refused"
    #: protected data was looked at; what, account
    VIEWED = "viewed"
    #: a policy set became the active one; before
    POLICY_APPLIED = "policy_applied"
    #: a subject asked about their data; request, account, what (export or erase)
    SUBJECT_REQUEST = "subject_request"
    #: a subject's bundle was handed out; request, account
    EXPORTED = "exported"
    #: a subject's keys, salts and values are gone; account, scope, ground, and what is kept for now
    ERASED = "erased"
    #: values reached the end of their class's time and are gone; retention, values
    RETENTION_ENDED = "retention_ended"
    #: data may not be erased for now; hold, account
    HOLD_PLACED = "hold_placed"
    #: a hold was lifted; hold, account
    HOLD_RELEASED = "hold_released"
    #: subjects' keys are wrapped under another key; key, subjects
    KEYS_REWRAPPED = "keys_rewrapped"
    #: checkpoints are signed with another key from the next one on; before, now: public key lines
    KEY_CHANGED = "key_changed"
    #: a witness doesn't cosign; witness, status, size
    WITNESS_REFUSED = "witness_refused"
    #: the program began its work; version
    STARTED = "started"
    #: the program ended its work as asked; version
    STOPPED = "stopped"
