"""Passwords are kept as argon2 hashes; checking takes the same time for all; what is wrong with one is said in a sentence."""

import unicodedata
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from workflows.words import N_

SHORTEST = 12
LONGEST = 200
FEWEST_DIFFERENT = 5

_ROWS = ("abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm", "qwertzuiopasdfghjklyxcvbnm", "0123456789")
_RUNS = tuple(run for row in _ROWS for run in (3 * row, 3 * row[::-1]))
_hasher = PasswordHasher()


def _typed(password: str) -> str:
    """The same keys give the same text on every keyboard and system."""
    return unicodedata.normalize("NFKC", password)


def hashed(password: str) -> str:
    """What is stored instead of the password."""
    return _hasher.hash(_typed(password))


def agrees(password: str, stored: str | None) -> bool:
    """True if `password` is the stored one. Takes as long when nothing is stored, so that the clock tells no one who exists."""
    try:
        _hasher.verify(stored or _nobodys(), _typed(password))
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


def is_outdated(stored: str) -> bool:
    """True if argon2's recommended parameters have changed since; the next sign-in then hashes anew."""
    return _hasher.check_needs_rehash(stored)


@lru_cache(maxsize=1)
def _nobodys() -> str:
    return _hasher.hash("nobody has this password")


def weakness(password: str, *, name: str, email: str) -> str | None:
    """One sentence (English, marked for translation) about why this cannot be the password, or None if it can."""
    text = _typed(password).casefold()
    bare = "".join(text.split())
    if len(text) < SHORTEST:
        return N_("Please use at least 12 characters. A short sentence is easy to remember.")
    if len(text) > LONGEST:
        return N_("Please use at most 200 characters.")
    if len(set(bare)) < FEWEST_DIFFERENT:
        return N_("This repeats the same few characters. Please mix in some others.")
    core = bare.strip("!.?0123456789") or bare
    if any(core in run for run in _RUNS):
        return N_("This is a row of neighbouring keys, which is guessed first. Please use words instead.")
    own = {email.casefold(), email.casefold().partition("@")[0], "".join(name.casefold().split())}
    if any(len(word) > 3 and len(bare) - len(word) < FEWEST_DIFFERENT and word in bare for word in own):
        return N_("This is little more than your own name. Please use something others would not guess.")
    return None
