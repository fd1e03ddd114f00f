"""Who must not decide a declaration: asked when it is assigned and once more at the moment somebody decides."""

from collections.abc import Mapping

from workflows.case import Case, Org
from workflows.words import N_, Review

# Why somebody was passed over, for compliance only; everybody else reads OUTSIDE.
REASONS: Mapping[str, str] = {
    "declarant": N_("It is their own declaration."),
    "prepared": N_("They prepared it for the person who declared it."),
    "named": N_("The declaration names them."),
    "subordinate": N_("They report to the person who declared it."),
    "interested": N_("They declared an interest in the same counterparty."),
    "already_decided": N_("They have already acted on it in another role."),
    "inactive": N_("They no longer work here, or have nothing to do with it any more."),
    "away": N_("They are away as well."),
    "handed_on": N_("They passed it on."),
    "concerns_manager": N_("The conflict concerns them."),
}
OUTSIDE = N_("not independent")

# The same, told to the person who tries. Nobody learns here that a declaration names them.
TO_THE_ACTOR: Mapping[str, str] = {
    "declarant": N_("You cannot decide your own declaration. Somebody independent of you does."),
    "prepared": N_("You prepared this declaration, so somebody else must decide it."),
    "named": N_("Somebody else must decide this one, because you are not independent here."),
    "subordinate": N_("You cannot decide a declaration of somebody you report to. Somebody independent does."),
    "interested": N_("You declared an interest in this counterparty yourself, so somebody else must decide."),
    "already_decided": N_("You have already acted on this declaration in another role, so somebody else must decide now."),
    "inactive": N_("You are no longer among those who may decide this, so somebody else must."),
}


def why_not(person_id: int, case: Case, org: Org, review: Review | None = None) -> str | None:
    """The slug out of REASONS that keeps this person from deciding `case`, or None if they may.

    `review` is the one they would decide, the case's own if not given: who acted in another may not act in this one.
    """
    review = review or case.review
    if person_id == case.facts.declarant_id:
        return "declarant"
    if person_id == case.prepared_by_id:
        return "prepared"
    person = org.people.get(person_id)
    if person is None or not person.active:
        return "inactive"
    if person_id in case.facts.named:
        return "named"
    if person_id in org.below:
        return "subordinate"
    if person_id in org.interested:
        return "interested"
    if any(person_id in (past.by, past.on_behalf_of) and past.review != review for past in case.decisions):
        return "already_decided"
    return None


def lost_turn(case: Case, org: Org) -> dict[int, str]:
    """Whoever it waits for by name, and whoever they stand in for, that may no longer decide it, each with the reason."""
    holders = (case.assigned_for_id, case.assignee_id)
    reasons = {person: why_not(person, case, org) for person in holders if person is not None}
    return {person: reason for person, reason in reasons.items() if reason}
