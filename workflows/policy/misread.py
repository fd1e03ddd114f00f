"""What pydantic finds wrong with a value is said in the words of policies: what belongs in its place."""

from typing import Any

from workflows.policy.sentences import Sentence
from workflows.words import N_

SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"
CURRENCY = r"^[A-Z]{3}$"

_PATTERNS = {
    SLUG: N_("use small letters, digits and single hyphens, such as gift-manager"),
    CURRENCY: N_("a currency is three capital letters, such as DKK"),
}
_TEXT = N_("write it as text, in quotation marks")
_NUMBER = N_("write a whole number, without quotation marks")
_TABLE = N_("this must be a table")
_LIST = N_("this must be a list")
_DAY = N_("write a day, such as 2026-01-31")
_YES_NO = N_("the answer is true or false")
_BY_TYPE = {
    "missing": N_("this is missing"),
    "string_type": _TEXT,
    "string_too_short": N_("the text is empty"),
    "too_short": N_("at least one is needed"),
    "int_type": _NUMBER,
    "int_parsing": _NUMBER,
    "int_from_float": _NUMBER,
    "int_parsing_size": _NUMBER,
    "finite_number": _NUMBER,
    "bool_type": _YES_NO,
    "bool_parsing": _YES_NO,
    "model_type": _TABLE,
    "model_attributes_type": _TABLE,
    "dict_type": _TABLE,
    "tuple_type": _LIST,
    "list_type": _LIST,
    "frozen_set_type": _LIST,
    "date_type": _DAY,
    "date_parsing": _DAY,
    "date_from_datetime_parsing": _DAY,
    "date_from_datetime_inexact": _DAY,
}


def said(error: Any) -> Sentence:
    """What a validation error of pydantic says. What a validator of ours raised is its own sentence."""
    context = error.get("ctx") or {}
    match error["type"]:
        case "value_error":
            sentence = context["error"].args[0]
            assert isinstance(sentence, Sentence)
            return sentence
        case "string_pattern_mismatch":
            return Sentence(_PATTERNS[context["pattern"]])
        case "greater_than_equal":
            return Sentence(N_("it must be at least %(number)s"), number=context["ge"])
        case "less_than_equal":
            return Sentence(N_("it must be at most %(number)s"), number=context["le"])
        case "literal_error":
            return Sentence(N_("it is one of %(known)s"), known=context["expected"])
        case other:
            return Sentence(_BY_TYPE.get(other, N_("this is not what belongs here")))
