"""What pages and work papers show of samples; everything here only reads."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from declarations.errors import NotFound
from declarations.models import Declaration, Person, Register, RegisterSample, SampleRequest
from declarations.sampling.drawing import How
from declarations.viewer import Viewer
from declarations.visibility import visible_to

LISTED = 50


def any_register(session: Session, public_id: str) -> Register:
    """A built register, whoever asks; for the command line. Raises NotFound if there is none."""
    row = session.scalars(select(Register).where(Register.public_id == public_id, Register.built_at.is_not(None))).one_or_none()
    if row is None:
        raise NotFound
    return row


def samples(session: Session, register: Register) -> Sequence[tuple[RegisterSample, str]]:
    """The samples drawn out of a register and who drew each, the latest first."""
    rows = session.execute(
        select(RegisterSample, Person.name)
        .join(Person, Person.id == RegisterSample.drawn_by_id)
        .where(RegisterSample.register_id == register.id)
        .order_by(RegisterSample.id.desc())
        .limit(LISTED)
    )
    return [(sample, name) for sample, name in rows]


def sample(session: Session, register: Register, public_id: str) -> RegisterSample:
    """One of them. Raises NotFound."""
    wanted = select(RegisterSample).where(RegisterSample.register_id == register.id, RegisterSample.public_id == public_id)
    row = session.scalars(wanted).one_or_none()
    if row is None:
        raise NotFound
    return row


def same(session: Session, register: Register, how: How) -> str | None:
    """The public id of the sample that was drawn just so, if there is one."""
    return session.scalars(
        select(RegisterSample.public_id).where(
            RegisterSample.register_id == register.id,
            RegisterSample.method == how.method.value,
            RegisterSample.size == how.size,
            RegisterSample.seed == how.seed,
        )
    ).first()


def asked_for(session: Session, register: Register, how: How | None = None) -> Sequence[SampleRequest]:
    """What was asked for and is not drawn yet or was given up, the latest first; just so, if it is said how."""
    wanted = select(SampleRequest).where(SampleRequest.register_id == register.id)
    if how is not None:
        just_so = (SampleRequest.method == how.method.value, SampleRequest.size == how.size, SampleRequest.seed == how.seed)
        wanted = wanted.where(*just_so)
    return session.scalars(wanted.order_by(SampleRequest.id.desc()).limit(LISTED)).all()


def asked(session: Session, register: Register, public_id: str) -> SampleRequest | None:
    """One of them, or None."""
    wanted = select(SampleRequest).where(SampleRequest.register_id == register.id, SampleRequest.public_id == public_id)
    return session.scalars(wanted).one_or_none()


def drawer(session: Session, row: RegisterSample) -> str:
    """The name of who drew it."""
    return session.scalars(select(Person.name).where(Person.id == row.drawn_by_id)).one()


def declarations(session: Session, viewer: Viewer, numbers: Iterable[str]) -> dict[str, Declaration]:
    """Those of these declarations that the viewer may open, by number."""
    rows = session.scalars(
        select(Declaration)
        .where(Declaration.number.in_(list(numbers)), visible_to(viewer))
        .options(joinedload(Declaration.declarant), joinedload(Declaration.company), joinedload(Declaration.counterparty))
    )
    return {row.number: row for row in rows}
