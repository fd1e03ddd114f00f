"""What an empty installation needs before anybody can declare is put there once; what is there already stays as it is."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import tomlkit
from sqlalchemy import select

from declarations import clock
from declarations.directory.bootstrap import First, first_administrator
from declarations.directory.entries import CompanyEntry, PersonEntry, wrong_with_company, wrong_with_person
from declarations.extensions import db
from declarations.models import Company, ExchangeRate, PolicyDocument, RoleGrant
from declarations.policies import commands as policies
from workflows.case import Invalid
from workflows.words import N_, Role

CODE = Path(__file__).resolve().parents[2] / "workflows" / "policies" / "group-code-2026.toml"
_FIRST_NUMBER = "1"  # at HR, until HR's file says another
RATES_SINCE = timedelta(days=400)  # declarations of the past year are reckoned too; the whole history would take ten seconds


@dataclass(frozen=True)
class Administrator:
    """Who starts an installation, and for which company."""

    email: str
    name: str
    company: CompanyEntry

    def problems(self) -> dict[str, str]:
        """Everything wrong with what was said, field → sentence."""
        person = PersonEntry(number=_FIRST_NUMBER, email=self.email, name=self.name, company=self.company.key)
        return {**wrong_with_company(self.company), **wrong_with_person(person)}


def begin(administrator: Administrator | None) -> str | None:
    """Put company, administrator, rates and the Code into an empty installation, each only where there is none.

    Answers the token of the administrator's one-time link, or None where there was an administrator before. Raises Invalid, with
    nothing written, if there is none and nobody is named, or if what was said of them does not stand.
    """
    session, token = db.session(), None
    if session.scalar(select(RoleGrant.id).where(RoleGrant.role == Role.ADMINISTRATOR).limit(1)) is None:
        if administrator is None:
            raise Invalid("nobody", N_("Nobody is administrator yet. Say who you are, and for which company."))
        if problems := administrator.problems():
            raise Invalid("entry", N_("Something does not fit."), problems)
        first = First(administrator.name, _FIRST_NUMBER)
        token = first_administrator(email=administrator.email, person=first, company=administrator.company)
    if session.scalar(select(ExchangeRate.day).limit(1)) is None:
        policies.import_rates(since=clock.now().date() - RATES_SINCE)
    if session.scalar(select(PolicyDocument.id).limit(1)) is None:
        top = session.scalars(select(Company).where(Company.parent_id.is_(None)).order_by(Company.id)).first()
        assert top is not None
        policies.publish(text=_code_of(top), name=CODE.name, by_email=None)
    return token


def _code_of(company: Company) -> bytes:
    """The Code that comes with the program as this company's own: in force from today on, by its clock and its holidays."""
    code = tomlkit.parse(CODE.read_text(encoding="utf-8").partition("\n\n")[2])
    today = clock.now().astimezone(ZoneInfo(company.time_zone)).date()
    code["effective_from"] = code["approved_on"] = today
    code["approved_by"] = company.name
    code["time_zone"] = company.time_zone
    code["holiday_calendar"] = company.calendar
    return tomlkit.dumps(code).encode()
