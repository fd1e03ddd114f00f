"""How names and registered numbers are compared: Unicode form and case never matter, legal forms only for likeness."""

import re
import unicodedata

LONGEST_NAME = 300

_LEGAL_FORMS = tuple(
    sorted(
        (
            tuple(form.split())
            for form in (
                "as|aps|ivs|is|ks|amba|gmbh|gmbh and co kg|gmbh and co|ag|kg|kgaa|ohg|ug|ev|eg|mbh|se|ltd|limited|plc|llc|llp|lp|"
                "inc|incorporated|corp|corporation|co|co ltd|company|company limited|pte ltd|pty ltd|pvt ltd|private limited|sa|"
                "sas|sarl|srl|spa|sl|slu|lda|bv|nv|cv|vof|bvba|oy|oyj|ab|hb|asa|ans|da|ehf|hf|ou|uab|sia|kft|zrt|nyrt|sro|doo|"
                "spol sro|sp zoo|sp z oo|spolka z oo|spolka akcyjna|sp k|kk|kabushiki kaisha|yk|gk|cic|cio"
            ).split("|")
        ),
        key=len,
        reverse=True,
    )
)
_JAPANESE_FORMS = re.compile(r"株式会社|有限会社|合同会社|\((?:株|有|同)\)")
_DOTTED = re.compile(r"(?<!\w)((?:\w[./]\s?)+\w)\b\.?")  # "S.A.", "A/S", "z o.o."
_LETTERS = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "ð": "d", "đ": "d", "þ": "th", "ł": "l", "ı": "i"})
_VOICING = "\u3099\u309a"  # Japanese marks that make another sound, not an accent
_RUN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff々ー]{2,}")
_REGISTERS = re.compile(
    r"^(?:CVR|SE|VAT|UID|KRS|NIP|REGON|SIREN|SIRET|KVK|CRN|EIN|ORG|COMPANY|REGISTERED|REGISTRATION|REG|NUMBER|NO|NR|ID|NUM)+"
    r"(?=[A-Z]{0,2}\d)"
)


def tidy(name: str) -> str:
    """The name as it is kept: composed Unicode, no control characters, single spaces."""
    text = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in unicodedata.normalize("NFC", name))
    return " ".join(text.split())


def letters(name: str) -> str:
    """Two names with the same letters are one name; "Acme A/S" and "Acme AB" are not."""
    return tidy(unicodedata.normalize("NFKC", name)).casefold()


def fold(name: str) -> str:
    """The name for likeness: also without accents, punctuation and the legal form at its end, unless it is nothing else."""
    text = letters(name).replace("&", " and ")
    text = _JAPANESE_FORMS.sub(" ", text) if _JAPANESE_FORMS.sub("", text).strip() else text
    text = _without_accents(_DOTTED.sub(lambda found: re.sub(r"[./\s]", "", found[1]), text))
    words = re.sub(r"[^\w]+|_", " ", re.sub(r"['’`´]", "", text)).split()
    if len(words) > 1 and words[0] == "the":
        words = words[1:]
    kept = words
    while (form := _form_at_the_end(kept)) and len(kept) > form:
        kept = kept[:-form]
    return " ".join(kept)[:LONGEST_NAME] or letters(name)[:LONGEST_NAME]


def _form_at_the_end(words: list[str]) -> int:
    return next((len(form) for form in _LEGAL_FORMS if tuple(words[-len(form) :]) == form), 0)


def _without_accents(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text.translate(_LETTERS))
    kept = "".join(c for c in decomposed if unicodedata.category(c) != "Mn" or c in _VOICING)
    return unicodedata.normalize("NFC", kept)


def tokens(name: str) -> frozenset[str]:
    """What a name is found by: its folded words, and every tail of a run of Chinese or Japanese characters."""
    folded = fold(name)
    words = {word[:60] for word in folded.split()}
    for run in _RUN.findall(folded):
        words |= {run[start : start + 60] for start in range(min(len(run) - 1, 12))}
    return frozenset(words)


def normalise_number(text: str | None, country: str | None) -> str | None:
    """A registered number for comparing: upper case, no spaces, signs, register's name, country or leading zeros.

    None if there is no digit but zeros in it.
    """
    number = re.sub(r"[^0-9A-Z]", "", unicodedata.normalize("NFKC", text or "").upper())
    number = _REGISTERS.sub("", number)
    prefix = {"GR": "EL"}.get(country or "", country or "")
    if prefix and re.fullmatch(rf"{re.escape(prefix)}[A-Z]?\d[0-9A-Z]*", number):
        number = number.removeprefix(prefix)
    alphabetic = len(number) - len(number.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    digits = number[alphabetic:].lstrip("0")
    return f"{number[:alphabetic]}{digits}"[:60] if digits else None
