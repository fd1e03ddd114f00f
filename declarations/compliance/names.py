"""Who is meant by a name, or by its beginning; how many are looked at is bounded."""

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from declarations.directory.names import search_name
from declarations.models import Person

MANY = 30_000


def many_people(session: Session) -> bool:
    """Whether there are so many people that looking through all names takes a reader's patience."""
    return (session.scalar(select(func.max(Person.id))) or 0) > MANY


def people_called(session: Session, text: str, most: int, *, thoroughly: bool) -> list[int]:
    """The ids of up to `most` people whose name, e-mail address or number is typed or begun.

    If nobody's is, and `thoroughly`, everybody is looked through for the words anywhere in a name, so that a family name finds.
    """
    folded, typed = search_name(text), text.strip()
    if not folded:
        return []
    exact = session.scalars(select(Person.id).where(or_(Person.email == typed.lower(), Person.number == typed))).all()
    if exact:
        return list(exact)
    # From where the name would stand in the index; the database's own order decides, so what is begun is looked at here.
    begun = session.execute(
        select(Person.id, Person.search_name).where(Person.search_name >= folded).order_by(Person.search_name).limit(most)
    )
    found = [row.id for row in begun if row.search_name.startswith(folded)]
    if found or not thoroughly:
        return found
    words = and_(*(Person.search_name.contains(word, autoescape=True) for word in folded.split()))
    return list(session.scalars(select(Person.id).where(words).limit(most)))
