"""One outside firm or person has one counterparty: numbers and Unicode forms join, look-alikes are only suggested to a person."""

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from rapidfuzz import fuzz
from sqlalchemy import BindParameter, ColumnElement, Select, Table, and_, bindparam, func, insert, or_, select, true
from sqlalchemy.orm import Session

from declarations.counterparty_events import tell_created, tell_group, tell_number, tell_spelling
from declarations.direct import run
from declarations.evidence.hand import Hand
from declarations.models import Counterparty, CounterpartyGroup, NameToken, Spelling
from workflows.spelling import LONGEST_NAME, fold, letters, normalise_number, tidy, tokens
from workflows.words import CounterpartyClass, Role

__all__ = [
    "ALIKE",
    "NewCounterparty",
    "Suggestion",
    "alone_with",
    "alone_with_number",
    "create",
    "create_group",
    "find",
    "find_or_create",
    "fold",
    "keep_spelling",
    "landed",
    "likeness",
    "normalise_number",
    "suggest",
]

ALIKE = 84  # likeness out of 100 from which two names are perhaps one
_WORTH_SHOWING = 55
_CANDIDATES = 200


@dataclass(frozen=True)
class NewCounterparty:
    """What is known of an outside firm or person that was typed, not picked. `country` is ISO 3166-1 alpha-2."""

    name: str
    class_: str
    country: str | None = None
    registered_number: str | None = None


@dataclass(frozen=True)
class Suggestion:
    """A counterparty that what was typed may mean; `written` is the spelling that matched, `score` its likeness out of 100."""

    id: int
    public_id: str
    name: str
    written: str
    class_: str
    country: str | None
    currency: str | None
    registered_number: str | None
    score: int
    same: bool  # the very name, but for its Unicode form, letter case and spaces; or the very number

    @property
    def label(self) -> str:
        """What stands in a list of suggestions: the name, and what tells it from its namesakes."""
        apart = " ".join(part for part in (self.country, self.registered_number) if part)
        return f"{self.name} ({apart})" if apart else self.name


def _known_to(by_id: int | BindParameter[int | None]) -> ColumnElement[bool]:
    return or_(Counterparty.class_ != CounterpartyClass.PRIVATE_PERSON, Counterparty.created_by_id.is_not_distinct_from(by_id))


# Built once: building a statement costs more than running it.
_NUMBERED = (
    select(Counterparty)
    .where(Counterparty.country == bindparam("country"), Counterparty.registered_number == bindparam("number"))
    .order_by(Counterparty.id)
    .limit(1)
)
_SPELT = (
    select(Spelling)
    .join(Counterparty)
    .where(Spelling.folded == bindparam("folded"), _known_to(bindparam("by")))
    .order_by(Spelling.id)
    .limit(_CANDIDATES)
)
_WRITTEN = (
    select(Spelling.written)
    .join(Counterparty)
    .where(
        Spelling.folded == bindparam("folded"),
        or_(Counterparty.id == bindparam("firm"), Counterparty.same_as_id == bindparam("firm")),
    )
)
_NEW_GROUP = insert(cast(Table, CounterpartyGroup.__table__)).returning(CounterpartyGroup.id)
_NEW_SPELLING = insert(cast(Table, Spelling.__table__)).returning(Spelling.id)
_NEW_TOKENS = insert(cast(Table, NameToken.__table__))


def landed(session: Session, counterparty: Counterparty) -> Counterparty:
    """The counterparty that a linked one is the same as; itself if it is not linked."""
    while counterparty.same_as_id is not None:
        counterparty = session.get_one(Counterparty, counterparty.same_as_id)
    return counterparty


