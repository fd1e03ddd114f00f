"""Publishing a policy version and bringing in exchange rates: what is there already is never changed, only followed by newer."""

from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from declarations import clock
from declarations.evidence.record import Entry, append
from declarations.extensions import writing
from declarations.models import Company, ExchangeRate, Person, PolicyDocument
from declarations.policies import rates
from workflows.policy.document import Document, PolicyError, load
from workflows.words import Role

_BATCH = 20_000


def publish(*, text: bytes, name: str, by_email: str | None) -> tuple[Document, bool]:
    """Store the policy document written in `text` (TOML; `name` is how errors call it), published by the person of that e-mail
    address, or by nobody named when a fresh installation brings its own.

    The answer is the document, and False if this very version was there already. Raises PolicyError: the text does not read,
    its company or publisher is unknown, or it does not take effect after the newest version there is.
    """
    document = load(text, name)
    with writing() as session:
        publisher = _publisher(session, by_email)
        if document.company and not session.scalar(select(Company.id).where(Company.key == document.company)):
            raise PolicyError(f"{name}: there is no company with the key “{document.company}”.")
        newest = session.scalars(
            select(PolicyDocument)
            .where(PolicyDocument.key == document.key)
            .order_by(PolicyDocument.effective_from.desc())
            .limit(1)
        ).first()
        if newest and newest.effective_from == document.effective_from and newest.digest == document.digest:
            return document, False
        if newest and newest.effective_from >= document.effective_from:
            raise PolicyError(
                f"{name}: {document.key} has a version in force from {newest.effective_from.isoformat()}; a new one must take "
                "effect later, since a published version is never edited."
            )
        _store(session, document, text, publisher)
    return document, True


def _publisher(session: Session, by_email: str | None) -> int | None:
    if by_email is None:
        return None
    found = session.scalar(select(Person.id).where(Person.email == by_email.strip().lower()))
    if found is None:
        raise PolicyError(f"There is nobody with the e-mail address {by_email}.")
    return found


def _store(session: Session, document: Document, text: bytes, publisher: int | None) -> None:
    now = clock.now()
    session.add(
        PolicyDocument(
            key=document.key,
            company_key=document.company,
            effective_from=document.effective_from,
            text=text,
            digest=document.digest,
            published_at=now,
            published_by_id=publisher,
        )
    )
    append(
        session,
        Entry(
            stream=f"policy/{document.key}",
            action="policy:published",
            at=now,
            role=Role.ADMINISTRATOR,
            actor_id=publisher,
            policy_digest=document.digest,
            public={
                "key": document.key,
                "effective_from": document.effective_from.isoformat(),
                "company": document.company or "",
            },
        ),
    )


def import_rates(*, path: Path | None = None) -> int:
    """Bring in the rates of the bank's file at `path` (None: the one shipped) and answer how many were new.

    A rate that is there already stays as it is, since filings were reckoned with it. Raises rates.BadRates or OSError.
    """
    path = path or rates.shipped_file()
    with writing() as session:
        counts = select(ExchangeRate.day, func.count()).group_by(ExchangeRate.day)
        known = {day: number for day, number in session.execute(counts)}
        fresh = [quote for day, quotes in rates.read(path) if len(quotes) > known.get(day, 0) for quote in quotes]
        before = sum(known.values())
        on_postgres = session.get_bind().dialect.name == "postgresql"
        insert = (postgresql.insert if on_postgres else sqlite.insert)(ExchangeRate).on_conflict_do_nothing()
        for start in range(0, len(fresh), _BATCH):
            batch = fresh[start : start + _BATCH]
            session.execute(insert, [{"currency": q.currency, "day": q.day, "per_euro": q.per_euro} for q in batch])
        added = (session.scalar(select(func.count()).select_from(ExchangeRate)) or 0) - before
        if added:
            latest = max(quote.day for quote in fresh)
            public = {"added": added, "latest": latest.isoformat(), "file": path.name}
            entry = Entry(stream="rates", action="rates:imported", at=clock.now(), role=Role.CLOCK, actor_id=None, public=public)
            append(session, entry)
    return added
