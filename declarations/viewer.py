"""Who is looking: one frozen answer per request to who is signed in, in which roles, for whom they stand in."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, exists, func, select
from sqlalchemy.orm import Session

from declarations.direct import run
from declarations.models import Company, CompanyBelow, Delegation, Person, RoleGrant
from workflows.words import Role


@dataclass(frozen=True)
class Viewer:
    """A person at the door. `roles` maps each role held today to every company it reaches (granted ones and all below)."""

    person_id: int
    public_id: str
    name: str
    title: str
    email: str
    company_id: int
    company_name: str
    currency: str
    country: str
    language: str
    zone: ZoneInfo
    roles: Mapping[Role, frozenset[int]] = field(default_factory=dict)
    stands_in_for: frozenset[int] = frozenset()
    has_reports: bool = False
    session_id: int | None = None
    token: str = field(default="", repr=False)
    confirmed_at: datetime | None = None

    # what Flask-Login asks of a user
    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        """The session token; Flask-Login keeps it in the signed cookie."""
        return self.token

    def holds(self, role: Role, company_id: int | None = None) -> bool:
        """True if the role is held for `company_id`, or for any company if none is named."""
        reach = self.roles.get(role, frozenset())
        return bool(reach) if company_id is None else company_id in reach

    def reach(self, role: Role) -> frozenset[int]:
        """The ids of all companies for which the role is held."""
        return self.roles.get(role, frozenset())

    @property
    def manages(self) -> bool:
        """True if somebody reports to them, or they stand in for somebody."""
        return self.has_reports or bool(self.stands_in_for)

    @property
    def first_name(self) -> str:
        """What a greeting says; the whole name where family names come first."""
        return self.name if self.country == "JP" else self.name.split(" ")[0]


# Built once: building a statement costs more than running it.
_ROLES = (
    select(RoleGrant.role, CompanyBelow.company_id)
    .join(CompanyBelow, CompanyBelow.ancestor_id == RoleGrant.company_id)
    .where(RoleGrant.person_id == bindparam("person"), RoleGrant.revoked_at.is_(None))
)
_PRINCIPALS = select(Delegation.person_id).where(
    Delegation.substitute_id == bindparam("person"),
    Delegation.first_on <= bindparam("today"),
    Delegation.last_on >= bindparam("today"),
    Delegation.ended_at.is_(None),
)
_REPORTS = select(
    exists().where(Person.manager_id == bindparam("person"), func.coalesce(Person.active_to, date.max) >= bindparam("today"))
)


def roles_of(session: Session, person_id: int) -> dict[Role, frozenset[int]]:
    """Every role the person holds now and the companies it reaches, in one query."""
    reach: dict[Role, set[int]] = {}
    for role, company_id in run(session, _ROLES, {"person": person_id}):
        reach.setdefault(Role(role), set()).add(company_id)
    return {role: frozenset(ids) for role, ids in reach.items()}


def stands_in_for(session: Session, person_id: int, today: date) -> frozenset[int]:
    """Whose decisions the person may take today by a running delegation."""
    return frozenset(run(session, _PRINCIPALS, {"person": person_id, "today": today}).scalars())


def as_of_now(session: Session, known: Viewer, now: datetime) -> Viewer:
    """The same person with the roles and delegations of `now` (UTC): those of a page's beginning may be gone at the click."""
    today = now.astimezone(known.zone).date()
    roles, principals = roles_of(session, known.person_id), stands_in_for(session, known.person_id, today)
    return replace(known, roles=roles, stands_in_for=principals)


def viewer(
    session: Session,
    person: Person,
    now: datetime,
    *,
    session_id: int | None = None,
    token: str = "",
    confirmed_at: datetime | None = None,
) -> Viewer:
    """The Viewer for `person` at `now` (UTC), with roles and delegations of that moment."""
    company: Company = person.company
    zone = ZoneInfo(company.time_zone)
    today = now.astimezone(zone).date()
    return Viewer(
        person_id=person.id,
        public_id=person.public_id,
        name=person.name,
        title=person.title,
        email=person.email,
        company_id=company.id,
        company_name=company.name,
        currency=company.currency,
        country=company.country,
        language=person.language or company.language,
        zone=zone,
        roles=roles_of(session, person.id),
        stands_in_for=stands_in_for(session, person.id, today),
        has_reports=bool(run(session, _REPORTS, {"person": person.id, "today": today}).scalar()),
        session_id=session_id,
        token=token,
        confirmed_at=confirmed_at,
    )
