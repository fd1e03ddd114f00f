"""The one hand that writes declarations: lock the row, build Case and World, advance, write event, state and notices, commit once."""
