"""What compliance sees and does: overview, search, people and counterparties, linking, and what late entries re-opened."""
