"""A name is found however it is typed: without accents, case or double spaces, in any Unicode form."""

import unicodedata

from workflows.spelling import tidy

# letters that Unicode does not take apart into a letter and an accent
_PLAIN = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ı": "i"})
_VOICING = "\u3099\u309a"  # Japanese marks that make another sound, not an accent
LONGEST = 200


def search_name(name: str) -> str:
    """The folded name kept beside the real one: NFKD, casefolded, no accents. What is typed into a search is folded alike."""
    if name.isascii() and name.isprintable():
        return " ".join(name.split()).casefold()[:LONGEST]
    text = unicodedata.normalize("NFKD", tidy(name)).casefold().translate(_PLAIN)
    kept = "".join(c for c in unicodedata.normalize("NFD", text) if unicodedata.category(c) != "Mn" or c in _VOICING)
    return unicodedata.normalize("NFC", kept)[:LONGEST]
