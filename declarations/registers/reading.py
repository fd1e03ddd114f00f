"""A register is there to be read: what nobody takes is followed up, and an auditor who has read one signs that they have."""

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from declarations import clock
from declarations.errors import NotFound
from declarations.extensions import writing
from declarations.models import NoticeRow, Register, RegisterChase, RegisterDownload, RegisterSignOff
from declarations.notices.texts import REMINDER
from declarations.registers import queries
from declarations.registers.noting import note, which_one
from declarations.registers.readers import entitled, recipients
from declarations.registers.scopes import names, scope_of
from declarations.viewer import Viewer
from workflows.case import Forbidden, Invalid
from workflows.words import N_, Role

REMINDED, PASSED_ON, TO_COMPLIANCE = 1, 2, 3
AFTER = 5  # working days since it was built, and then from step to step
LONGEST = 4_000  # letters

_ACTIONS = {REMINDED: "register:reminded", PASSED_ON: "register:passed_on", TO_COMPLIANCE: "register:told_compliance"}
UNREAD = "register_unread"


def sign_off(*, viewer: Viewer, public_id: str, findings: str) -> None:
    """The viewer has read the register, and found what they write, if anything.

    Raises NotFound if it is not theirs to see or not built, Forbidden for whoever is no internal auditor of its company, Invalid
    before they took it or where they have signed already.
    """
    with writing() as session:
        register = _locked(session, viewer, public_id)
        taken = exists().where(RegisterDownload.register_id == register.id, RegisterDownload.person_id == viewer.person_id)
        if not session.scalar(select(taken)):
            raise Invalid("unread", N_("Download the register first, then sign that you have read it."))
        if _written(session, register, viewer):
            raise Invalid("signed", N_("You have signed this register already. You can add to what you wrote."))
        _sign(session, register, viewer, 1, _tidy(findings))


def supplement(*, viewer: Viewer, public_id: str, findings: str) -> None:
    """Add to one's sign-off, which itself stays as it is. Raises as `sign_off` does, and Invalid without one or without a word."""
    with writing() as session:
        register = _locked(session, viewer, public_id)
        written, more = _written(session, register, viewer), _tidy(findings)
        if not written:
            raise Invalid("unsigned", N_("Sign the register first; then you can add to it."))
        if more is None:
            sentence = N_("Write what you want to add.")
            raise Invalid("findings", sentence, {"findings": sentence})
        _sign(session, register, viewer, written + 1, more)


def chase(*, register_id: int, step: int) -> None:
    """Follow up a scheduled register that nobody has taken; nothing if somebody has meanwhile, or it was done before."""
    with writing() as session:
        register = session.scalars(select(Register).where(Register.id == register_id).with_for_update(of=Register)).one()
        taken = exists().where(RegisterDownload.register_id == register.id)
        if session.scalar(select(taken)) or session.get(RegisterChase, (register.id, step)) is not None:
            return
        people = whom(session, register, step)
        if step == PASSED_ON and not people:  # there is no other auditor
            step, people = TO_COMPLIANCE, whom(session, register, TO_COMPLIANCE)
        now = clock.now()
        session.add(RegisterChase(register_id=register.id, step=step, at=now))
        note(session, register, _ACTIONS[step], None, {"step": step, "told": people}, at=now)
        template = REMINDER if step == REMINDED else UNREAD
        params = which_one(register)
        session.add_all(
            NoticeRow(person_id=person, template=template, params=params, created_at=now, next_try_at=now) for person in people
        )


def whom(session: Session, register: Register, step: int) -> list[int]:
    """Who hears of an unread register at that step: its recipients; the auditors who are not among them; compliance. Whom an entry
    of it names does not: to them it does not exist."""
    assert register.schedule_id is not None
    first = recipients(session, register.schedule_id, register.company_id)
    auditors = entitled(session, register.company_id, (Role.INTERNAL_AUDITOR,))
    people = {
        REMINDED: first,
        PASSED_ON: auditors - first,
        TO_COMPLIANCE: entitled(session, register.company_id, (Role.COMPLIANCE_OFFICER,)),
    }[step]
    scope = scope_of(register)
    return sorted(person for person in people if not names(session, scope, person))


def _locked(session: Session, viewer: Viewer, public_id: str) -> Register:
    """A built register that the viewer audits, held so that nobody signs twice."""
    seen = queries.register(session, viewer, public_id)
    if seen.built_at is None:
        raise NotFound
    if not viewer.holds(Role.INTERNAL_AUDITOR, seen.company_id):
        raise Forbidden("not_an_auditor", N_("Only internal audit signs registers."))
    return session.scalars(select(Register).where(Register.id == seen.id).with_for_update(of=Register)).one()


def _written(session: Session, register: Register, viewer: Viewer) -> int:
    mine = (RegisterSignOff.register_id == register.id, RegisterSignOff.person_id == viewer.person_id)
    return session.scalar(select(func.count()).select_from(RegisterSignOff).where(*mine)) or 0


def _tidy(findings: str) -> str | None:
    text = findings.strip().replace("\r\n", "\n")
    if len(text) > LONGEST:
        sentence = N_("Please keep it under 4,000 letters.")
        raise Invalid("findings", sentence, {"findings": sentence})
    return text or None


def _sign(session: Session, register: Register, viewer: Viewer, number: int, findings: str | None) -> None:
    now = clock.now()
    session.add(RegisterSignOff(register_id=register.id, person_id=viewer.person_id, number=number, at=now, findings=findings))
    action = "register:signed_off" if number == 1 else "register:supplemented"
    note(session, register, action, viewer, {"number": number}, {"findings": findings} if findings else {}, at=now)
