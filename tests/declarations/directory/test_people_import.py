"""HR's file comes in at once or not at all, and a second time changes nothing."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import event, select

from declarations.directory.people_import import import_people
from declarations.evidence.record import GENESIS
from declarations.extensions import db, writers_engine
from declarations.models import Disclosure, Event
from tests.declarations.directory.hr_file import AMA, BEN, BOSS, FILE, HEADER, bring_in, events, people, said
from tests.support.story import Story

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
            engine = writers_engine()

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


def test_a_second_company_comes_in_with_its_days_and_stays_where_the_file_has_no_column_for_it(story: Story) -> None:
    header, more = HEADER.strip() + ",second_company,second_from,second_to\n", ",NL,2026-01-01,2026-12-31\n"
    lines = BOSS.strip() + ",,,\n" + BEN.strip() + more
    assert bring_in(story, header + lines).errors == ()
    company = people(story)["1"].company_id
    ben = people(story)["2"]
    assert (ben.second_company_id, ben.second_from, ben.second_to) == (company, date(2026, 1, 1), date(2026, 12, 31))
    assert bring_in(story, header + lines).unchanged == 2
    assert bring_in(story, HEADER + BOSS + BEN).unchanged == 2
    assert bring_in(story, header + BOSS.strip() + ",,,\n" + BEN.strip() + ",,,\n").changed == 1
    assert people(story)["2"].second_company_id is None
    for cells, sentence in (
        (",NO-SUCH,2026-01-01,", "The second company “NO-SUCH” is not known."),
        (",NL,,", "from which day"),
        (",NL-DK,2026-01-01,", "must be another one"),
        (",NL,2026-01-02,2026-01-01", "lies before the first"),
    ):
        report = bring_in(story, header + BOSS.strip() + ",,,\n" + BEN.strip() + cells + "\n")
        assert sentence in said(report.errors), cells
