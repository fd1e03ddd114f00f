"""One declaration table for all kinds: what a rule, filter, sort or sum reads is a column, the rest is in its filings."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Boolean, ForeignKey, Index, LargeBinary, SmallInteger, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from declarations.models.base import Base, BigId, CanonicalJson, UtcDateTime, public_id
from declarations.models.counterparty import Counterparty
from declarations.models.organisation import Company, Person

_WAITING = text("state IN ('with_manager', 'with_compliance', 'with_executive')")
# Few wait in another's place or for a near day: with the rest in the index, SQLite would think it of no use and read all that wait.
_OPEN = text("met_at IS NULL")
_FOR = text(f"{_WAITING} AND assigned_for_id IS NOT NULL")
_URGENT = text(f"{_WAITING} AND urgent_on IS NOT NULL")
_POOLS = text(f"{_WAITING} AND assignee_id IS NULL")  # for officers of many companies, by due day
_LATE = text("days_late > 0")  # by how many days is asked of these only


class Draft(Base):
    """Something not yet filed, saved while it is typed: a new declaration, a correction of one, or an answer to a question."""

    __tablename__ = "draft"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True, default=public_id)
    owner_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)  # who declares and signs
    prepared_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)  # an assistant
    ready_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # when the assistant handed it over
    kind: Mapped[str] = mapped_column(String(20))
    purpose: Mapped[str] = mapped_column(String(10), default="new")  # new, correct, answer
    declaration_id: Mapped[int | None] = mapped_column(ForeignKey("declaration.id"), index=True)
    answers: Mapped[Any] = mapped_column(CanonicalJson)  # as typed: field name → text
    typed_in: Mapped[str] = mapped_column(String(16), default="", server_default="")  # the last window, see window.py
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Declaration(Base):
    """One thing one person discloses, as it stands now. Only casework.py changes a row, and each change has its event.

    Money is in minor units: `value_minor` the whole item in `currency`, `share_minor` one head's part of it in `currency`,
    `base_minor` that part in the company's `base_currency` (what totals count), `whole_base_minor` the whole in it,
    `group_minor` the part in the group's currency.
    """

    __tablename__ = "declaration"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True, default=public_id)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    direction: Mapped[str | None] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(30))
    version: Mapped[int] = mapped_column(default=0)  # the sequence of the last event
    title: Mapped[str] = mapped_column(String(300))
    company_id: Mapped[int] = mapped_column(ForeignKey("company.id"))
    declarant_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    prepared_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    counterparty_id: Mapped[int | None] = mapped_column(ForeignKey("counterparty.id"))
    counterparty_class: Mapped[str] = mapped_column(String(40))
    country: Mapped[str | None] = mapped_column(String(2))
    occurred_on: Mapped[date]
    ends_on: Mapped[date | None]
    value_minor: Mapped[int | None] = mapped_column(BigId)
    currency: Mapped[str | None] = mapped_column(String(3))
    value_basis: Mapped[str] = mapped_column(String(12))
    heads: Mapped[int] = mapped_column(default=1)
    share_minor: Mapped[int | None] = mapped_column(BigId)
    base_minor: Mapped[int | None] = mapped_column(BigId)
    whole_base_minor: Mapped[int | None] = mapped_column(BigId)
    base_currency: Mapped[str] = mapped_column(String(3))
    group_minor: Mapped[int | None] = mapped_column(BigId)
    form: Mapped[str | None] = mapped_column(String(30))
    disposition: Mapped[str] = mapped_column(String(20))
    exempt: Mapped[str] = mapped_column(String(100), default="")  # tags, space between
    packed: Mapped[str | None] = mapped_column(
        Text
    )  # what rules read, see packing.py; None where it was filed before there was this
    officials: Mapped[int] = mapped_column(default=0)
    host_present: Mapped[bool | None] = mapped_column(Boolean)
    outcome: Mapped[int] = mapped_column(SmallInteger)  # workflows.Outcome of the current filing
    prohibited: Mapped[bool] = mapped_column(Boolean, default=False)
    filing: Mapped[int] = mapped_column(default=1)  # sequence of the current filing
    filed_at: Mapped[datetime] = mapped_column(UtcDateTime)  # the first filing
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    timing: Mapped[str | None] = mapped_column(String(20))
    days_late: Mapped[int] = mapped_column(default=0)
    review: Mapped[int | None] = mapped_column(SmallInteger)  # which review it waits for
    returns_to: Mapped[int | None] = mapped_column(SmallInteger)
    escalated: Mapped[str] = mapped_column(String(20), default="")  # review slugs added by a person or the clock
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    assigned_for_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    pool_company_id: Mapped[int | None] = mapped_column(ForeignKey("company.id"))
    due_on: Mapped[date | None]
    urgent_on: Mapped[date | None]
    reminded: Mapped[int] = mapped_column(default=0)
    imported_from: Mapped[str | None] = mapped_column(String(64))
    marks: Mapped[int] = mapped_column(default=0, server_default="0")  # what quality figures count of it, see marks.py

    company: Mapped[Company] = relationship(foreign_keys=[company_id])
    declarant: Mapped[Person] = relationship(foreign_keys=[declarant_id])
    assignee: Mapped[Person | None] = relationship(foreign_keys=[assignee_id])
    counterparty: Mapped[Counterparty | None] = relationship(foreign_keys=[counterparty_id])

    __table_args__ = (
        Index("ix_declaration_mine", "declarant_id", "filed_at", "id"),
        Index("ix_declaration_totals", "declarant_id", "counterparty_id", "occurred_on"),
        Index("ix_declaration_counterparty", "counterparty_id", "occurred_on", "id"),
        Index("ix_declaration_company", "company_id", "filed_at", "id", "marks"),
        Index("ix_declaration_company_day", "company_id", "occurred_on", "id"),
        Index("ix_declaration_filed", "filed_at", "id", "company_id", "marks"),
        Index("ix_declaration_day", "occurred_on", "id"),
        Index("ix_declaration_queue", "assignee_id", "due_on", "id", sqlite_where=_WAITING, postgresql_where=_WAITING),
        Index("ix_declaration_queue_for", "assigned_for_id", "due_on", "id", sqlite_where=_FOR, postgresql_where=_FOR),
        Index("ix_declaration_pool", "pool_company_id", "due_on", "id", sqlite_where=_WAITING, postgresql_where=_WAITING),
        Index("ix_declaration_pools", "due_on", "id", sqlite_where=_POOLS, postgresql_where=_POOLS),
        Index("ix_declaration_waiting", "due_on", "id", sqlite_where=_WAITING, postgresql_where=_WAITING),
        Index("ix_declaration_urgent", "urgent_on", "id", sqlite_where=_URGENT, postgresql_where=_URGENT),
        Index("ix_declaration_state", "state", "filed_at", "id"),
        Index("ix_declaration_late", "company_id", "filed_at", "id", "days_late", sqlite_where=_LATE, postgresql_where=_LATE),
    )


class Profile(Base):
    """What many declarations have in common of all that rules read: canonical JSON, stored once, never changed."""

    __tablename__ = "profile"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    content: Mapped[str] = mapped_column(Text)


class Filing(Base):
    """An immutable snapshot at each submission: facts, answers, assessment and organisation as of that day, each salted for
    its commitment in the record."""

    __tablename__ = "filing"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    declaration_id: Mapped[int] = mapped_column(ForeignKey("declaration.id"))
    sequence: Mapped[int]
    filed_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    filed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    policy_digest: Mapped[str] = mapped_column(String(64))
    facts: Mapped[Any] = mapped_column(CanonicalJson)
    answers: Mapped[Any] = mapped_column(CanonicalJson)
    assessment: Mapped[Any] = mapped_column(CanonicalJson)
    organisation: Mapped[Any] = mapped_column(CanonicalJson)
    attachments: Mapped[Any] = mapped_column(CanonicalJson)
    salts: Mapped[Any] = mapped_column(CanonicalJson)

    __table_args__ = (UniqueConstraint("declaration_id", "sequence"),)


class NamedPerson(Base):
    """A colleague the declaration names (subject, relation, present): they neither see nor decide it."""

    __tablename__ = "named_person"

    declaration_id: Mapped[int] = mapped_column(ForeignKey("declaration.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)


class Decider(Base):
    """A decision somebody took on a declaration: which review, how, for whom, on which filing."""

    __tablename__ = "decider"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    declaration_id: Mapped[int] = mapped_column(ForeignKey("declaration.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    on_behalf_of_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    review: Mapped[int] = mapped_column(SmallInteger)
    action: Mapped[str] = mapped_column(String(30))
    filing: Mapped[int]
    content: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    event_sequence: Mapped[int]

    __table_args__ = (UniqueConstraint("declaration_id", "event_sequence"),)


class Condition(Base):
    """One dated obligation out of a decision, with its owner."""

    __tablename__ = "condition"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    declaration_id: Mapped[int] = mapped_column(ForeignKey("declaration.id"), index=True)
    event_sequence: Mapped[int]
    owner_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    text: Mapped[str] = mapped_column(Text)
    due_on: Mapped[date]
    met_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    owner: Mapped[Person] = relationship()
    declaration: Mapped[Declaration] = relationship()

    __table_args__ = (Index("ix_condition_open", "due_on", "id", sqlite_where=_OPEN, postgresql_where=_OPEN),)


class Attachment(Base):
    """A file added to a draft and then part of the filing; its bytes lie outside the web root under a random name."""

    __tablename__ = "attachment"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True, default=public_id)
    draft_id: Mapped[int | None] = mapped_column(ForeignKey("draft.id", ondelete="SET NULL"), index=True)
    declaration_id: Mapped[int | None] = mapped_column(ForeignKey("declaration.id"), index=True)
    filename: Mapped[str] = mapped_column(String(255))
    media_type: Mapped[str] = mapped_column(String(120))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    stored_as: Mapped[str] = mapped_column(String(64), unique=True)
    added_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)


class NumberSeries(Base):
    """The last number given in a series such as "G-2026"; numbers have no gaps, so a vanished declaration is noticed."""

    __tablename__ = "number_series"

    series: Mapped[str] = mapped_column(String(10), primary_key=True)
    last: Mapped[int]


class Event(Base):
    """One line of the record. `body` is the canonical JSON that is verified; the columns repeat it for queries.

    `stream` is what the chain belongs to: "declaration/<public id>", "person/<public id>", "company/<key>", "register/<id>" …
    """

    __tablename__ = "event"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    stream: Mapped[str] = mapped_column(String(60))
    sequence: Mapped[int]
    declaration_id: Mapped[int | None] = mapped_column(ForeignKey("declaration.id"))
    action: Mapped[str] = mapped_column(String(60))
    state_from: Mapped[str | None] = mapped_column(String(30))
    state_to: Mapped[str | None] = mapped_column(String(30))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    on_behalf_of_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    role: Mapped[str] = mapped_column(String(30))
    company_id: Mapped[int | None] = mapped_column(ForeignKey("company.id"))
    policy_digest: Mapped[str | None] = mapped_column(String(64))
    seen_digest: Mapped[str | None] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    previous: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))
    body: Mapped[bytes] = mapped_column(LargeBinary)

    __table_args__ = (
        UniqueConstraint("stream", "sequence"),
        UniqueConstraint("declaration_id", "sequence"),
        Index("ix_event_at", "at", "id"),
    )


class Disclosure(Base):
    """A personal value an event only commits to: erasing value and salt later leaves the chain whole."""

    __tablename__ = "disclosure"

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    salt: Mapped[str] = mapped_column(String(32))
    value: Mapped[Any] = mapped_column(CanonicalJson)
