"""A draft is replayed over what was filed in a period, with everything else as it was in force on each day; nothing is written.

The same declarations, as they stand on file today, are answered twice: by the policy in force on their day, and by the same policy
with the draft in the place of its document. Withdrawn ones are left out.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from declarations import packing, world
from declarations.models import CompanyBelow, PolicyDocument
from declarations.rehearsing import one_by_one, reading
from declarations.rehearsing.answering import Answers, answer
from declarations.rehearsing.asking import Asking
from declarations.rehearsing.block import Block, Profiles
from declarations.rehearsing.money import Changer, days_of
from declarations.rehearsing.result import Rehearsal
from workflows.policy.document import Document, InForce, in_force, load
from workflows.words import Kind

WORKERS = 2
READING = 0.4  # of the whole, roughly
Progress = Callable[[float], None]


@dataclass(frozen=True)
class _Pair:
    """What a company's declarations of some days are answered by: the policy as it was, and with the draft."""

    before: InForce
    after: InForce
    company: Any  # a company's facts; several of the same kind share a pair


def rehearse(
    *, engine: Engine, draft: Document, first_on: date, last_on: date, progress: Progress = lambda share: None
) -> Rehearsal:
    """What `draft` would have answered to what was filed from `first_on` to `last_on` (local days, both included).

    `progress` hears the share of the work that is done, from 0 to 1. Reads only; it opens connections of its own.
    """
    filed = reading.read(engine, lambda share: progress(share * READING))
    with Session(engine) as session:
        documents = [load(row.text, row.key) for row in session.scalars(select(PolicyDocument).order_by(PolicyDocument.id))]
        pairs, which = _pairs(session, documents, draft, filed)
        first, last = (day.toordinal() - packing.EPOCH for day in (first_on, last_on))
        meant = (filed.rows["filed"] >= first) & (filed.rows["filed"] <= last) & (which >= 0)
        changer = _changer(session, filed, pairs)
        before, after = _answers(filed, pairs, np.where(meant, which, -1), changer, progress)
        _finish_by_engine(session, filed, pairs, which, meant, before, after)
    return Rehearsal.of(draft, first_on, last_on, filed, np.flatnonzero(meant), before, after, _names(engine))


def _names(engine: Engine) -> dict[int, str]:
    with engine.connect() as connection:
        return {number: row.name for number, row in reading.companies(connection).items()}


def _pairs(session: Session, documents: list[Document], draft: Document, filed: reading.Filed) -> tuple[list[_Pair], Any]:
    """The different pairs, and for each row the place of its own; -1 where the draft has nothing to say."""
    always = draft.model_copy(update={"effective_from": date.min})
    with_draft = [document for document in documents if document.key != draft.key] + [always]
    starts = sorted({document.effective_from for document in documents})
    days = np.array([day.toordinal() - packing.EPOCH for day in starts], np.int64)
    rows = filed.rows
    standing = np.array([c.undated or c.facts.kind in (Kind.INTEREST, Kind.CONFLICT) for c in filed.commons] or [False], bool)
    on = np.where(standing[rows["profile"]], rows["filed"], rows["day"])
    stretch = np.searchsorted(days, on, "right").astype(np.int64)
    codes = rows["company"].astype(np.int64) * (len(starts) + 1) + stretch
    different, which = np.unique(codes, return_inverse=True)
    companies, above = reading.companies(session.connection()), _above(session)
    pairs: dict[object, int] = {}
    found: list[_Pair] = []
    place = np.empty(len(different), np.int64)
    for number, code in enumerate(different):
        company, part = divmod(int(code), len(starts) + 1)
        day = starts[part - 1] if part else date.min
        keys = [companies[one].key for one in above[company]]
        before, after = (in_force(each, keys[0], keys[1:], day) for each in (documents, with_draft))
        if before.digest == after.digest or not _says_else(before, after):
            place[number] = -1
            continue
        facts = world.company_facts(companies[company], datetime.now(UTC))
        name = (before.digest, after.digest, *sorted(_here(facts, before, after).items()))
        if name not in pairs:
            pairs[name] = len(found)
            found.append(_Pair(before, after, facts))
        place[number] = pairs[name]
    return found, place[which.reshape(-1)]


