"""What keeps the house running: policies and rates by date, notices to send, claimed jobs, registers, imports."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from declarations.models.base import Base, BigId, CanonicalJson, UtcDateTime, public_id
from declarations.models.organisation import Company, Person


class PolicyDocument(Base):
    """A published policy document, kept byte for byte; a version in force is never edited."""

    __tablename__ = "policy_document"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str] = mapped_column(String(60))
    company_key: Mapped[str | None] = mapped_column(String(40))
    effective_from: Mapped[date]
    text: Mapped[bytes] = mapped_column(LargeBinary)
    digest: Mapped[str] = mapped_column(String(64))
    published_at: Mapped[datetime] = mapped_column(UtcDateTime)
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    __table_args__ = (UniqueConstraint("key", "effective_from"),)


class ExchangeRate(Base):
    """Units of `currency` for one euro as the ECB published them on `day`; a decimal as text, never a float."""

    __tablename__ = "exchange_rate"

    currency: Mapped[str] = mapped_column(String(3), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    per_euro: Mapped[str] = mapped_column(String(24))


class NoticeRow(Base):
    """A mail to send, written in the transaction it reports; it holds no personal content: a template, a number, a link."""

    __tablename__ = "notice"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True, default=public_id)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    declaration_id: Mapped[int | None] = mapped_column(ForeignKey("declaration.id"), index=True)
    template: Mapped[str] = mapped_column(String(40))
    params: Mapped[Any] = mapped_column(CanonicalJson)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    next_try_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # None once sent or given up
    tries: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    subject: Mapped[str | None] = mapped_column(String(300))  # the exact text sent
    body: Mapped[str | None] = mapped_column(Text)
    error: Mapped[str | None] = mapped_column(String(200))

    person: Mapped[Person] = relationship()

    __table_args__ = (Index("ix_notice_next", "next_try_at", "id"),)


class JobClaim(Base):
    """A piece of due work taken by one worker: unique by job and period, retaken when its lease runs out."""

    __tablename__ = "job_claim"

    job: Mapped[str] = mapped_column(String(60), primary_key=True)
    period: Mapped[str] = mapped_column(String(60), primary_key=True)
    worker: Mapped[str] = mapped_column(String(80))
    claimed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    lease_until: Mapped[datetime] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    tries: Mapped[int] = mapped_column(default=1)
    note: Mapped[str | None] = mapped_column(String(300))


class RegisterSchedule(Base):
    """Which registers a company gets by itself: how often, in which language, on which working day. Only its end is ever changed."""

    __tablename__ = "register_schedule"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    company_id: Mapped[int] = mapped_column(ForeignKey("company.id"))
    rhythm: Mapped[str] = mapped_column(String(10))  # monthly, quarterly, yearly
    first_month: Mapped[int] = mapped_column(default=1, server_default="1")  # of the year, for yearly ones
    working_day: Mapped[int] = mapped_column(default=3)
    language: Mapped[str] = mapped_column(String(5), default="en")
    active_from: Mapped[date]
    set_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    set_at: Mapped[datetime] = mapped_column(UtcDateTime)
    stopped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    company: Mapped[Company] = relationship()


class Register(Base):
    """An extract asked for or due: for a company and all below it, a period, a language; built by the worker."""

    __tablename__ = "register"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True, default=public_id)
    company_id: Mapped[int] = mapped_column(ForeignKey("company.id"), index=True)
    first_on: Mapped[date]
    last_on: Mapped[date]
    language: Mapped[str] = mapped_column(String(5))
    schedule_id: Mapped[int | None] = mapped_column(ForeignKey("register_schedule.id"))
    due_on: Mapped[date | None]  # a scheduled one is to be built on this day, where its company is
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    rows_done: Mapped[int] = mapped_column(default=0)
    rows_total: Mapped[int | None]
    built_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    failed: Mapped[str | None] = mapped_column(String(300))
    stored_as: Mapped[str | None] = mapped_column(String(64))
    size: Mapped[int | None] = mapped_column(BigId)
    sha256: Mapped[str | None] = mapped_column(String(64))
    totals: Mapped[Any | None] = mapped_column(CanonicalJson)
    only_for_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # a copy without the entries that name this reader
    as_of: Mapped[datetime | None] = mapped_column(UtcDateTime)  # rebuilt as it stood then; None: as it stood when it was built
    last_event: Mapped[int | None] = mapped_column(BigId)  # the newest event it saw …
    unseen: Mapped[Any | None] = mapped_column(CanonicalJson)  # … and the older ones it did not, being written just then
    lines_stored_as: Mapped[str | None] = mapped_column(String(64))  # register.jsonl, gzipped
    lines: Mapped[int | None] = mapped_column(BigId)
    lines_size: Mapped[int | None] = mapped_column(BigId)  # of register.jsonl itself
    lines_sha256: Mapped[str | None] = mapped_column(String(64))  # of register.jsonl itself
    bundle_stored_as: Mapped[str | None] = mapped_column(String(64))  # None where the record had no checkpoint to prove it by
    bundle_size: Mapped[int | None] = mapped_column(BigId)
    bundle_sha256: Mapped[str | None] = mapped_column(String(64))
    bundle_tree: Mapped[int | None] = mapped_column(BigId)  # leaves under the checkpoint it is proved by

    company: Mapped[Company] = relationship()

    __table_args__ = (UniqueConstraint("schedule_id", "first_on"),)


class RegisterRecipient(Base):
    """Somebody chosen to get a schedule's registers, as long as they may read them; where nobody is chosen, all auditors get them."""

    __tablename__ = "register_recipient"

    schedule_id: Mapped[int] = mapped_column(ForeignKey("register_schedule.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)


class RegisterChase(Base):
    """A scheduled register that nobody had taken: its readers were reminded (1), other auditors told (2), compliance told (3)."""

    __tablename__ = "register_chase"

    register_id: Mapped[int] = mapped_column(ForeignKey("register.id"), primary_key=True)
    step: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class RegisterSignOff(Base):
    """An auditor has read a register (number 1), or adds to what they found (2, 3, …); never changed, so that it can be relied on."""

    __tablename__ = "register_sign_off"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    register_id: Mapped[int] = mapped_column(ForeignKey("register.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    number: Mapped[int]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    findings: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (UniqueConstraint("register_id", "person_id", "number"),)


class RegisterDownload(Base):
    """Who took which register when."""

    __tablename__ = "register_download"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    register_id: Mapped[int] = mapped_column(ForeignKey("register.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class ImportedRow(Base):
    """A row of an old register that landed: its digest makes a second run change nothing."""

    __tablename__ = "imported_row"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    company_id: Mapped[int] = mapped_column(ForeignKey("company.id"))
    digest: Mapped[str] = mapped_column(String(64))
    source: Mapped[str] = mapped_column(String(200))
    line: Mapped[int]
    result: Mapped[str] = mapped_column(String(20))  # declaration, nil_return
    declaration_id: Mapped[int | None] = mapped_column(ForeignKey("declaration.id"))
    imported_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (UniqueConstraint("company_id", "digest"),)