def find(session: Session, new: NewCounterparty, *, by_id: int | None = None) -> Counterparty | None:
    """Who is certainly meant: the same number, or the same letters where neither country nor number speaks against it.

    A private person is the same only to whoever named them before: two colleagues' Lars Jensen need not be one man.
    """
    number = normalise_number(new.registered_number, new.country)
    if number and new.country:
        known = session.scalars(_NUMBERED, {"country": new.country, "number": number}).first()
        if known:
            return landed(session, known)
    wanted = letters(new.name)
    for spelling in session.scalars(_SPELT, {"folded": fold(new.name), "by": by_id}):
        one = spelling.counterparty
        apart = (number and one.registered_number and number != one.registered_number) or (
            new.country and one.country and new.country != one.country
        )
        if letters(spelling.written) == wanted and not apart:
            return landed(session, one)
    return None


def find_or_create(session: Session, *, new: NewCounterparty, by_id: int | None, now: datetime) -> Counterparty:
    """The counterparty that `new` means, created with an event if there is none; its spelling is kept either way.

    Call it inside `writing()`. `by_id` is the person who names it (None: an import), `now` is UTC.
    """
    number = normalise_number(new.registered_number, new.country)
    alone_with(session, f"spelling/{fold(new.name)}")  # two people typing the same new name make one counterparty
    if number:
        alone_with_number(session, number)
    hand = Hand(now, Role.DECLARANT, by_id)
    found = find(session, new, by_id=by_id) or create(session, new, hand)
    if number and not found.registered_number and found.country in (None, new.country):
        found.registered_number, found.country = number, new.country or found.country
        session.flush()
        tell_number(session, found, hand)
    keep_spelling(session, found, new.name, hand)
    return found


def alone_with_number(session: Session, number: str) -> None:
    """Whoever gives a counterparty this registered number waits for whoever does the same, so that it is never given twice."""
    alone_with(session, f"number/{number}")


def alone_with(session: Session, key: str, *, shared: bool = False) -> None:
    """Wait for every transaction that holds this key, and hold it until the end; SQLite lets only one write at a time anyway.

    Those that hold it `shared` wait only for one that holds it alone.
    """
    if session.get_bind().dialect.name == "postgresql":
        hold = func.pg_advisory_xact_lock_shared if shared else func.pg_advisory_xact_lock
        session.execute(select(hold(func.hashtext(key))))


def create(session: Session, new: NewCounterparty, hand: Hand, group_id: int | None = None) -> Counterparty:
    """A new counterparty with its event, in a group of its own unless one is given. Its spelling is not kept yet."""
    name = tidy(new.name)[:LONGEST_NAME]
    made = Counterparty(
        name=name,
        class_=new.class_,
        country=new.country,
        registered_number=normalise_number(new.registered_number, new.country),
        group_id=group_id or create_group(session, name, hand),
        created_at=hand.at,
        created_by_id=hand.actor_id,
    )
    session.add(made)
    session.flush()
    tell_created(session, made, hand)
    return made


def create_group(session: Session, name: str, hand: Hand) -> int:
    """The id of a new group that nobody counts with yet."""
    group_id: int = run(session, _NEW_GROUP, {"name": name}).scalar_one()
    tell_group(session, group_id, name, hand, begins=True)
    return group_id


def keep_spelling(session: Session, counterparty: Counterparty, written: str, hand: Hand) -> None:
    """Remember a way the name was written, with its words for the look-up; once each."""
    written = tidy(written)[:LONGEST_NAME]
    folded = fold(written)
    if written in run(session, _WRITTEN, {"folded": folded, "firm": counterparty.id}).scalars().all():
        return
    spelling = {"counterparty_id": counterparty.id, "written": written, "folded": folded}
    spelling_id: int = run(session, _NEW_SPELLING, spelling).scalar_one()
    tell_spelling(session, spelling_id, written, counterparty, hand)
    words = [{"token": token, "spelling_id": spelling_id} for token in sorted(tokens(written))]
    if words:
        run(session, _NEW_TOKENS, words)


