"""A policy takes effect in one way only: whole, beside all others, signed twice and resolved, and never in the past."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from declarations import clock
from declarations.evidence.record import Entry, append
from declarations.models import Company, Declaration, PolicyDocument
from declarations.policies import telling
from declarations.policies.proof import places
from workflows.policy.check import check
from workflows.policy.document import Document, PolicyError, load
from workflows.policy.sentences import Fault, Sentence, joined
from workflows.words import N_, Role


@dataclass(frozen=True)
class Signed:
    """How a version came about: the draft it was, who published it, the second officer, and the board's resolution.

    `sha256` is of the resolution's document.
    """

    draft: str
    by_id: int
    second_id: int
    resolution: str
    resolved_on: date
    sha256: str


@dataclass(frozen=True)
class Published:
    """A version as it stands in the database; `new` is False if this very version was there already."""

    document: Document
    row_id: int
    new: bool


def published_documents(session: Session) -> list[Document]:
    """Every version of every document there is."""
    return [load(row.text, row.key) for row in session.scalars(select(PolicyDocument).order_by(PolicyDocument.id))]


def publish_in(session: Session, *, text: bytes, name: str, signed: Signed | None, by_id: int | None = None) -> Published:
    """Keep the TOML `text` (errors call it `name`) as a new version, append its event, and tell the people it concerns.

    Without `signed` it is one of an installation's first documents: that is possible until the first declaration is filed, and the
    event says so. Raises PolicyError: the text does not read or does not stand beside the others, its company is unknown, its day
    is past or not after the newest version's, or what it says of the board is not what was resolved.
    """
    document = load(text, name)
    alone(session)
    if wrong := check(text, name, published_documents(session), places(session)):
        raise PolicyError(joined(wrong))
    company_id = _company_of(session, document, name)
    newest = newest_of(session, document.key)
    if newest and newest.effective_from == document.effective_from and newest.digest == document.digest:
        return Published(document, newest.id, new=False)
    if newest and newest.effective_from >= document.effective_from:
        sentence = Sentence(
            N_(
                "%(key)s has a version in force from %(day)s; a new one must take effect later, since a published version is "
                "never edited."
            ),
            key=document.key,
            day=newest.effective_from.isoformat(),
        )
        raise PolicyError(Fault(sentence, document=name))
    now = clock.now()
    _is_entitled(session, document, name, signed, now)
    row = PolicyDocument(
        key=document.key,
        company_key=document.company,
        effective_from=document.effective_from,
        text=text,
        digest=document.digest,
        published_at=now,
        published_by_id=signed.by_id if signed else by_id,
    )
    session.add(row)
    session.flush()
    append(session, _event(document, text, now, signed, by_id))
    if signed:
        telling.tell(session, company_id, document.effective_from, now)
    return Published(document, row.id, new=True)


def alone(session: Session) -> None:
    """Whoever publishes waits for whoever does the same: each version is proved beside all others. SQLite has one writer anyhow."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(func.hashtext("policies"))))


def newest_of(session: Session, key: str) -> PolicyDocument | None:
    """The version of the document `key` that takes effect last."""
    of_key = select(PolicyDocument).where(PolicyDocument.key == key)
    return session.scalars(of_key.order_by(PolicyDocument.effective_from.desc()).limit(1)).first()


def today_of(document: Document, now: datetime) -> date:
    """The day it is where the document counts its days."""
    return now.astimezone(ZoneInfo(document.time_zone)).date()


def _company_of(session: Session, document: Document, name: str) -> int | None:
    if document.company is None:
        return None
    found = session.scalar(select(Company.id).where(Company.key == document.company))
    if found is None:
        raise PolicyError(Fault(Sentence(N_("there is no company with the key “%(key)s”."), key=document.company), document=name))
    return found


def _is_entitled(session: Session, document: Document, name: str, signed: Signed | None, now: datetime) -> None:
    if signed is None:
        if session.scalar(select(exists(select(Declaration.id)))):
            sentence = Sentence(
                N_("declarations have been filed here, so a policy now needs a second officer and a resolution of the board.")
            )
            raise PolicyError(Fault(sentence, document=name))
        return
    if document.effective_from < today_of(document, now):
        sentence = Sentence(N_("%(day)s is past; a policy cannot take effect before it is published."), day=document.version)
        raise PolicyError(Fault(sentence, document=name, key="effective_from"))
    if document.approved_on != signed.resolved_on:
        raise PolicyError(another_day(document, signed.resolved_on, name))


def nobody(email: str) -> Sentence:
    """What is wrong with the address of somebody who is not known."""
    return Sentence(N_("There is nobody with the e-mail address %(email)s."), email=email)


def another_day(document: Document, resolved_on: date, name: str) -> Fault:
    """What is wrong with a document, called `name`, that states another day of approval than that of the resolution."""
    sentence = Sentence(
        N_("the document says %(day)s, but the board resolved on %(resolved)s."),
        day=document.approved_on.isoformat(),
        resolved=resolved_on.isoformat(),
    )
    return Fault(sentence, document=name, key="approved_on")


def _event(document: Document, text: bytes, now: datetime, signed: Signed | None, by_id: int | None) -> Entry:
    public: dict[str, object] = {
        "key": document.key,
        "effective_from": document.effective_from.isoformat(),
        "company": document.company or "",
        "text_sha256": hashlib.sha256(text).hexdigest(),
        "how": "signed" if signed else "first documents of the installation",
    }
    if signed:
        public |= {
            "draft": signed.draft,
            "second": signed.second_id,
            "resolution": signed.resolution,
            "resolved_on": signed.resolved_on.isoformat(),
            "sha256": signed.sha256,
        }
    return Entry(
        stream=stream(document.key),
        action="policy:published",
        at=now,
        role=Role.COMPLIANCE_OFFICER if signed else Role.ADMINISTRATOR,
        actor_id=signed.by_id if signed else by_id,
        policy_digest=document.digest,
        public=public,
    )


def stream(key: str) -> str:
    """The chain of events of the document `key`."""
    return f"policy/{key}"


def versions_of(session: Session, key: str) -> Sequence[PolicyDocument]:
    """Every version of the document `key`, the one that takes effect last first."""
    return session.scalars(
        select(PolicyDocument).where(PolicyDocument.key == key).order_by(PolicyDocument.effective_from.desc())
    ).all()
