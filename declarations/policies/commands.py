"""An installation's first policies and the exchange rates: what is there already is never changed, only followed by newer."""

from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from declarations import clock
from declarations.evidence.papers import RATES, rates_digest
from declarations.evidence.record import Entry, append
from declarations.extensions import writing
from declarations.models import ExchangeRate, Person
from declarations.policies import rates
from declarations.policies.publishing import nobody, publish_in
from workflows.policy.document import Document, PolicyError
from workflows.words import Role


def publish(*, text: bytes, name: str, by_email: str | None) -> tuple[Document, bool]:
    """Bring in one of an installation's first documents, written in `text` (TOML; `name` is how errors call it), by the person of
    that e-mail address, or by nobody named when a fresh installation brings its own. Later versions need two officers and a
    resolution: `policy_drafts.commands`.

    The answer is the document, and False if this very version was there already. Raises PolicyError as `publish_in` does.
    """
    with writing() as session:
        published = publish_in(session, text=text, name=name, signed=None, by_id=_publisher(session, by_email))
    return published.document, published.new


def _publisher(session: Session, by_email: str | None) -> int | None:
    if by_email is None:
        return None
    found = session.scalar(select(Person.id).where(Person.email == by_email.strip().lower()))
    if found is None:
        raise PolicyError(nobody(by_email))
    return found


def import_rates(*, path: Path | None = None, since: date | None = None) -> int:
    """Bring in the rates of the bank's file at `path` (None: the one shipped), all or from `since` on; answer how many were new.

    A rate that is there already stays as it is, since filings were reckoned with it. Raises rates.BadRates or OSError.
    """
    path = path or rates.shipped_file()
    with writing() as session:
        counts = session.execute(select(ExchangeRate.day, func.count()).group_by(ExchangeRate.day))
        known = {day: number for day, number in counts}  # noqa: C416 rows are no pairs to the type checker
        fresh = [quote for day, quotes in rates.read(path, since) if len(quotes) > known.get(day, 0) for quote in quotes]
        if fresh:
            _insert(session, fresh)
        added = (session.scalar(select(func.count()).select_from(ExchangeRate)) or 0) - sum(known.values())
        if added:
            latest = max(quote.day for quote in fresh).isoformat()
            digest = rates_digest(session.connection())
            public = {"added": added, "latest": latest, "file": path.name, "digest": digest}
            append(session, Entry(RATES, "rates:imported", clock.now(), Role.CLOCK, None, public=public))
    return added


def _insert(session: Session, quotes: list[rates.Quote]) -> None:
    """A quarter of a century is 220,000 rates: they go in by the driver's own bulk way, those already there left alone."""
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        rows = [(quote.currency, quote.day.isoformat(), quote.per_euro) for quote in quotes]
        connection.exec_driver_sql("INSERT OR IGNORE INTO exchange_rate (currency, day, per_euro) VALUES (?, ?, ?)", rows)
        return
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE brought (LIKE exchange_rate) ON COMMIT DROP")
        with cursor.copy("COPY brought (currency, day, per_euro) FROM STDIN") as copy:
            for quote in quotes:
                copy.write_row((quote.currency, quote.day, quote.per_euro))
        cursor.execute(
            "INSERT INTO exchange_rate (currency, day, per_euro) "
            "SELECT currency, day, per_euro FROM brought ON CONFLICT DO NOTHING"
        )
