"""The record: events, their signatures and tree, checkpoints and receipts, and what holds the database against them."""
