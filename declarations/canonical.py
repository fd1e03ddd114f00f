"""RFC 8785's canonical JSON: by the encoder in C where its bytes are sure to be the same, else by the library that knows all of it."""

import json
from typing import Any

import rfc8785

_FARTHEST = 2**53 - 1  # beyond it an integer is not the same everywhere, and the library says so
_WORDS = (str, bool, type(None))
_encode = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":"), sort_keys=True).encode


def dumps(value: Any) -> bytes:
    """The canonical bytes of plain JSON. Raises ValueError, as the library does, for what has none."""
    if _simple(value):
        try:
            return _encode(value).encode()
        except UnicodeEncodeError:  # half a surrogate pair: let the library say so
            pass
    return rfc8785.dumps(value)


def _simple(value: Any) -> bool:
    """No fractions, nothing of a type of its own, and only keys whose order is the same in UTF-16 as in code points."""
    kind = type(value)
    if kind in _WORDS:
        return True
    if kind is int:
        return bool(-_FARTHEST <= value <= _FARTHEST)
    if kind is dict:
        return all(type(name) is str and name.isascii() and (type(one) in _WORDS or _simple(one)) for name, one in value.items())
    return (kind is list or kind is tuple) and all(map(_simple, value))
