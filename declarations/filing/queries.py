"""What the filing room reads: drafts, one's own declarations page by page, colleagues and files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from declarations.counterparties import Suggestion, suggest
from declarations.errors import NotFound
from declarations.models import Attachment, Counterparty, Declaration, Disclosure, Draft, Event, Filing, Person
from declarations.viewer import Viewer
from declarations.visibility import visible_to
from workflows.kinds import Questionnaire, Type
from workflows.words import DECIDED, WAITING, Kind, State

PAGE = 25
SHOWN: Mapping[str, tuple[State, ...]] = {
    "waiting": tuple(sorted(WAITING)),
    "sent_back": (State.SENT_BACK,),
    "recorded": (State.RECORDED,),
    "decided": tuple(sorted(DECIDED)),
    "over": (State.WITHDRAWN, State.ENDED),
}


@dataclass(frozen=True)
class Page:
    """One page of a list and the address part of the next one, empty if this is the last."""

    rows: Sequence[Declaration]
    after: str = ""


def drafts_of(session: Session, viewer: Viewer) -> Sequence[Draft]:
    """The viewer's own drafts, those prepared for them first, then the one saved last."""
    return session.scalars(
        select(Draft)
        .where(Draft.owner_id == viewer.person_id)
        .order_by(Draft.ready_at.is_(None), Draft.updated_at.desc())
        .limit(20)
    ).all()


def prepared_by(session: Session, viewer: Viewer) -> Sequence[tuple[Draft, str]]:
    """What the viewer prepared and the colleague has not signed yet, with the colleague's name."""
    rows = session.execute(
        select(Draft, Person.name)
        .join(Person, Person.id == Draft.owner_id)
        .where(Draft.prepared_by_id == viewer.person_id, Draft.owner_id != viewer.person_id)
        .order_by(Draft.ready_at.desc())
        .limit(20)
    )
    return [(draft, name) for draft, name in rows]


def draft_of(session: Session, viewer: Viewer, public_id: str) -> Draft:
    """The viewer's own draft. Raises NotFound for anybody else's."""
    draft = session.scalars(select(Draft).where(Draft.public_id == public_id, Draft.owner_id == viewer.person_id)).one_or_none()
    if draft is None:
        raise NotFound
    return draft