def _says_else(before: InForce, after: InForce) -> bool:
    """Whether the two differ in more than the day from which the draft is meant to hold."""
    return [_without_day(document) for document in before.documents] != [_without_day(document) for document in after.documents]


def _without_day(document: Document) -> Document:
    """The document as if it always held."""
    return document.model_copy(update={"effective_from": date.min})


def _above(session: Session) -> dict[int, list[int]]:
    """Each company with those above it, nearest first, itself at the head."""
    query = select(CompanyBelow.company_id, CompanyBelow.ancestor_id).order_by(CompanyBelow.company_id, CompanyBelow.depth)
    found: dict[int, list[int]] = {}
    for company, ancestor in session.execute(query):
        found.setdefault(company, []).append(ancestor)
    return found


def _here(company: Any, *policies: InForce) -> dict[str, str]:
    """What predicates may know of the company: its key only where a rule asks for it, so that companies can be taken together."""
    asks = any(c.name == "company" for policy in policies for _, rule in policy.rules for c, _ in rule.conditions)
    return {"currency": company.currency, "country": company.country} | ({"key": company.key} if asks else {})


def _changer(session: Session, filed: reading.Filed, pairs: list[_Pair]) -> Changer:
    """The rates of every day and currency that could be needed."""
    stated = {c.currency for c in filed.commons if c.currency} | {c.base_currency for c in filed.commons}
    for pair in pairs:
        stated |= {pair.company.currency} | {p.currency(pair.company.currency) for p in (pair.before, pair.after) if p.documents}
        rules = [rule for policy in (pair.before, pair.after) for _, rule in policy.rules]
        stated |= {limits.for_company(pair.company.currency).currency for rule in rules for limits in rule.limits}
    days: Iterable[date] = days_of([filed.rows["day"], filed.rows["filed"]]) if len(stated) > 1 else ()
    rates = world.rates_for(session, {(currency, day) for currency in stated for day in days})
    return Changer(rates, sorted(stated))


def _answers(
    filed: reading.Filed, pairs: list[_Pair], which: Any, changer: Changer, progress: Progress
) -> tuple[Answers, Answers]:
    """Both answers to every row with a pair; blank for the others."""
    before, after = Answers.blank(len(which)), Answers.blank(len(which))
    parts, profiles = list(_parts(filed, pairs, which)), Profiles(filed.commons)
    done = 0.0

    def work(part: Any) -> None:
        nonlocal done
        block = Block(filed.rows[part], filed.group[part], profiles, changer)
        mine = which[part]
        for number in np.unique(mine[mine >= 0]):
            pair = pairs[number]
            rows = np.flatnonzero(mine == number)
            here = _here(pair.company, pair.before, pair.after)
            before.put(part[rows], answer(Asking(block, pair.before, here), rows))
            after.put(part[rows], answer(Asking(block, pair.after, here), rows))
        done += 1 / len(parts)
        progress(READING + done * (1 - READING))

    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(work, parts))
    return before, after


def _parts(filed: reading.Filed, pairs: list[_Pair], which: Any) -> Iterable[Any]:
    """Row numbers of people whose rows are worked on together: everything they filed, by the currency of the company they filed in."""
    declarant = filed.rows["declarant"]
    if not len(declarant):
        return
    currencies = sorted({pair.company.currency for pair in pairs})
    code = np.array([currencies.index(pair.company.currency) for pair in pairs] + [-1], np.int64)[which]
    for number in range(len(currencies)):
        theirs = np.zeros(int(declarant.max()) + 1, bool)
        theirs[declarant[code == number]] = True
        for worker in range(WORKERS):
            part = np.flatnonzero(theirs[declarant] & (declarant % WORKERS == worker))
            if len(part):
                yield part


def _finish_by_engine(
    session: Session, filed: reading.Filed, pairs: list[_Pair], which: Any, meant: Any, before: Answers, after: Answers
) -> None:
    """The rows left to the engine, one by one."""
    left = np.flatnonzero(meant & (before.left | after.left))
    place = {int(filed.rows["id"][row]): int(row) for row in left}
    for number, facts in one_by_one.filed(session, place):
        row = place[number]
        pair = pairs[which[row]]
        for found, policy in ((before, pair.before), (after, pair.after)):
            said = one_by_one.says(one_by_one.assessed(session, number, facts, policy, pair.company))
            found.outcome[row], found.reviews[row], found.missed[row] = said
            found.left[row] = False
