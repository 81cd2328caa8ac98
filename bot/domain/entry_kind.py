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
    #: what a platform leaves to a human with the right, the entry's `action` being its id; change (asked, done,
    #: impossible, still_there, late), subject, reason, kind, actions (how many), link and text (private)
    MANUAL_STEP = "manual_step"
    #: an action was planned by something other than a new decision (a sanction's end, a card, a page); *actions [{id,
    #: kind, target}], and decision where one stands behind it
    PLANNED = "planned"
    #: a sanction no longer holds; *sanction, reason (expired, lifted, replaced, forgotten)
    SANCTION_ENDED = "sanction_ended"
    #: a sanction ends at another time than was decided: somebody changed it on the platform itself; sanction, account,
    #: until (absent for good)
    SANCTION_CHANGED = "sanction_changed"
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
    #: somebody did something on the platform itself, and not through Locum; deed (standing, kick, deletion, roles),
    #: done_at, account, by (the account of somebody who isn't staff), sanction, held, until, channel (its name), count,
    #: given and taken (roles, by the policies' names where they have one)
    DONE_OUTSIDE = "done_outside"
    #: a connection's token is no longer good, or is again; connection, state, reason
    CONNECTION = "connection"
    #: somebody wasn't allowed to do what they asked for; command, reason; counted in the entry's `refused`
    REFUSED = "refused"
    #: protected data was looked at; what, account
    VIEWED = "viewed"
    #: a policy set became the active one, or the mode of the community changed; before, mode (live or shadow),
    #: proposal, tripped (rules that came out of the shadow into which they had dropped)
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

    # --- staff
    #: somebody was seated; person, organisation, account, only (what was delegated, absent for all of the role's)
    SEAT_FILLED = "seat_filled"
    #: a seat was emptied; person, organisation, cases, requests: how many went back and lapsed
    SEAT_EMPTIED = "seat_emptied"
    #: how far somebody is trusted was decided; person, organisation, before, level, text (private)
    LEVEL_DECIDED = "level_decided"
    #: an account is held; person, organisation, reason, until (absent without an end), cases, text (private)
    FROZEN = "frozen"
    #: a person or a partner may do nothing; of, subject, shifts, requests, cases, text (private)
    SUSPENDED = "suspended"
    #: a freeze or suspension was ended before its time; restraint, of, subject, text (private)
    RESTORED = "restored"
    #: somebody is on duty; shift, person, organisation, until
    SHIFT_STARTED = "shift_started"
    #: a shift is over; shift, person, organisation, by, cases, text (private: the handover note)
    SHIFT_ENDED = "shift_ended"
    #: somebody works on a queue by choice, or no longer; person, queue, on
    QUEUE_CHOSEN = "queue_chosen"
    #: a partner takes on nothing new; organisation, contract, until
    WIND_DOWN = "wind_down"
    #: a contract is over: the return report; organisation, contract, decisions, cases, appeals, requests, sanctions,
    #: shifts, seats
    CONTRACT_ENDED = "contract_ended"
    #: a partner said that it deleted everything; organisation, contract, text (private: where it is filed)
    CERTIFICATE = "certificate"
    #: somebody who observes said what they would do; proposal, person, organisation, right
    PROPOSED = "proposed"
    #: a proposal was held against what was decided; proposal, person, organisation, result
    PROPOSAL_COMPARED = "proposal_compared"
    #: somebody looked again at what was decided; review, decision, person, organisation, result
    REVIEWED = "reviewed"

    # --- approvals and appeals
    #: somebody was asked for their yes; approval, decision, account, right, whom, cause, interim (a sanction)
    APPROVAL_ASKED = "approval_asked"
    #: a request was answered, or lapsed; approval, state, reason (of lapsing), done (the decision that follows),
    #: words (private)
    APPROVAL_ANSWERED = "approval_answered"
    #: nobody answered in time: the path begins; approval
    APPROVAL_LATE = "approval_late"
    #: a member appeals; appeal, decision, account, heard_by, by (code or command), statement (private)
    APPEAL_OPENED = "appeal_opened"
    #: an appeal was heard, or there is nothing left to hear; appeal, decision, state, done (the decision that
    #: follows), words (private)
    APPEAL_CLOSED = "appeal_closed"
    #: another organisation hears an appeal; appeal, before, heard_by
    APPEAL_MOVED = "appeal_moved"
    #: nobody heard an appeal in time: the path begins; appeal
    APPEAL_LATE = "appeal_late"

    # --- cases and reports
    #: somebody noted, asked, answered or handed over something on a case; note, kind, visible_to, answers,
    #: text (private)
    CASE_NOTED = "case_noted"
    #: a member reported somebody; report, account, message, guideline, weight, statement and evidence (private).
    #: Who reported stands in the reports' own row alone
    REPORTED = "reported"

    #: what was to be copied of a message, before it goes, is copied as far as it could be; message, account, files,
    #: kept, missing {reason: how many}, names (private: each file's name, size and digest), written (private: what
    #: stood around it, each as its author's)
    COPIED = "copied"

    # --- escalation
    #: an escalation began, took a step, was answered or ended, the entry's `case` being its case; escalation, change
    #: (began, step, again, digest, acknowledged, taken_over, further, ended), path, cause, subject, round, step, told
    #: [{whom, via, outcome}], by
    ESCALATION = "escalation"
    #: the audit found an escalation that doesn't run as it should; escalation (absent where none began), finding
    ESCALATION_STUCK = "escalation_stuck"

    # --- policies
    #: a policy set was proposed; proposal, version, before, mode, lines, wider (how many of them widen rights)
    POLICY_PROPOSED = "policy_proposed"
    #: a lead said no to proposed policies; proposal, version
    POLICY_REFUSED = "policy_refused"

    # --- budgets and overrides
    #: a rule sanctioned more members than the breaker allows, and only watches from now on; rule, limit, within
    RULE_TRIPPED = "rule_tripped"
    #: an owner broke the glass: no mandate limits them for a while; override, person, until, text (private)
    GLASS_BROKEN = "glass_broken"
    #: somebody else looked at an override; override, person, text (private)
    GLASS_REVIEWED = "glass_reviewed"
