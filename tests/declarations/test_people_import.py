"""HR's file comes in at once or not at all, a second time changes nothing, and every row that cannot land is named."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event, func, select

from declarations.directory import companies_import
from declarations.directory.people_import import Report, import_people
from declarations.evidence.record import GENESIS
from declarations.extensions import db
from declarations.models import Company, CompanyBelow, Disclosure, Event, Person, RoleGrant
from tests.support.story import Story

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask

HEADER = "number,email,name,title,unit,company,manager_number,active_from,active_to,language\n"
BOSS = "1,sofia@nordlys.example,Sofia Marklund,Chief executive,,NL,,2015-01-01,,en\n"
BEN = "2,ben@nordlys.example,Ben Carlsen,Head of sales,Sales,NL-DK,1,2018-03-01,,da\n"
AMA = "3,Amalie@Nordlys.example,Amalie  Thorsen,Account manager,Sales,NL-DK,2,2021-05-01,2026-12-31,\n"
FILE = HEADER + BOSS + BEN + AMA


@pytest.fixture
def story(app: Flask) -> Story:
    """Two companies and nobody in them."""
    story = Story(app)
    story.company("NL", currency="EUR")
    story.company("NL-DK", under="NL")
    return story


def bring_in(story: Story, text: str | bytes, **more: bool) -> Report:
    with story.app.app_context():
        return import_people(data=text.encode() if isinstance(text, str) else text, **more)


def people(story: Story) -> dict[str, Person]:
    with story.app.app_context():
        return {row.number: row for row in db.session.scalars(select(Person))}


def events(story: Story) -> list[tuple[str, str]]:
    with story.app.app_context():
        numbers = {f"person/{row.public_id}": row.number for row in db.session.scalars(select(Person))}
        told = db.session.scalars(select(Event).where(Event.stream.startswith("person/")).order_by(Event.id))
        return [(numbers[row.stream], row.action) for row in told]


def said(problems: tuple[object, ...]) -> str:
    return "\n".join(str(problem) for problem in problems)


# what lands


def test_a_whole_file_lands_with_managers_and_folded_names(story: Story) -> None:
    report = bring_in(story, FILE)
    assert (report.rows, report.added, report.written, report.errors, report.warnings) == (3, 3, True, (), ())
    found = people(story)
    amalie = found["3"]
    assert amalie.name == "Amalie Thorsen"
    assert amalie.email == "amalie@nordlys.example"
    assert amalie.search_name == "amalie thorsen"
    assert amalie.manager_id == found["2"].id
    assert found["2"].manager_id == found["1"].id
    assert found["1"].manager_id is None
    assert (amalie.active_from, amalie.active_to, amalie.language) == (date(2021, 5, 1), date(2026, 12, 31), None)


@pytest.mark.parametrize(
    "data",
    [
        FILE.encode("utf-8-sig"),
        FILE.replace(",", ";").encode(),
        FILE.replace("\n", "\r\n").encode(),
        ("\n".join(reversed(FILE.strip().split("\n")[1:]))).join([HEADER, "\n\n,,,,,,,,,\n"]).encode(),
        FILE.replace("Sales", '"Sales, North"').encode(),
    ],
    ids=["BOM", "semicolons", "Windows lines", "reports before managers, empty lines", "quoted commas"],
)
def test_files_come_as_spreadsheets_write_them(story: Story, data: bytes) -> None:
    report = bring_in(story, data)
    assert report.errors == ()
    assert report.added == 3
    found = people(story)
    assert found["3"].manager_id == found["2"].id


@pytest.mark.parametrize(
    ("name", "folded"),
    [("Åse  Nyström", "ase nystrom"), ("Øjvind Łukasz", "ojvind lukasz"), ("ＡＢＣ", "abc"), ("山田 がく", "山田 がく")],
)
def test_names_are_folded_for_look_ups(story: Story, name: str, folded: str) -> None:
    bring_in(story, HEADER + BOSS.replace("Sofia Marklund", name))
    assert people(story)["1"].search_name == folded


# twice


def test_the_same_file_twice_changes_nothing(story: Story) -> None:
    bring_in(story, FILE)
    before = {number: dict(vars(row)) for number, row in people(story).items()}
    happened = events(story)
    report = bring_in(story, FILE)
    assert (report.added, report.changed, report.unchanged) == (0, 0, 3)
    after = {number: dict(vars(row)) for number, row in people(story).items()}
    strip = {"_sa_instance_state"}
    assert [{k: v for k, v in row.items() if k not in strip and k != "company"} for row in after.values()] == [
        {k: v for k, v in row.items() if k not in strip and k != "company"} for row in before.values()
    ]
    assert events(story) == happened


def test_a_newer_file_changes_what_differs_and_the_record_tells_it(story: Story) -> None:
    bring_in(story, FILE)
    newer = HEADER + BOSS + BEN.replace("Head of sales", "Head of trade") + AMA.replace(",2,", ",1,").replace("2026-12-31", "")
    report = bring_in(story, newer)
    assert (report.added, report.changed, report.unchanged) == (0, 2, 1)
    found = people(story)
    assert found["2"].title == "Head of trade"
    assert (found["3"].manager_id, found["3"].active_to) == (found["1"].id, None)
    assert sorted(events(story)) == sorted(
        [
            *((number, "person:added") for number in "123"),
            ("2", "person:changed"),
            ("3", "person:manager_changed"),
            ("3", "person:left"),
        ]
    )


def test_the_record_of_a_file_is_chained_like_any_other_and_holds_no_name(story: Story) -> None:
    bring_in(story, FILE)
    bring_in(story, FILE.replace("Head of sales", "Head of trade"))
    ben = people(story)["2"]
    with story.app.app_context():
        chain = db.session.scalars(select(Event).where(Event.stream == f"person/{ben.public_id}").order_by(Event.sequence)).all()
        assert [row.sequence for row in chain] == [1, 2]
        assert chain[0].previous == GENESIS
        assert chain[1].previous == chain[0].digest
        assert not any(word in row.body for row in chain for word in (b"Carlsen", b"ben@", b"trade"))
        values = db.session.scalars(select(Disclosure.value).where(Disclosure.event_id == chain[0].id)).all()
    (value,) = values
    assert {name: value[name] for name in ("number", "name", "email", "title", "unit", "active_from", "language")} == {
        "number": "2", "name": "Ben Carlsen", "email": "ben@nordlys.example", "title": "Head of sales", "unit": "Sales",
        "active_from": "2018-03-01", "language": "da",
    }  # fmt: skip


def test_what_the_file_has_no_column_for_stays(story: Story) -> None:
    bring_in(story, FILE)
    report = bring_in(story, "name,number,company,email\nBen C. Carlsen,2,NL-DK,ben@nordlys.example\n")
    assert report.changed == 1
    ben = people(story)["2"]
    assert (ben.name, ben.title, ben.manager_id is None, ben.active_from) == (
        "Ben C. Carlsen",
        "Head of sales",
        False,
        date(2018, 3, 1),
    )


def test_a_language_people_chose_themselves_stays(story: Story) -> None:
    bring_in(story, FILE)
    bring_in(story, FILE.replace(",da\n", ",ja\n").replace("2026-12-31,", "2026-12-31,da"))
    found = people(story)
    assert (found["2"].language, found["3"].language) == ("da", "da")


def test_two_people_may_swap_addresses_in_one_file(story: Story) -> None:
    bring_in(story, FILE)
    swapped = FILE.replace("ben@", "new@").replace("sofia@", "ben@").replace("new@", "sofia@")
    assert bring_in(story, swapped).errors == ()
    assert (people(story)["1"].email, people(story)["2"].email) == ("ben@nordlys.example", "sofia@nordlys.example")


def test_somebody_new_may_take_over_an_address(story: Story) -> None:
    bring_in(story, FILE)
    newer = FILE.replace("ben@", "benjamin@") + "4,ben@nordlys.example,Ben Two,,,NL-DK,1,2026-11-01,,\n"
    assert bring_in(story, newer).errors == ()
    assert people(story)["4"].email == "ben@nordlys.example"


# what does not land


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("9,nobody,Nina,,,NL,1,,,", "line 5: Nina (9): This is not an e-mail address."),
        ("9,n@x.example,,,,NL,1,,,", "line 5: 9: The name must have 1 to 200 characters."),
        (",n@x.example,Nina,,,NL,1,,,", "The number must have 1 to 40 characters."),
        ("9,n@x.example,Nina,,,NL-XX,1,,,", "line 5: Nina (9): The company “NL-XX” is not known."),
        ("9,n@x.example,Nina,,,NL,1,1.5.2020,,", "active_from is “1.5.2020”; a day is written 2026-11-30."),
        ("9,n@x.example,Nina,,,NL,1,2020-02-30,,", "active_from is “2020-02-30”"),
        ("9,n@x.example,Nina,,,NL,1,2020-02-02,2020-02-01,", "The last day lies before the first."),
        ("9,n@x.example,Nina,,,NL,1,,,tlh", "The language must be en, da or ja."),
        ("9,n@x.example,Nina,,,NL,8,,,", "line 5: Nina (9): The manager 8 is neither in the file nor known."),
        ("9,n@x.example,Nina,,,NL,9,,,", "line 5: Nina (9): Is their own manager."),
        ("2,n@x.example,Nina,,,NL,1,,,", "line 5: Nina (2): Line 3 has the same number, 2."),
        ("9,BEN@nordlys.example,Nina,,,NL,1,,,", "line 5: Nina (9): Line 3 has the same e-mail address, ben@nordlys.example."),
        ("9,n@x.example,Nina,,,NL,1,,", "line 5: 9: This row has 9 fields, the header has 10."),
        ('9,n@x.example,"Nina"x,,,NL,1,,,', "line 5: This row cannot be read"),
    ],
)
def test_one_bad_row_is_named_and_nothing_lands(story: Story, row: str, reason: str) -> None:
    report = bring_in(story, FILE + row + "\n")
    assert reason in said(report.errors)
    assert not report.written
    assert people(story) == {}
    assert events(story) == []


def test_every_bad_row_is_named_in_order(story: Story) -> None:
    report = bring_in(story, HEADER + "1,x,A,,,NL,,,,\n" + BEN + "3,y,C,,,NL-XX,7,,,\n")
    assert [problem.line for problem in report.errors] == sorted(problem.line or 0 for problem in report.errors)
    assert {problem.line for problem in report.errors} == {2, 3, 4}  # Ben's manager 1 did not read either


def test_a_circle_is_named_with_everybody_in_it(story: Story) -> None:
    report = bring_in(story, FILE + "4,d@x.example,Dee,,,NL,5,,,\n5,e@x.example,Eva,,,NL,6,,,\n6,f@x.example,Finn,,,NL,4,,,\n")
    assert [problem.line for problem in report.errors] == [5, 6, 7]
    assert "line 5: Dee (4): Reports in a circle: 4 → 5 → 6 → 4." in said(report.errors)
    assert people(story) == {}


def test_circles_may_be_mended_when_asked(story: Story) -> None:
    circle = "4,d@x.example,Dee,,,NL,5,,,\n5,e@x.example,Eva,,,NL,4,,,\n6,f@x.example,Finn,,,NL,6,,,\n"
    report = bring_in(story, FILE + circle, mend=True)
    assert report.written
    assert said(report.warnings).count("Comes in without a manager.") == 3
    assert [people(story)[number].manager_id for number in "456"] == [None, None, None]


def test_a_circle_closed_over_somebody_not_in_the_file_is_found(story: Story) -> None:
    bring_in(story, FILE)
    report = bring_in(story, HEADER + BOSS.replace("NL,,2015", "NL,3,2015"))
    assert "line 2: Sofia Marklund (1): Reports in a circle: 1 → 3 → 2 → 1." in said(report.errors)
    assert people(story)["1"].manager_id is None


def test_vacancies_are_told_and_stop_nothing(story: Story) -> None:
    gone = "4,g@x.example,Gone,,,NL,1,2020-01-01,2026-11-01,\n5,h@x.example,Hanna,,,NL,4,,,\n6,i@x.example,Ida,,,NL,,,,\n"
    report = bring_in(story, FILE + gone)
    assert report.written
    told = said(report.warnings)
    assert "line 6: Hanna (5): The manager Gone (4) left on 2026-11-01." in told
    assert "line 7: Ida (6): Has no manager." in told


def test_an_address_of_somebody_not_in_the_file_is_not_taken(story: Story) -> None:
    bring_in(story, FILE)
    report = bring_in(story, HEADER + "9,ben@nordlys.example,Nina,,,NL,1,,,\n")
    assert "belongs to Ben Carlsen (2), who is not in the file" in said(report.errors)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "The file is empty."),
        (b"number,name,company\n", "The column email is missing."),
        (HEADER.replace("unit", "title").encode(), "The column title stands there 2 times."),
        ((HEADER + BOSS).encode() + b"2,b@x.example,J\xf8rgen,,,NL,1,,,\n", "line 3: This is not UTF-8 text."),
        (FILE.encode("utf-16"), "This is not UTF-8 text."),
    ],
)
def test_a_file_that_does_not_read_says_why(story: Story, data: bytes, reason: str) -> None:
    report = bring_in(story, data)
    assert reason in said(report.errors)
    assert not report.written


def test_an_unknown_column_is_left_out_and_told(story: Story) -> None:
    report = bring_in(story, "number,email,name,company,salary\n1,s@x.example,Sofia,NL,1000\n")
    assert report.written
    assert "The column salary is not known and was left out." in said(report.warnings)


# who is missing


def test_people_missing_from_the_file_stay_unless_it_names_everybody(story: Story) -> None:
    many = "".join(f"{n},p{n}@x.example,Person {n},,,NL,1,2020-01-01,,\n" for n in range(10, 30))
    bring_in(story, FILE + many)
    report = bring_in(story, HEADER + BOSS + BEN + many)
    assert (report.missing, report.ended) == (("Amalie Thorsen (3)",), False)
    assert people(story)["3"].active_to == date(2026, 12, 31)
    report = bring_in(story, HEADER + BOSS + BEN + many, complete=True)
    assert report.missing == ("Amalie Thorsen (3)",)
    assert people(story)["3"].active_to == date(2026, 11, 19)  # yesterday
    assert ("3", "person:left") in events(story)
    assert bring_in(story, HEADER + BOSS + BEN + many, complete=True).missing == ()


def test_a_file_cut_short_does_not_end_half_the_group(story: Story) -> None:
    many = "".join(f"{n},p{n}@x.example,Person {n},,,NL,1,2020-01-01,,\n" for n in range(10, 30))
    bring_in(story, FILE + many)
    report = bring_in(story, FILE, complete=True)
    assert "20 of 23 people are not in the file" in said(report.errors)
    assert people(story)["10"].active_to is None
    assert bring_in(story, FILE, complete=True, many_may_end=True).written
    assert people(story)["10"].active_to == date(2026, 11, 19)


def test_a_dry_run_reports_and_writes_nothing(story: Story) -> None:
    report = bring_in(story, FILE, dry_run=True)
    assert (report.added, report.written) == (3, False)
    assert people(story) == {}


# how it writes


def test_the_number_of_statements_does_not_grow_with_the_number_of_people(story: Story) -> None:
    def statements(data: str) -> int:
        seen: list[str] = []
        with story.app.app_context():
            engine = db.engine

            def count(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
                seen.append(statement)

            event.listen(engine, "before_cursor_execute", count)
            import_people(data=data.encode())
            event.remove(engine, "before_cursor_execute", count)
        return len(seen)

    def rows(first: int, last: int, title: str = "") -> str:
        return "".join(f"{n},p{n}@x.example,P {n},{title},,NL,1,2020-01-01,,\n" for n in range(first, last))

    few = statements(FILE + rows(10, 12))
    assert statements(FILE + rows(100, 700)) == few
    assert statements(FILE + rows(100, 103, "Chief")) == statements(FILE + rows(110, 700, "Chief"))


# companies

COMPANIES = "key;name;parent;country;time_zone;currency;language;calendar\n"
TREE = COMPANIES + (
    "SE;Nordlys Sverige;NL-DK;SE;Europe/Stockholm;SEK;en;SE\n"
    "JP-1;Nordlys Osaka;JP;JP;Asia/Tokyo;JPY;ja;JP\n"
    "JP;Nordlys Japan;NL;JP;Asia/Tokyo;JPY;ja;JP\n"
)


def bring_in_companies(story: Story, text: str) -> companies_import.Report:
    with story.app.app_context():
        return companies_import.import_companies(data=text.encode())


def test_companies_come_in_with_the_tree_and_twice_changes_nothing(story: Story) -> None:
    assert bring_in_companies(story, TREE).added == 3
    with story.app.app_context():
        depth = select(CompanyBelow.depth).join(Company, Company.id == CompanyBelow.company_id)
        above = select(Company.id).where(Company.key == "NL").scalar_subquery()
        assert db.session.scalar(depth.where(Company.key == "JP-1", CompanyBelow.ancestor_id == above)) == 2
        happened = db.session.scalar(select(func.count()).select_from(Event))
    again = bring_in_companies(story, TREE)
    assert (again.added, again.changed, again.unchanged) == (0, 0, 3)
    with story.app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Event)) == happened


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("XX;X;NL-XX;SE;Europe/Stockholm;SEK;en;SE", "neither in the file nor known"),
        ("NL;N;SE;DK;Europe/Copenhagen;DKK;en;DK", "in a circle"),
        ("XX;X;NL;SE;Mars/Base;SEK;en;SE", "line 5: XX: This is not a time zone"),
        ("SE;X;NL;SE;Europe/Stockholm;SEK;en;SE", "Line 2 has the same key."),
    ],
)
def test_one_bad_company_is_named_and_nothing_lands(story: Story, row: str, reason: str) -> None:
    report = bring_in_companies(story, TREE + row + "\n")
    assert reason in said(tuple(report.errors))
    assert not report.written
    with story.app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Company)) == 2


# the command line


def test_the_command_names_what_is_wrong_and_fails(story: Story, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text(FILE + "9,nobody,Nina,,,NL,1,,,\n")
    run = story.app.test_cli_runner().invoke(args=["people", "import", str(file)])
    assert run.exit_code == 1
    assert "line 5: Nina (9): This is not an e-mail address." in run.output
    file.write_text(FILE)
    run = story.app.test_cli_runner().invoke(args=["people", "import", str(file)])
    assert run.exit_code == 0
    assert "Brought in: 3 new, 0 changed, 0 as before." in run.output


def test_the_first_administrator_gets_a_link_in_an_empty_installation(app: Flask) -> None:
    run = app.test_cli_runner().invoke
    assert run(args=["people", "first-administrator", "eva@x.example"]).exit_code == 1
    more = ["--name", "Eva Holm", "--company-name", "Nordlys", "--company-key", "NL"]
    made = run(args=["people", "first-administrator", "eva@x.example", *more])
    assert made.exit_code == 0, made.output
    link = made.output.strip().split("\n")[-1]
    again = run(args=["people", "first-administrator", "eva@x.example"])  # the link was lost: another one, the first is void
    assert again.exit_code == 0
    client = app.test_client()
    assert client.get(link.removeprefix("http://localhost")).status_code == 410
    second = again.output.strip().split("\n")[-1].removeprefix("http://localhost")
    assert client.post(second, data={"password": "a boat on the river", "again": "a boat on the river"}).status_code == 302
    assert client.get("/directory").status_code == 200
    for email in ("eva@x.example", "someone@x.example"):
        refused = run(args=["people", "first-administrator", email])
        assert refused.exit_code == 1
        assert "There is an administrator already" in refused.output


def test_roles_are_granted_and_listed_at_the_command_line(story: Story) -> None:
    bring_in(story, FILE)
    run = story.app.test_cli_runner().invoke
    listed = run(args=["people", "roles", "--grant", "compliance_officer", "ben@nordlys.example", "NL-DK"])
    assert "compliance_officer  NL-DK  ben@nordlys.example  Ben Carlsen" in listed.output
    assert run(args=["people", "roles", "--grant", "king", "ben@nordlys.example", "NL-DK"]).exit_code == 1
    assert run(args=["people", "roles", "--grant", "administrator", "ben@nordlys.example", "NL"]).exit_code == 1
    assert run(args=["people", "roles", "--revoke", "compliance_officer", "ben@nordlys.example", "NL-DK"]).exit_code == 0
    with story.app.app_context():
        assert db.session.scalars(select(RoleGrant.revoked_at)).one() is not None


def test_invitations_are_printed_where_there_is_no_mail_server(story: Story) -> None:
    bring_in(story, FILE)
    run = story.app.test_cli_runner().invoke
    assert "/set-password/" in run(args=["people", "invite", "ben@nordlys.example"]).output
    everybody = run(args=["people", "invite", "--all"]).output  # Ben's link still works, so he gets no other
    assert everybody.count("/set-password/") == 2
    assert run(args=["people", "invite", "nobody@nordlys.example"]).exit_code == 1
    assert run(args=["people", "invite"]).exit_code == 1
