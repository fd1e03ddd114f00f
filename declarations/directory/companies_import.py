"""The group's companies come in from one file at once or not at all; the same file a second time changes nothing."""

from dataclasses import dataclass, field

from sqlalchemy import select

from declarations.directory.chart import circles, top_down
from declarations.directory.commands import hand_of
from declarations.directory.companies import LOOSER, agrees, insert_company, rewrite_tree, update_company
from declarations.directory.entries import CompanyEntry, wrong_with_company
from declarations.directory.events import one_at_a_time
from declarations.directory.people_file import Problem, read_table
from declarations.extensions import writing
from declarations.models import Company

COLUMNS = ("key", "name", "parent", "country", "time_zone", "currency", "language", "calendar")


@dataclass
class Report:
    """What an import did, or would do; `written` says which."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    errors: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    written: bool = False


class _Undone(Exception):
    """Leaves the transaction without writing."""


def import_companies(*, data: bytes, dry_run: bool = False) -> Report:
    """Bring in a file of companies (see COLUMNS; `parent` is the key of the company above, empty at the top).

    Companies that are not in the file stay as they are: one is never deleted, since declarations belong to it.
    """
    entries, report = _read(data)
    try:
        with writing() as session:
            one_at_a_time(session)
            known = {company.key: company for company in session.scalars(select(Company))}
            _check_tree(entries, known, report)
            if report.errors:
                raise _Undone
            touched = set()
            for entry in _parents_first(entries):
                parent = known[entry.parent].id if entry.parent else None
                company = known.get(entry.key)
                if company is None:
                    known[entry.key] = insert_company(session, entry, parent, hand_of(None))
                    report.added += 1
                    touched.add(entry.key)
                elif update_company(session, company, entry, parent, hand_of(None)):
                    report.changed += 1
                    touched.add(entry.key)
                else:
                    report.unchanged += 1
            rewrite_tree(session)
            if touched and not agrees(session, touched):
                report.errors.append(Problem(None, ", ".join(sorted(touched)), LOOSER))
            if dry_run or report.errors:
                raise _Undone
            report.written = True
    except _Undone:
        report.written = False
    return report


def _read(data: bytes) -> tuple[dict[str, tuple[int, CompanyEntry]], Report]:
    """The file's entries by key with their lines."""
    rows, file = read_table(data, COLUMNS, COLUMNS)
    report = Report(errors=file.errors, warnings=file.warnings)
    entries: dict[str, tuple[int, CompanyEntry]] = {}
    for line, row in rows:
        entry = CompanyEntry(
            key=row["key"],
            name=row["name"],
            parent=row["parent"] or None,
            country=row["country"].upper(),
            time_zone=row["time_zone"],
            currency=row["currency"].upper(),
            language=row["language"].lower(),
            calendar=row["calendar"],
        )
        wrong = list(wrong_with_company(entry).values())
        if entry.key in entries:
            wrong.append(f"Line {entries[entry.key][0]} has the same key.")
        if wrong:
            report.errors.append(Problem(line, entry.key, " ".join(wrong)))
        else:
            entries[entry.key] = (line, entry)
    return entries, report


def _check_tree(entries: dict[str, tuple[int, CompanyEntry]], known: dict[str, Company], report: Report) -> None:
    """Every company above is known, and none lies below itself."""
    keys = {company.id: company.key for company in known.values()}
    above = {key: keys[company.parent_id] if company.parent_id else None for key, company in known.items()}
    above |= {key: entry.parent for key, (_, entry) in entries.items()}
    for key, (line, entry) in entries.items():
        if entry.parent and entry.parent not in above:
            report.errors.append(Problem(line, key, f"The company above, {entry.parent}, is neither in the file nor known."))
    for circle in circles(above):
        way = " → ".join([*circle, circle[0]])
        for key in circle:
            where = entries[key][0] if key in entries else None
            report.errors.append(Problem(where, key, f"Companies lie below each other in a circle: {way}."))
    report.errors.sort(key=lambda problem: problem.line or 0)


def _parents_first(entries: dict[str, tuple[int, CompanyEntry]]) -> list[CompanyEntry]:
    """The entries in an order in which the company above is there when it is needed."""
    order = top_down({key: entry.parent for key, (_, entry) in entries.items()})
    return [entries[key][1] for key in order]
