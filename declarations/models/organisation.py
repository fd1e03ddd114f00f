"""Companies in a tree, people in a line, roles granted for a company and all below it."""

from datetime import date, datetime

from sqlalchemy import Boolean, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from declarations.models.base import Base, BigId, UtcDateTime, public_id


class Company(Base):
    """A company of the group; `calendar` names its public holidays (a key of the holidays package, e.g. "DK" or "DE-BY")."""

    __tablename__ = "company"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("company.id"), index=True)
    country: Mapped[str] = mapped_column(String(2))
    time_zone: Mapped[str] = mapped_column(String(60))
    currency: Mapped[str] = mapped_column(String(3))
    language: Mapped[str] = mapped_column(String(5))
    calendar: Mapped[str] = mapped_column(String(20))


class CompanyBelow(Base):
    """Which companies lie below which, at any depth, each below itself at depth 0. Rewritten whenever the tree changes."""

    __tablename__ = "company_below"

    ancestor_id: Mapped[int] = mapped_column(ForeignKey("company.id", ondelete="CASCADE"), primary_key=True)
    company_id: Mapped[int] = mapped_column(ForeignKey("company.id", ondelete="CASCADE"), primary_key=True, index=True)
    depth: Mapped[int]


class Person(Base):
    """A colleague as HR knows them; `number` is HR's, `password_hash` argon2 and empty until a one-time link was used.

    What they declare is filed in `company`; from `second_from` to `second_to` (both included) they are bound by the policy of the
    second company too.
    """

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True, default=public_id)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)  # lower case
    name: Mapped[str] = mapped_column(String(200))
    search_name: Mapped[str] = mapped_column(String(200), index=True, default="")  # folded, for look-ups
    title: Mapped[str] = mapped_column(String(200), default="")
    unit: Mapped[str] = mapped_column(String(200), default="")
    company_id: Mapped[int] = mapped_column(ForeignKey("company.id"))
    second_company_id: Mapped[int | None] = mapped_column(ForeignKey("company.id"), index=True)
    second_from: Mapped[date | None]
    second_to: Mapped[date | None]  # None: until further notice
    manager_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    language: Mapped[str | None] = mapped_column(String(5))
    active_from: Mapped[date]
    active_to: Mapped[date | None]
    password_hash: Mapped[str | None] = mapped_column(String(200))

    company: Mapped[Company] = relationship(lazy="joined", foreign_keys=[company_id])
    second_company: Mapped[Company | None] = relationship(foreign_keys=[second_company_id])
    manager: Mapped["Person | None"] = relationship(remote_side="Person.id", lazy="select")

    __table_args__ = (Index("ix_person_company", "company_id", "active_from", "active_to"),)  # how many worked there on a day


class RoleGrant(Base):
    """A role held for a company and all below it, from its granting until it is revoked; rows are never deleted."""

    __tablename__ = "role_grant"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[str] = mapped_column(String(30))
    company_id: Mapped[int] = mapped_column(ForeignKey("company.id"))
    granted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    granted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (
        Index("ix_role_grant_running", "company_id", "role", "revoked_at"),
        Index(
            "uq_role_grant_running",
            "person_id",
            "role",
            "company_id",
            unique=True,
            sqlite_where=text("revoked_at IS NULL"),
            postgresql_where=text("revoked_at IS NULL"),
        ),
    )


class Delegation(Base):
    """Dated power to decide for another: `substitute` decides for `person` from the first to the last day, both included."""

    __tablename__ = "delegation"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    substitute_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    first_on: Mapped[date]
    last_on: Mapped[date]
    created_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SignInSession(Base):
    """One signed-in browser; the cookie holds a random token, the row only its hash, and a revoked row signs out at once."""

    __tablename__ = "sign_in_session"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    confirmed_at: Mapped[datetime] = mapped_column(UtcDateTime)  # when the password was last typed
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    browser: Mapped[str] = mapped_column(String(200), default="")
    means: Mapped[str] = mapped_column(String(20), default="password")  # password, demo; later single sign-on


class SignInAttempt(Base):
    """A failed attempt, kept to slow down guessing; `key` is a hash of the address typed or of the network address."""

    __tablename__ = "sign_in_attempt"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (Index("ix_sign_in_attempt_key_at", "key", "at"),)


class OneTimeLink(Base):
    """A link that lets a person set a password once, within its time; only the token's hash is kept."""

    __tablename__ = "one_time_link"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    first_administrator: Mapped[bool] = mapped_column(Boolean, default=False)
