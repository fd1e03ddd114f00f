"""Where a draft of a policy stands: the words, and no more."""

from collections.abc import Mapping

from workflows.words import N_

DRAFT = "draft"
SUBMITTED = "submitted"
SIGNED = "signed"
PUBLISHED = "published"
WITHDRAWN = "withdrawn"

LABELS: Mapping[str, str] = {
    DRAFT: N_("Draft"),
    SUBMITTED: N_("Waits for the second officer"),
    SIGNED: N_("Signed, waits for the board"),
    PUBLISHED: N_("Published"),
    WITHDRAWN: N_("Withdrawn"),
}
# state → (status family, icon)
CHIPS: Mapping[str, tuple[str, str]] = {
    DRAFT: ("", "pencil"),
    SUBMITTED: ("warn", "hourglass"),
    SIGNED: ("info", "signature"),
    PUBLISHED: ("good", "check"),
    WITHDRAWN: ("", "x"),
}
# what each event says on the draft's page, and how it looks there
SENTENCES: Mapping[str, tuple[str, str, str]] = {
    "policy:started": (N_("%(name)s began the draft."), "pencil", ""),
    "policy:changed": (N_("%(name)s changed it."), "pencil-line", ""),
    "policy:rehearsed": (N_("%(name)s rehearsed it."), "play", ""),
    "policy:submitted": (N_("%(name)s submitted it."), "send", "info"),
    "policy:signed": (N_("%(name)s signed it as second officer."), "signature", "good"),
    "policy:sent_back": (N_("%(name)s sent it back."), "undo-2", "warn"),
    "policy:resolved": (N_("%(name)s recorded the board’s resolution."), "landmark", "info"),
    "policy:published": (N_("%(name)s published it."), "check", "good"),
    "policy:withdrawn": (N_("%(name)s withdrew it."), "x", ""),
}
