"""What audit draws and checks: samples out of registers, each with how it was drawn, so that anybody can draw it again."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from declarations.models.base import Base, BigId, CanonicalJson, UtcDateTime, public_id
from declarations.models.operation import Register


class RegisterSample(Base):
    """A sample drawn out of a register's sealed lines. `drawn` holds numbers and digests, in the order they were drawn.

    Money is in minor units of `currency`; `interval_minor` is there where it was drawn by value.
    """

    __tablename__ = "register_sample"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True, default=public_id)
    register_id: Mapped[int] = mapped_column(ForeignKey("register.id"), index=True)
    method: Mapped[str] = mapped_column(String(10))  # random, value, risk
    size: Mapped[int]  # as asked for
    seed: Mapped[str] = mapped_column(String(60))
    lines_sha256: Mapped[str] = mapped_column(String(64))  # of the register.jsonl it was drawn from
    entries: Mapped[int]
    value_minor: Mapped[int] = mapped_column(BigId)
    without_value: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))  # empty where no entry has a value
    interval_minor: Mapped[int | None] = mapped_column(BigId)
    drawn: Mapped[Any] = mapped_column(CanonicalJson)
    drawn_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    drawn_at: Mapped[datetime] = mapped_column(UtcDateTime)

    register: Mapped[Register] = relationship()


class SampleRequest(Base):
    """A sample that was asked for out of a large register and is not drawn yet; it gets the same public id once it is, and this row is
    gone. `percent` says how far it is, `failed` in a sentence why it was given up."""

    __tablename__ = "sample_request"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True, default=public_id)
    register_id: Mapped[int] = mapped_column(ForeignKey("register.id"), index=True)
    method: Mapped[str] = mapped_column(String(10))
    size: Mapped[int]
    seed: Mapped[str] = mapped_column(String(60))
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_as: Mapped[str] = mapped_column(String(20))  # the role in which it was asked for
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    percent: Mapped[int] = mapped_column(default=0)
    failed: Mapped[str | None] = mapped_column(String(300))

    register: Mapped[Register] = relationship()
