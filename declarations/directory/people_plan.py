"""What an HR file means for the directory as it is: who is new, changed or gone, and every reason why the file cannot land."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from declarations.directory.chart import circles
from declarations.directory.people_file import PeopleFile, Problem, Row, about
from declarations.directory.rows import SECOND
from declarations.models import public_id

Person = dict[str, Any]  # the columns of rows.COLUMNS


@dataclass(frozen=True)
class Directory:
    """The directory before the file: everybody by number, the companies' ids by key, and today."""

    people: Mapping[str, Person]
    companies: Mapping[str, int]
    today: date


@dataclass
class Plan:
    """What would be written. Nothing is if there are errors."""

    new: list[Person] = field(default_factory=list)
    changed: list[tuple[Person, Person]] = field(default_factory=list)  # before, after
    unchanged: int = 0
    missing: list[Person] = field(default_factory=list)  # active, and not in the file
    errors: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    without_manager: set[str] = field(default_factory=set)  # numbers whose manager was dropped to break a circle


def plan(file: PeopleFile, before: Directory, *, take_ids: Callable[[int], Sequence[int]], complete: bool, mend: bool) -> Plan:
    """Compare the file with the directory. `complete`: who is missing ends; `mend`: circles lose their managers, not the file."""
    made = Plan(errors=list(file.errors), warnings=list(file.warnings))
    after = _after(file, before, take_ids, made)
    _managers(file, before, after, made)
    _circles(file, before, after, made, mend)
    _addresses(file, before, after, made)
    made.missing = [p for number, p in before.people.items() if number not in after and _is_here(p, before.today)]
    if complete:
        ended = before.today - timedelta(days=1)
        after |= {p["number"]: p | {"active_to": ended} for p in made.missing}
    _vacancies(file, before, after, made)
    for number, person in after.items():
        old = before.people.get(number)
        if old is None:
            made.new.append(person)
        elif old != person:
            made.changed.append((old, person))
        else:
            made.unchanged += 1
    made.errors.sort(key=lambda problem: problem.line or 0)
    made.warnings.sort(key=lambda problem: problem.line or 0)
    return made


def _is_here(person: Person, today: date) -> bool:
    return person["active_to"] is None or bool(person["active_to"] >= today)


def _after(file: PeopleFile, before: Directory, take_ids: Callable[[int], Sequence[int]], made: Plan) -> dict[str, Person]:
    """Everybody in the file as they will be, by number, managers aside."""
    fresh = iter(take_ids(sum(row.entry.number not in before.people for row in file.rows)))
    after: dict[str, Person] = {}
    for row in file.rows:
        company = before.companies.get(row.entry.company)
        if company is None:
            sentence = f"The company “{row.entry.company}” is not known. Bring companies in first: flask companies import."
            made.errors.append(Problem(row.line, about(row.entry), sentence))
            company = 0
        second = before.companies.get(row.entry.second_company) if row.entry.second_company else None
        if row.entry.second_company and second is None:
            sentence = f"The second company “{row.entry.second_company}” is not known."
            made.errors.append(Problem(row.line, about(row.entry), sentence))
        old = before.people.get(row.entry.number)
        after[row.entry.number] = _merged(row, file.columns, company, second, old, before.today, fresh)
    return after


def _merged(
    row: Row, columns: frozenset[str], company: int, second: int | None, old: Person | None, today: date, fresh: Iterator[int]
) -> Person:
    """One person: what the file has a column for is as in the file. A language people chose themselves stays."""
    entry = row.entry
    person: Person = old or {
        "id": next(fresh),
        "public_id": public_id(),
        "number": entry.number,
        "title": "",
        "unit": "",
        "language": None,
        "active_from": today,
        "active_to": None,
        "manager_id": None,
        **dict.fromkeys(SECOND),
    }
    stated: Person = {"email": entry.email, "name": entry.name, "company_id": company}
    stated |= {name: getattr(entry, name) for name in ("title", "unit", "active_to") if name in columns}
    stated["active_from"] = entry.active_from or person["active_from"]
    stated["language"] = person["language"] or entry.language
    if "second_company" in columns:
        stated |= {"second_company_id": second, **dict.fromkeys(("second_from", "second_to"))}
        stated |= {"second_from": entry.second_from, "second_to": entry.second_to} if second else {}
    return person | stated


def _managers(file: PeopleFile, before: Directory, after: dict[str, Person], made: Plan) -> None:
    """Fill in managers by their numbers; who names nobody known is an error."""
    if "manager_number" not in file.columns:
        return
    for row in file.rows:
        manager = row.entry.manager
        found = after.get(manager) or before.people.get(manager) if manager else None
        if manager and not found:
            made.errors.append(Problem(row.line, about(row.entry), f"The manager {manager} is neither in the file nor known."))
        after[row.entry.number]["manager_id"] = found["id"] if found else None


def _circles(file: PeopleFile, before: Directory, after: dict[str, Person], made: Plan, mend: bool) -> None:
    """Nobody reports to themselves, alone or in a circle."""
    everyone = {**before.people, **after}
    above = {person["id"]: person["manager_id"] for person in everyone.values()}
    numbers = {person["id"]: number for number, person in everyone.items()}
    lines = {row.entry.number: row for row in file.rows}
    for circle in circles(above):
        members = [numbers[member] for member in circle]
        way = " → ".join([*members, members[0]])
        sentence = f"Reports in a circle: {way}." if len(members) > 1 else "Is their own manager. Leave the head's manager empty."
        known_before = not any(number in lines for number in members)
        for number in members:
            row = lines.get(number)
            name = about(row.entry) if row else number
            if not mend or known_before:
                problems = made.warnings if known_before else made.errors
                problems.append(Problem(row.line if row else None, name, sentence))
                continue
            made.warnings.append(Problem(row.line if row else None, name, f"{sentence} Comes in without a manager."))
            made.without_manager.add(number)
            after[number] = everyone[number] | {"manager_id": None}


def _addresses(file: PeopleFile, before: Directory, after: Mapping[str, Person], made: Plan) -> None:
    """No two people share an e-mail address, those not in the file included."""
    held = {person["email"]: person for number, person in before.people.items() if number not in after}
    for row in file.rows:
        other = held.get(row.entry.email)
        if other:
            sentence = f"The address {row.entry.email} belongs to {other['name']} ({other['number']}), who is not in the file."
            made.errors.append(Problem(row.line, about(row.entry), sentence))


def _vacancies(file: PeopleFile, before: Directory, after: Mapping[str, Person], made: Plan) -> None:
    """Who works here and has no manager, or one who has left; one person at the head of all is no vacancy."""
    everyone = {**before.people, **after}
    by_id = {person["id"]: person for person in everyone.values()}
    lines = {row.entry.number: row.line for row in file.rows}
    here = [person for person in everyone.values() if _is_here(person, before.today)]
    heads = [person for person in here if person["manager_id"] is None]
    for person in heads if len(heads) > 1 else []:
        if person["number"] not in made.without_manager:
            made.warnings.append(_vacancy(person, lines, "Has no manager. Only the head of the group should have none."))
    for person in here:
        manager = by_id.get(person["manager_id"])
        if manager and not _is_here(manager, before.today):
            left = manager["active_to"].isoformat()
            made.warnings.append(_vacancy(person, lines, f"The manager {manager['name']} ({manager['number']}) left on {left}."))


def _vacancy(person: Person, lines: Mapping[str, int], sentence: str) -> Problem:
    return Problem(lines.get(person["number"]), f"{person['name']} ({person['number']})", sentence)
