"""What slugs are called on pages: one table for each closed list, with icon and status family where a page shows one."""

from flask_babel import gettext as _

from workflows.machine import TOLD_TO
from workflows.words import N_, Direction

LABELS: dict[str, dict[str, str]] = {
    "kind": {
        "gift": N_("Gift"),
        "entertainment": N_("Entertainment"),
        "travel": N_("Travel"),
        "interest": N_("Outside interest"),
        "conflict": N_("Conflict of interest"),
        "donation": N_("Donation or sponsorship"),
    },
    "direction": {"received": N_("Received"), "given": N_("Given")},
    "state": {
        "draft": N_("Draft"),
        "with_manager": N_("With the manager"),
        "with_compliance": N_("With compliance"),
        "with_executive": N_("With the executive reviewer"),
        "sent_back": N_("Sent back"),
        "recorded": N_("Recorded"),
        "approved": N_("Approved"),
        "approved_with_conditions": N_("Approved with conditions"),
        "refused": N_("Refused"),
        "withdrawn": N_("Withdrawn"),
        "ended": N_("Ended"),
    },
    "disposition": {
        "kept": N_("Kept"),
        "shared": N_("Shared"),
        "surrendered": N_("Handed over"),
        "difference_paid": N_("Difference paid"),
        "undecided": N_("Not accepted yet"),
        "returned": N_("Given back"),
        "declined": N_("Declined"),
    },
    "class": {
        "partner": N_("Business partner"),
        "supplier": N_("Supplier"),
        "customer": N_("Customer"),
        "competitor": N_("Competitor"),
        "public_official": N_("Public official or body"),
        "bidder": N_("Bidder in a tender"),
        "charity": N_("Charity"),
        "political": N_("Political party or body"),
        "private_person": N_("Private person"),
        "antisocial": N_("Antisocial organisation"),
        "unknown": N_("Not known"),
    },
    "role": {
        "declarant": N_("Declarant"),
        "manager": N_("Manager"),
        "compliance_officer": N_("Compliance officer"),
        "internal_auditor": N_("Internal auditor"),
        "administrator": N_("Administrator"),
        "executive_reviewer": N_("Executive reviewer"),
        "clock": N_("The clock"),
    },
    "timing": {
        "approved_before": N_("Approved before"),
        "approved_after": N_("Approved after"),
        "recorded_before": N_("Recorded before"),
        "recorded_after": N_("Recorded after"),
        "imported": N_("Imported"),
    },
    "review": {"manager": N_("Manager"), "compliance": N_("Compliance"), "executive": N_("Executive reviewer")},
    "outcome": {
        "no_declaration": N_("Nothing to declare"),
        "record": N_("Recorded"),
        "manager": N_("Manager decides"),
        "compliance": N_("Compliance decides too"),
        "executive": N_("An executive reviewer decides too"),
        "prohibited": N_("Not allowed"),
        "invalid": N_("Something is missing"),
    },
    "value_basis": {
        "known": N_("Known"),
        "estimated": N_("Estimated"),
        "unknown": N_("Unknown"),
        "not_asked": N_("Not asked"),
    },
}

# kind → icon; the tint is the class of the same name in the stylesheet
KIND_ICONS = {
    "gift": "gift",
    "entertainment": "utensils",
    "travel": "plane",
    "interest": "briefcase",
    "conflict": "handshake",
    "donation": "hand-heart",
}

# state → (status family, icon)
STATE_CHIPS = {
    "draft": ("", "pencil"),
    "with_manager": ("warn", "hourglass"),
    "with_compliance": ("warn", "hourglass"),
    "with_executive": ("warn", "hourglass"),
    "sent_back": ("info", "undo-2"),
    "recorded": ("", "archive"),
    "approved": ("good", "check"),
    "approved_with_conditions": ("good", "list-checks"),
    "refused": ("bad", "ban"),
    "withdrawn": ("", "x"),
    "ended": ("", "flag"),
}


# What a refusal tells the declarant to do about what went from us, and about what lasts; a thing that came to us is workflows.machine's.
TOLD_TO_GIVEN = {
    "return_it": N_("Ask for it back"),
    "pay_the_difference": N_("Pay for it yourself"),
    "decline_it": N_("Do not give it"),
}
TOLD_TO_STANDING = {"decline_it": N_("Do not go on with it"), "hand_it_over": N_("Let somebody else do it")}


def told_to(direction: str | None) -> dict[str, str]:
    """What may be done with what was refused, marked for translation: received, given, or lasting where there is no direction."""
    if direction is None:
        return TOLD_TO_STANDING
    return TOLD_TO_GIVEN if direction == Direction.GIVEN else dict(TOLD_TO)


def what_to_do(slug: str, direction: str | None) -> str:
    """The reader's words for what a refusal asked for; empty if it asked for nothing known."""
    words = told_to(direction).get(slug) or TOLD_TO.get(slug)
    return _(words) if words else ""


def label(family: str, slug: object) -> str:
    """The reader's word for `slug` in `family`; a slug a policy document added is shown as it is, spaced."""
    word = str(getattr(slug, "slug", slug))
    known = LABELS[family].get(word)
    return _(known) if known else word.replace("_", " ").capitalize()
