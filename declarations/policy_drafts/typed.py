"""What was typed into the form of a draft becomes single changes of its text; only what differs is changed, nothing is guessed."""

import re
from dataclasses import dataclass, field
from datetime import date

from werkzeug.datastructures import MultiDict

from declarations.display import _
from declarations.policy_drafts.shape import Field, Item, fields
from declarations.policy_drafts.text import Path, Value
from workflows.kinds.numbers import NotANumber, parse_amount
from workflows.money import Money
from workflows.words import N_

Posted = MultiDict[str, str]

NOT_A_DAY = N_("Write the day as year, month, day, such as 2027-01-31.")
NOT_A_COUNT = N_("Write a whole number, such as 12.")
NOT_A_CURRENCY = N_("Write the three capital letters of a currency, such as DKK.")
AMOUNT_MISSING = N_("Write the amount too.")


@dataclass
class Typed:
    """The changes that were asked for, and by field name a sentence about what could not be read."""

    changes: dict[Path, Value] = field(default_factory=dict)
    slips: dict[str, str] = field(default_factory=dict)


def read(form: tuple[Item, ...], posted: Posted, locale: str) -> Typed:
    """What differs between the form as it was shown and as it came back, in the numbers of `locale`."""
    found = Typed()
    for one in fields(form):
        if one.kind == "picks":
            _picks(one, posted, found)
        elif one.kind == "limit":
            _limit(one, posted, locale, found)
        elif one.kind in ("number", "share", "ranked"):
            _number(one, posted, found)
        else:
            text = posted.get(one.name)
            if text is not None and _plain(text, one) != one.shown:
                _value(one, _plain(text, one), found)
    return found


def _plain(text: str, one: Field) -> str:
    text = text.replace("\r\n", "\n").strip()
    return text if one.kind == "long" else " ".join(text.split())


def _value(one: Field, text: str, found: Typed) -> None:
    if not text:
        found.changes[one.path] = None if one.kind != "line" or _may_go(one.path) else ""
    elif one.kind == "count":
        _count(one, text, one.path, found)
    elif one.kind == "day":
        try:
            found.changes[one.path] = date.fromisoformat(text)
        except ValueError:
            found.slips[one.name] = _(NOT_A_DAY)
    elif one.kind == "yes_no":
        found.changes[one.path] = text == "yes"
    elif one.kind == "words":
        found.changes[one.path] = words(text)
    elif one.path[-1] == "outcome" or one.path[0] == "otherwise":
        found.changes[one.path] = _route(one, text)
    else:
        found.changes[one.path] = text


def _may_go(path: Path) -> bool:
    return path[-1] in ("source", "replaces", "if_unapproved", "on_behalf_of")


def _route(one: Field, text: str) -> Value:
    parts = text.split()
    return text if one.kind != "choice" or len(parts) == 1 else parts


def words(text: str) -> list[str]:
    """Words separated by commas or spaces."""
    return [word for word in re.split(r"[,;、\s]+", text) if word]


def _picks(one: Field, posted: Posted, found: Typed) -> None:
    if posted.get(f"{one.name}:shown") is None:
        return
    chosen = posted.getlist(one.name)
    if frozenset(chosen) != one.picked:
        order = [slug for slug, _said in one.choices if slug in chosen]
        found.changes[one.path] = order or None


def _number(one: Field, posted: Posted, found: Typed) -> None:
    text, operator = posted.get(one.name), posted.get(f"{one.name}:operator") or one.operator
    if text is None or (text.strip() == one.shown and operator == one.operator):
        return
    if operator != one.operator:
        found.changes[(*one.path, one.operator)] = None
    if one.kind == "share":
        found.changes[(*one.path, operator)] = text.strip().replace(",", ".")
    elif one.kind == "ranked":
        found.changes[(*one.path, operator)] = text.strip()
    else:
        _count(one, text.strip(), (*one.path, operator), found)


def _count(one: Field, text: str, path: Path, found: Typed) -> None:
    if re.fullmatch(r"[0-9]{1,9}", text):
        found.changes[path] = int(text)
    else:
        found.slips[one.name] = _(NOT_A_COUNT)


def _limit(one: Field, posted: Posted, locale: str, found: Typed) -> None:
    operator = posted.get(f"{one.name}:operator") or one.operator
    changes: dict[str, str | None] = {}
    for currency, shown, _written in one.amounts:
        text = posted.get(f"{one.name}:{currency}")
        if text is not None and text.strip() != shown:
            changes[currency] = _amount(one, text.strip(), currency, locale, found) if text.strip() else None
    changes |= _one_more(one, posted, locale, found)
    if any(name.startswith(f"{one.name}:") for name in found.slips):
        changes = {currency: amount for currency, amount in changes.items() if f"{one.name}:{currency}" not in found.slips}
    if operator == one.operator:
        place = (*one.path, operator) if operator else one.path
        found.changes |= {(*place, currency): amount for currency, amount in changes.items()}
        return
    table = {currency: written for currency, _shown, written in one.amounts} | changes
    found.changes[(*one.path, one.operator)] = None
    found.changes[(*one.path, operator)] = {currency: amount for currency, amount in table.items() if amount is not None}


def _one_more(one: Field, posted: Posted, locale: str, found: Typed) -> dict[str, str | None]:
    currency = (posted.get(f"{one.name}:+currency") or "").strip().upper()
    text = (posted.get(f"{one.name}:+amount") or "").strip()
    if not currency and not text:
        return {}
    if not re.fullmatch(r"[A-Z]{3}", currency):
        found.slips[f"{one.name}:+currency"] = _(NOT_A_CURRENCY)
        return {}
    if not text:
        found.slips[f"{one.name}:+amount"] = _(AMOUNT_MISSING)
        return {}
    amount = _amount(one, text, currency, locale, found, "+amount")
    return {} if amount is None else {currency: amount}


def _amount(one: Field, text: str, currency: str, locale: str, found: Typed, part: str = "") -> str | None:
    try:
        return amount_text(parse_amount(text, locale, currency))
    except NotANumber as slip:
        found.slips[f"{one.name}:{part or currency}"] = _(slip.sentence)
        return None


def amount_text(money: Money) -> str:
    """An amount as documents write it: "500" or "67.50"."""
    amount = money.amount
    return str(int(amount)) if amount == int(amount) else f"{amount:f}"
