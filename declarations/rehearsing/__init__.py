"""What a draft of a policy would have answered to everything filed, worked out in columns and equal to the engine row for row."""
