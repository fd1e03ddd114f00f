"""Registers that are scheduled for readers, signed off, sampled and put in a bundle; rehearsals that run beside the page."""

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what audit's own work keeps."""
    _scheduling()
    _sampling()
    _rehearsals()
    _circumstances()


# --- registers: schedules, recipients, reading, sign-off ------------------------------------------------------


def _scheduling() -> None:
    """Nothing yet."""


# --- samples and quality figures ----------------------------------------------------------------------------------


def _sampling() -> None:
    """Nothing yet."""


# --- rehearsals and companies together ----------------------------------------------------------------------------


def _rehearsals() -> None:
    """Nothing yet."""


# --- what a declaration says ----------------------------------------------------------------------------------------


def _circumstances() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """There is no way back: what was kept since would be lost. Restore a backup instead."""
    raise RuntimeError("Restore a backup taken before this version instead.")