def suggest(session: Session, text: str, limit: int = 8, *, viewer_id: int | None = None) -> list[Suggestion]:
    """Whom `text` may mean, likeliest first: by words begun or slightly mistyped, and by registered number.

    With a `viewer_id`, private persons others have named are left out: nobody reads through other people's acquaintances.
    """
    allowed = _known_to(viewer_id) if viewer_id is not None else true()
    text = text[:LONGEST_NAME]
    wanted, folded = letters(text), fold(text)
    best: dict[int, tuple[int, bool, str, Counterparty]] = {}
    for one in _with_number(session, text, allowed):
        best[one.same_as_id or one.id] = (100, True, one.name, one)
    for spelling in _with_words(session, folded, allowed, limit):
        same = letters(spelling.written) == wanted
        score = 100 if same else likeness(folded, spelling.folded)
        one = spelling.counterparty
        key = one.same_as_id or one.id
        if score >= _WORTH_SHOWING and (key not in best or best[key][:2] < (score, same)):
            best[key] = (score, same, spelling.written, one)
    ranked = sorted(best.items(), key=lambda pair: (-pair[1][0], -pair[1][1], pair[1][2], pair[0]))[:limit]
    return [_suggestion(landed(session, one), written, score, same) for _key, (score, same, written, one) in ranked]


def _suggestion(one: Counterparty, written: str, score: int, same: bool) -> Suggestion:
    return Suggestion(
        id=one.id,
        public_id=one.public_id,
        name=one.name,
        written=written,
        class_=one.class_,
        country=one.country,
        currency=one.currency,
        registered_number=one.registered_number,
        score=score,
        same=same,
    )


def likeness(typed: str, known: str) -> int:
    """How alike two folded names are, out of 100; a name begun counts nearly as much as one written out."""
    begun = 95.0 if typed and f" {typed}" in f" {known}" else 0.0
    several = 0.97 * fuzz.token_set_ratio(typed, known) if " " in typed and " " in known else 0.0
    return round(max(begun, fuzz.token_sort_ratio(typed, known), several))


def _with_number(session: Session, text: str, allowed: ColumnElement[bool]) -> list[Counterparty]:
    number = normalise_number(text, None)
    if not number or sum(c.isdigit() for c in number) < 4:
        return []
    exact = {number, number[2:].lstrip("0") if number[:2].isalpha() else number}  # "DK12345678" typed with its country
    return list(session.scalars(select(Counterparty).where(Counterparty.registered_number.in_(sorted(exact)), allowed).limit(8)))


def _with_words(session: Session, folded: str, allowed: ColumnElement[bool], limit: int) -> list[Spelling]:
    """Spellings with all the words begun; if few, with some of them; or with their first letters only (a typing mistake)."""
    words = sorted(folded.split(), key=len, reverse=True)[:5]
    if not words or sum(map(len, words)) < 2:
        return []
    beginnings = [_begun(word, allowed) for word in words]
    together = beginnings[0].intersect(*beginnings[1:]) if len(beginnings) > 1 else beginnings[0]
    found = dict.fromkeys(session.scalars(together.limit(_CANDIDATES)))
    if len(found) < limit:
        shorter = [word[: max(3, len(word) * 2 // 3)] for word in words if len(word) > 3]
        for word in dict.fromkeys([*words, *shorter]):
            if len(word) > 1:
                nearest_first = _begun(word, allowed).order_by(NameToken.token).limit(_CANDIDATES)
                found |= dict.fromkeys(session.scalars(nearest_first))
    return list(session.scalars(select(Spelling).where(Spelling.id.in_(list(found))))) if found else []


def _begun(word: str, allowed: ColumnElement[bool]) -> Select[int]:
    """Spellings with a word that begins so: a range of the primary key, which both databases order by code point."""
    return (
        select(NameToken.spelling_id)
        .join(Spelling, Spelling.id == NameToken.spelling_id)
        .join(Counterparty, Counterparty.id == Spelling.counterparty_id)
        .where(and_(NameToken.token >= word, NameToken.token < word + "\U0010ffff"), allowed)
    )
