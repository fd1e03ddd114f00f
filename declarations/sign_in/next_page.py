"""After signing in people go where they wanted to, if that is a page of ours; an address elsewhere is never followed."""

from urllib.parse import urlsplit

from flask import request


def safe(path: str | None) -> str | None:
    """`path` if it is a plain path on this site such as "/queue?page=2", else None."""
    if not path or len(path) > 1000 or not path.startswith("/") or path.startswith("//"):
        return None
    if "\\" in path or any(ord(c) < 33 or ord(c) == 127 for c in path):
        return None
    parts = urlsplit(path)
    return None if parts.scheme or parts.netloc else path


def referring() -> str | None:
    """The page of ours a form was sent from, if the browser tells."""
    parts = urlsplit(request.referrer or "")
    if parts.netloc != request.host:
        return None
    return safe(f"{parts.path}?{parts.query}" if parts.query else parts.path)
