"""What time it is, asked in one place so that tests and the demo's story can say otherwise."""

from collections.abc import Callable
from datetime import UTC, datetime

from flask import current_app


def now() -> datetime:
    """The present moment in UTC; `app.config["CLOCK"]`, a callable, overrides it."""
    clock: Callable[[], datetime] | None = current_app.config.get("CLOCK")
    return clock() if clock else datetime.now(UTC)