def own_declaration(session: Session, viewer: Viewer, public_id: str) -> Declaration:
    """The viewer's own declaration. Raises NotFound for anybody else's."""
    row = session.scalars(
        select(Declaration).where(Declaration.public_id == public_id, Declaration.declarant_id == viewer.person_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    return row


def answers_filed(session: Session, declaration: Declaration) -> dict[str, str]:
    """What was typed for the current filing."""
    filed = session.scalars(
        select(Filing.answers).where(Filing.declaration_id == declaration.id, Filing.sequence == declaration.filing)
    ).one()
    return dict(filed)


def question_asked(session: Session, declaration: Declaration) -> str:
    """What the reviewer who sent it back wants to know."""
    asked = session.scalar(
        select(Disclosure.value)
        .join(Event, Event.id == Disclosure.event_id)
        .where(Event.declaration_id == declaration.id, Event.action == "declaration:sent_back", Disclosure.name == "reason")
        .order_by(Event.sequence.desc())
        .limit(1)
    )
    return str(asked or "")


def mine(session: Session, viewer: Viewer, *, show: str = "", kind: str = "", after: str = "") -> Page:
    """The viewer's own declarations, latest first. `after` is the `after` of the page before; anything unreadable starts over."""
    wanted: list[ColumnElement[bool]] = [Declaration.declarant_id == viewer.person_id]
    if show in SHOWN:
        wanted.append(Declaration.state.in_(SHOWN[show]))
    if kind in list(Kind):
        wanted.append(Declaration.kind == kind)
    if cursor := _cursor(after):
        at, row_id = cursor
        wanted.append(or_(Declaration.filed_at < at, and_(Declaration.filed_at == at, Declaration.id < row_id)))
    rows = session.scalars(
        select(Declaration)
        .where(*wanted)
        .order_by(Declaration.filed_at.desc(), Declaration.id.desc())
        .limit(PAGE + 1)
        .options(joinedload(Declaration.counterparty))
    ).all()
    if len(rows) <= PAGE:
        return Page(rows)
    last = rows[PAGE - 1]
    return Page(rows[:PAGE], f"{last.filed_at.timestamp():.6f}-{last.id}")


def _cursor(after: str) -> tuple[datetime, int] | None:
    at, _, row_id = after.rpartition("-")
    try:
        return datetime.fromtimestamp(float(at), UTC), int(row_id)
    except (ValueError, OverflowError, OSError):
        return None


def files_of(session: Session, *, draft_id: int | None = None, declaration_id: int | None = None) -> Sequence[Attachment]:
    """The files of a draft, or of a declaration, in the order they were added."""
    ours = [
        column == value
        for column, value in ((Attachment.draft_id, draft_id), (Attachment.declaration_id, declaration_id))
        if value is not None
    ]
    return session.scalars(select(Attachment).where(or_(*ours)).order_by(Attachment.id)).all() if ours else ()


def file_for(session: Session, viewer: Viewer, public_id: str) -> Attachment:
    """A file of the viewer's own draft or of a declaration they may see. Raises NotFound."""
    row = session.scalars(select(Attachment).where(Attachment.public_id == public_id)).one_or_none()
    if row is None:
        raise NotFound
    if row.draft_id is not None:
        seen = select(Draft.id).where(Draft.id == row.draft_id, Draft.owner_id == viewer.person_id)
    else:
        seen = select(Declaration.id).where(Declaration.id == row.declaration_id, visible_to(viewer))
    if session.scalar(seen) is None:
        raise NotFound
    return row


def colleagues_named(session: Session, sheet: Questionnaire, typed: Mapping[str, str]) -> dict[str, int]:
    """What was typed for colleagues → their ids, where it is certain who is meant."""
    asked = [question.name for question in sheet.questions if question.type in (Type.COLLEAGUE, Type.COLLEAGUES)]
    texts = {text.strip() for name in asked for text in typed.get(name, "").replace(";", "\n").split("\n") if text.strip()}
    return {text.casefold(): person.id for text in texts if (person := colleague(session, text)) is not None}


def colleague(session: Session, text: str) -> Person | None:
    """Who is meant by an e-mail address, a full name only one colleague has, or "Name (e-mail)" as the list suggests it."""
    inner = text.rpartition("(")[2].removesuffix(")").strip() if text.endswith(")") else text
    by_email = session.scalars(select(Person).where(Person.email == inner.strip().lower())).one_or_none()
    if by_email is not None:
        return by_email
    named = session.scalars(select(Person).where(func.lower(Person.name) == text.strip().lower()).limit(2)).all()
    return named[0] if len(named) == 1 else None


def colleagues_like(session: Session, text: str, limit: int = 8) -> list[str]:
    """Colleagues whose name or e-mail begins so, as "Name (e-mail)"."""
    words = text.strip().lower()
    if len(words) < 2:
        return []
    pattern = words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    rows = session.execute(
        select(Person.name, Person.email)
        .where(
            or_(
                func.lower(Person.name).like(f"{pattern}%", escape="\\"),
                func.lower(Person.name).like(f"% {pattern}%", escape="\\"),
                Person.email.like(f"{pattern}%", escape="\\"),
            ),
            Person.active_to.is_(None),
        )
        .order_by(Person.name)
        .limit(limit)
    )
    return [f"{row.name} ({row.email})" for row in rows]


def lookup(session: Session, typed: str, viewer: Viewer, limit: int = 8) -> list[Suggestion]:
    """Counterparties that `typed` may be the beginning of."""
    return suggest(session, typed, limit, viewer_id=viewer.person_id) if len(typed.strip()) > 1 else []


_COMES_AGAIN = (Kind.GIFT, Kind.ENTERTAINMENT, Kind.TRAVEL)  # whoever gives one may give another


def others_lately(session: Session, viewer: Viewer, kind: Kind, limit: int = 3) -> list[str]:
    """The names of those whom the viewer's own last declarations of that kind were about, the latest first, as linked today."""
    survivor = aliased(Counterparty)
    names = session.scalars(
        select(func.coalesce(survivor.name, Counterparty.name))
        .select_from(Declaration)
        .join(Counterparty, Counterparty.id == Declaration.counterparty_id)
        .outerjoin(survivor, survivor.id == Counterparty.same_as_id)
        .where(
            Declaration.declarant_id == viewer.person_id, Declaration.kind.in_(_COMES_AGAIN if kind in _COMES_AGAIN else (kind,))
        )
        .order_by(Declaration.filed_at.desc(), Declaration.id.desc())
        .limit(4 * limit)
    )
    return list(dict.fromkeys(names))[:limit]


def counterparty_named(session: Session, viewer: Viewer, public_id: str) -> str:
    """The name of the counterparty suggested under this id; empty if it may not be shown."""
    row = session.scalars(select(Counterparty).where(Counterparty.public_id == public_id)).one_or_none()
    offered = suggest(session, row.name, 8, viewer_id=viewer.person_id) if row else []
    return row.name if row and any(one.id == row.id for one in offered) else ""


def manager_of(session: Session, viewer: Viewer) -> str:
    """The first name of the viewer's manager, empty if there is none."""
    above = aliased(Person)
    name: Any = session.scalar(
        select(above.name).join(Person, Person.manager_id == above.id).where(Person.id == viewer.person_id)
    )
    return str(name).split(" ")[0] if name else ""
