"""Kinds of the timers that cases set; their subject is the case."""

#: by when a case is to be claimed
CLAIM_DUE = "claim_due"
#: by when a case is to be resolved
RESOLVE_DUE = "resolve_due"
#: a claim is over, unless it was renewed
CLAIM_ENDS = "claim_ends"
#: a rule asked for a path
ESCALATE_CASE = "escalate_case"

#: what a resolved case no longer needs
OF_OPEN_CASES = (CLAIM_DUE, RESOLVE_DUE, CLAIM_ENDS, ESCALATE_CASE)
