"""The trade's words, as types: one enumeration for each closed list the rest of the program speaks in.

Slugs are what is stored and sent; labels for people live with the pages. `N_` marks a sentence for translation
without translating it here, since the rules do not know who is reading.
"""

from enum import IntEnum, StrEnum


def N_(sentence: str) -> str:
    """Mark `sentence` (English) for the translators and return it unchanged."""
    return sentence


class Kind(StrEnum):
    """What a declaration is about."""

    GIFT = "gift"
    ENTERTAINMENT = "entertainment"
    TRAVEL = "travel"
    INTEREST = "interest"
    CONFLICT = "conflict"
    DONATION = "donation"


class Direction(StrEnum):
    """Which way the benefit went, seen from our side."""

    RECEIVED = "received"
    GIVEN = "given"


class Disposition(StrEnum):
    """What became of the thing. The last three were not kept and never enter a total."""

    KEPT = "kept"
    SHARED = "shared"
    SURRENDERED = "surrendered"
    DIFFERENCE_PAID = "difference_paid"
    UNDECIDED = "undecided"
    RETURNED = "returned"
    DECLINED = "declined"


class State(StrEnum):
    """Where a declaration stands."""

    DRAFT = "draft"
    WITH_MANAGER = "with_manager"
    WITH_COMPLIANCE = "with_compliance"
    WITH_EXECUTIVE = "with_executive"
    SENT_BACK = "sent_back"
    RECORDED = "recorded"
    APPROVED = "approved"
    APPROVED_WITH_CONDITIONS = "approved_with_conditions"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"


WAITING = frozenset({State.WITH_MANAGER, State.WITH_COMPLIANCE, State.WITH_EXECUTIVE})
DECIDED = frozenset({State.APPROVED, State.APPROVED_WITH_CONDITIONS, State.REFUSED})


class Action(StrEnum):
    """Everything that can be done to a declaration; each is one command and writes one event."""

    FILE = "file"
    IMPORT = "import"
    APPROVE = "approve"
    APPROVE_WITH_CONDITIONS = "approve_with_conditions"
    REFUSE = "refuse"
    SEND_BACK = "send_back"
    ANSWER = "answer"
    CORRECT = "correct"
    WITHDRAW = "withdraw"
    ESCALATE = "escalate"
    REASSIGN = "reassign"
    REMIND = "remind"
    REQUEST_APPROVAL = "request_approval"
    ADVISE = "advise"
    FULFIL = "fulfil"
    END = "end"


class Review(IntEnum):
    """A review a declaration must pass; the number is its rank and its order."""

    MANAGER = 1
    COMPLIANCE = 2
    EXECUTIVE = 3

    @property
    def slug(self) -> str:
        """The word used in policy documents."""
        return self.name.lower()


class Outcome(IntEnum):
    """What a rule asks for, ordered by strictness; INVALID stands apart and precedes all."""

    NO_DECLARATION = 0
    RECORD = 1
    MANAGER = 2
    COMPLIANCE = 3
    EXECUTIVE = 4
    PROHIBITED = 5
    INVALID = 9

    @property
    def slug(self) -> str:
        """The word used in policy documents."""
        return self.name.lower()


class Role(StrEnum):
    """In what capacity somebody acts. DECLARANT, MANAGER and CLOCK are never granted, they follow from the facts."""

    DECLARANT = "declarant"
    MANAGER = "manager"
    COMPLIANCE_OFFICER = "compliance_officer"
    INTERNAL_AUDITOR = "internal_auditor"
    ADMINISTRATOR = "administrator"
    EXECUTIVE_REVIEWER = "executive_reviewer"
    CLOCK = "clock"


GRANTABLE = (Role.COMPLIANCE_OFFICER, Role.INTERNAL_AUDITOR, Role.ADMINISTRATOR, Role.EXECUTIVE_REVIEWER)


class Timing(StrEnum):
    """Computed labels, never typed: was it declared or approved before or after it happened?"""

    APPROVED_BEFORE = "approved_before"
    APPROVED_AFTER = "approved_after"
    RECORDED_BEFORE = "recorded_before"
    RECORDED_AFTER = "recorded_after"
    IMPORTED = "imported"


class ValueBasis(StrEnum):
    """How the declarant knows the value."""

    KNOWN = "known"
    ESTIMATED = "estimated"
    UNKNOWN = "unknown"
    NOT_ASKED = "not_asked"


class CounterpartyClass(StrEnum):
    """The classes every policy document has at least; a document may add its own slugs."""

    PARTNER = "partner"
    SUPPLIER = "supplier"
    CUSTOMER = "customer"
    COMPETITOR = "competitor"
    PUBLIC_OFFICIAL = "public_official"
    BIDDER = "bidder"
    CHARITY = "charity"
    POLITICAL = "political"
    PRIVATE_PERSON = "private_person"
    ANTISOCIAL = "antisocial"
    UNKNOWN = "unknown"
