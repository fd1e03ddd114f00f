"""Whoever a new version concerns is told once, in one statement however many they are, and never ahead of what is urgent."""

from datetime import date, datetime

from sqlalchemy import String, and_, cast, func, insert, literal, null, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from declarations.models import CanonicalJson, CompanyBelow, NoticeRow, Person, UtcDateTime

PUBLISHED = "policy_published"
A_SECOND = 10  # so many of these mails fall due in one second, so that a decision's mail never waits behind all of them


def tell(session: Session, company_id: int | None, effective_from: date, now: datetime) -> None:
    """Write a notice for everybody who belongs to the company or one below it today; for the Code (`company_id` None) for everybody."""
    day = effective_from.isoformat()
    employed = (Person.active_from <= now.date(), or_(Person.active_to.is_(None), Person.active_to >= now.date()))
    place = func.row_number().over(order_by=Person.id)
    wait = (place - 1) // A_SECOND
    lite = session.get_bind().dialect.name == "sqlite"
    whom = select(
        _random_id(lite=lite),
        Person.id,
        null(),
        literal(PUBLISHED),
        literal({"from_on": day, "day": day}, CanonicalJson()),
        literal(now, UtcDateTime()),
        _after(now, wait, lite=lite),
    ).where(*employed)
    if company_id is not None:
        below = select(CompanyBelow.company_id).where(CompanyBelow.ancestor_id == company_id)
        stays = or_(Person.second_to.is_(None), Person.second_to >= now.date())
        whom = whom.where(or_(Person.company_id.in_(below), and_(Person.second_company_id.in_(below), stays)))
    names = ["public_id", "person_id", "declaration_id", "template", "params", "created_at", "next_try_at"]
    session.execute(insert(NoticeRow).from_select(names, whom))


def _random_id(*, lite: bool) -> ColumnElement[str]:
    """Sixteen letters, each row's own: made by the database, since the rows never come here."""
    if lite:
        return func.lower(func.hex(func.randomblob(8)))
    return func.substr(func.replace(cast(func.gen_random_uuid(), String), "-", ""), 17, 16)


def _after(now: datetime, seconds: ColumnElement[int], *, lite: bool) -> ColumnElement[datetime]:
    if lite:
        stored = literal(now, UtcDateTime())
        return func.strftime("%Y-%m-%d %H:%M:%f000", stored, cast(seconds, String) + " seconds", type_=UtcDateTime())
    return literal(now, UtcDateTime()) + func.make_interval(0, 0, 0, 0, 0, 0, seconds)
