"""A draft is replayed over what was filed in a period, with everything else as it was in force on each day; nothing is written.

The same declarations, as they stand on file today, are answered twice: by the policy in force on their day, and by the same policy
with the draft in the place of its document. Withdrawn ones are left out.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from declarations import packing, world
from declarations.models import PolicyDocument
from declarations.rehearsing import one_by_one, reading
from declarations.rehearsing.answering import Answers, answer_by
from declarations.rehearsing.block import Block, Profiles
from declarations.rehearsing.money import Changer, days_of
from declarations.rehearsing.pairing import Pair, pair
from declarations.rehearsing.result import Rehearsal
from workflows.policy.document import Document, load

WORKERS = 2
READING = 0.3  # of the whole, roughly
Progress = Callable[[float], None]


def rehearse(
    *, engine: Engine, draft: Document, first_on: date, last_on: date, progress: Progress = lambda share: None
) -> Rehearsal:
    """What `draft` would have answered to what was filed from `first_on` to `last_on` (local days, both included).

    `progress` hears the share of the work that is done, from 0 to 1. Reads only; it opens connections of its own.
    """
    filed = reading.read(engine, lambda share: progress(share * READING))
    with Session(engine) as session:
        documents = [load(row.text, row.key) for row in session.scalars(select(PolicyDocument).order_by(PolicyDocument.id))]
        pairs, which = pair(session, documents, draft, filed)
        first, last = (day.toordinal() - packing.EPOCH for day in (first_on, last_on))
        meant = (filed.rows["filed"] >= first) & (filed.rows["filed"] <= last) & (which >= 0)
        which = np.where(meant, which, -1)
        before, after = _answers(filed, pairs, which, _changer(session, filed, pairs), progress)
        _finish_by_engine(session, filed, pairs, which, before, after)
        names = {number: row.name for number, row in reading.companies(session.connection()).items()}
    progress(1.0)
    return Rehearsal.of(draft, first_on, last_on, filed, np.flatnonzero(meant), before, after, names)


def _changer(session: Session, filed: reading.Filed, pairs: list[Pair]) -> Changer:
    """The rates of every day and currency that could be needed."""
    stated = {common.currency for common in filed.commons if common.currency} | {common.base_currency for common in filed.commons}
    stated |= {currency for each in pairs for currency in each.currencies()}
    days = days_of([filed.rows["day"], filed.rows["filed"]]) if len(stated) > 1 else set()
    rates = world.rates_for(session, {(currency, day) for currency in stated for day in days})
    return Changer(rates, sorted(stated))


def _answers(
    filed: reading.Filed, pairs: list[Pair], which: Any, changer: Changer, progress: Progress
) -> tuple[Answers, Answers]:
    """Both answers to every row that has a pair; blank for the others."""
    before, after = Answers.blank(len(which)), Answers.blank(len(which))
    parts, profiles = list(_parts(filed, pairs, which)), Profiles(filed.commons)
    done = 0

    def work(part: Any) -> None:
        nonlocal done
        block = Block(filed.rows[part], filed.group[part], profiles, changer)
        mine = which[part]
        for number, each in enumerate(pairs):
            rows = np.flatnonzero(mine == number)
            if len(rows):
                before.put(part[rows], answer_by(block, each.before, each.here, rows))
                after.put(part[rows], answer_by(block, each.after, each.here, rows))
        done += 1
        progress(READING + done / len(parts) * (1 - READING))

    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(work, parts))
    return before, after


def _parts(filed: reading.Filed, pairs: list[Pair], which: Any) -> Iterator[Any]:
    """Row numbers to be worked on together: all that some people filed, by the currency of the companies they filed in."""
    declarant = filed.rows["declarant"]
    if not len(declarant):
        return
    currencies = sorted({each.company.currency for each in pairs})
    code = np.array([*(currencies.index(each.company.currency) for each in pairs), -1], np.int64)[which]
    for number in range(len(currencies)):
        theirs = np.zeros(int(declarant.max()) + 1, bool)
        theirs[declarant[code == number]] = True
        mine = theirs[declarant]
        for worker in range(WORKERS):
            part = np.flatnonzero(mine & (declarant % WORKERS == worker))
            if len(part):
                yield part


def _finish_by_engine(
    session: Session, filed: reading.Filed, pairs: list[Pair], which: Any, before: Answers, after: Answers
) -> None:
    """The rows left to the engine, one by one."""
    left = np.flatnonzero((which >= 0) & (before.left | after.left))
    place = {int(filed.rows["id"][row]): int(row) for row in left}
    for number, company_id, facts in one_by_one.filed(session, place):
        row = place[number]
        each = pairs[which[row]]
        company = replace(each.company, id=company_id)  # of the same kind, all else is alike
        for found, policy in ((before, each.before), (after, each.after)):
            said = one_by_one.says(one_by_one.assessed(session, number, facts, policy, company))
            found.outcome[row], found.reviews[row], found.missed[row] = said
            found.left[row] = False
