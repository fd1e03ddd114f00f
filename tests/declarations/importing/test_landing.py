"""Rows land once, as what they are: recorded elsewhere, imported here, approved by nobody."""

from pathlib import Path

from flask import Flask
from sqlalchemy import func, select

from declarations.extensions import db
from declarations.models import Counterparty, Declaration, Event, Filing, ImportedRow, Person
from tests.support.story import Story
from workflows.words import State, Timing, ValueBasis

Files = tuple[Path, Path]


def bring_in(app: Flask, files: Files, *more: str) -> str:
    register, mapping = files
    arguments = ["import", "register", str(register), "--company", "NL-DK", "--mapping", str(mapping), *more]
    result = app.test_cli_runner().invoke(args=arguments)
    assert result.exit_code == 0, result.output
    return result.output


def count(app: Flask, model: type) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_a_dry_run_reports_and_writes_nothing(app: Flask, story: Story, files: Files) -> None:
    people = count(app, Person)
    told = bring_in(app, files, "--dry-run", "--declarants", "create")
    assert "Would land now: 5." in told
    assert "would be put into the directory" in told
    assert (count(app, Declaration), count(app, ImportedRow), count(app, Person)) == (0, 0, people)


def test_rows_land_as_recorded_and_labelled_imported(app: Flask, story: Story, files: Files) -> None:
    told = bring_in(app, files, "--declarants", "create")
    assert "Landed now: 5." in told
    with app.app_context():
        rows = db.session.scalars(select(Declaration).order_by(Declaration.id)).all()
        assert [row.state for row in rows] == [State.RECORDED] * 4
        assert {row.timing for row in rows} == {Timing.IMPORTED}
        assert all(row.decided_at is None and row.assignee_id is None for row in rows)
        assert [row.value_minor for row in rows] == [64000, 64000, None, 125050]
        assert rows[2].value_basis == ValueBasis.UNKNOWN
        assert rows[2].title == "Wine, two bottles"
        assert {row.imported_from for row in rows} == {"old.csv"}
        assert set(db.session.scalars(select(Event.action).where(Event.declaration_id.is_not(None)))) == {"declaration:imported"}


def test_a_second_run_changes_nothing(app: Flask, story: Story, files: Files) -> None:
    bring_in(app, files, "--declarants", "create")
    before = [count(app, model) for model in (Declaration, ImportedRow, Person, Counterparty, Event)]
    told = bring_in(app, files, "--declarants", "create")
    assert "Landed now: 0." in told
    assert "5 of them had landed before" in told
    assert [count(app, model) for model in (Declaration, ImportedRow, Person, Counterparty, Event)] == before


def test_rows_added_later_land_beside_those_of_before(app: Flask, story: Story, files: Files) -> None:
    bring_in(app, files, "--declarants", "create")
    register, _ = files
    same_again = 'Amalie,,2026-03-04,Osterman A/S,22093847,A hamper,"kr 640,00",x\n'
    register.write_text(register.read_text(encoding="utf-8") + same_again, encoding="utf-8")
    assert "Landed now: 1." in bring_in(app, files, "--declarants", "create")
    assert count(app, Declaration) == 5


def test_findings_are_those_of_the_policy_of_the_day_and_none_before_there_was_one(
    app: Flask, story: Story, files: Files
) -> None:
    bring_in(app, files, "--declarants", "create")
    with app.app_context():
        found = {
            row.title: filing.assessment
            for row, filing in db.session.execute(
                select(Declaration, Filing).join(Filing, Filing.declaration_id == Declaration.id)
            )
        }
    assert {finding["rule"] for finding in found["A hamper"]["findings"]} >= {"gift-manager"}
    assert found["A pen"]["findings"] == []
    assert found["A pen"]["asked"] == 0


def test_nobody_is_called_late_when_the_register_does_not_say_when_it_was_declared(
    app: Flask, story: Story, files: Files
) -> None:
    bring_in(app, files, "--declarants", "create")
    with app.app_context():
        assert set(db.session.scalars(select(Declaration.days_late))) == {0}


def test_spellings_with_one_number_are_one_counterparty(app: Flask, story: Story, files: Files) -> None:
    bring_in(app, files, "--declarants", "create")
    with app.app_context():
        assert sorted(db.session.scalars(select(Counterparty.name))) == ["Birkholm Data", "Osterman A/S"]


def test_rows_that_cannot_land_are_told_with_line_and_reason(app: Flask, story: Story, files: Files) -> None:
    told = bring_in(app, files)
    assert "line 7: “Ben” under “Day” is no day, but there is one under “From”: the cells have moved." in told
    assert "Nobody called “Clara Vind” works here" in told
    assert "line 4: “~200” under “Worth” is no number" in told


def test_people_who_come_in_with_a_register_can_neither_sign_in_nor_decide(app: Flask, story: Story, files: Files) -> None:
    bring_in(app, files, "--declarants", "create")
    with app.app_context():
        clara = db.session.scalars(select(Person).where(Person.number == "IMPORT-77")).one()
        assert clara.name == "Clara Vind"
        assert clara.active_to is not None
        assert clara.active_to < story.now.date()
        assert clara.password_hash is None
        assert clara.email.endswith(".invalid")


def test_an_unknown_company_or_mapping_is_told_in_a_sentence(app: Flask, story: Story, files: Files) -> None:
    register, mapping = files
    runner = app.test_cli_runner()
    result = runner.invoke(args=["import", "register", str(register), "--company", "NOWHERE", "--mapping", str(mapping)])
    assert result.exit_code == 1
    assert "no company with the key “NOWHERE”" in result.output
    result = runner.invoke(args=["import", "register", str(register), "--company", "NL-DK", "--mapping", "nothing"])
    assert result.exit_code == 1
    assert "no mapping nothing" in result.output


def test_the_record_of_imported_declarations_verifies(app: Flask, story: Story, files: Files) -> None:
    bring_in(app, files, "--declarants", "create")
    result = app.test_cli_runner().invoke(args=["record", "verify"])
    assert result.exit_code == 0, result.output
