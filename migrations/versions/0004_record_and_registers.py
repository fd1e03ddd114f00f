"""Signatures, a tree and checkpoints over the record; registers that are compared, signed off and sampled."""

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what the record's second and third layer and audit's work on registers keep."""


def downgrade() -> None:
    """There is no way back: what was kept since would be lost. Restore a backup instead."""
    raise RuntimeError("Restore a backup taken before this version instead.")
