"""The example on an empty database: every figure stands beside the expected one and the register's."""

from pathlib import Path

import pytest
from flask import Flask

from tests.support.story import Story

HEAD = "Minister,Date,Gift,Given or received,Who gift was given to or received from,Value (£),Outcome,Publication\n"
ROWS = (
    "Ada Berg,2026-09-08,A carving,Received,Birkholm A/S,Above limit,Held by Department,September\n"
    'Ada Berg,09/09/2026,A book,Received,Osterman,"£1,250.50",Purchased by minister,September\n'
    "Ben Dahl,Nil Return,Nil Return,Nil Return,Nil Return,Nil Return,Nil Return,September\n"
    "Ben Dahl,2026-09-10,A pen,Given,Osterman,40,N/A,September\n"
)
EXPECTED = """
gifts.csv:
  data_rows: 4
  nil_returns: 1
  usable_rows: 2
  date_ok_value_not_a_number: 1
  rows_with_shifted_or_missing_date: 0
  value_texts_not_numbers:
    Above limit: 1
  date_forms:
    '9999-99-99': 2
    99/99/9999: 1
  sum_of_usable: '1290.50'
  max_usable: '1250.50'
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "gifts.csv"
    file.write_text(HEAD + ROWS, encoding="utf-8")
    return file


def test_every_figure_agrees_with_the_expected_and_the_register(app: Flask, file: Path) -> None:
    file.with_name("expected.yaml").write_text(EXPECTED, encoding="utf-8")
    result = app.test_cli_runner().invoke(args=["import-example", str(file)])
    assert result.exit_code == 0, result.output
    (line,) = [line for line in result.output.splitlines() if line.startswith("sum ")]
    assert line.split() == ["sum", "1290.50", "1290.50", "1290.50"]
    assert "Imported again: 0 new declarations." in result.output
    assert "Everything agrees." in result.output


def test_a_figure_that_differs_is_said_and_fails(app: Flask, file: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.yaml"
    other.write_text(EXPECTED.replace("1290.50", "1290.51"), encoding="utf-8")
    result = app.test_cli_runner().invoke(args=["import-example", str(file), "--expected", str(other)])
    assert result.exit_code == 1
    assert "DIFFERS" in result.output


def test_an_example_never_touches_a_database_in_use(app: Flask, file: Path) -> None:
    Story(app).house()
    result = app.test_cli_runner().invoke(args=["import-example", str(file)])
    assert result.exit_code == 1
    assert "not empty" in result.output


def test_headings_no_mapping_fits_are_told(app: Flask, file: Path) -> None:
    file.write_text("A,B\n1,2\n", encoding="utf-8")
    result = app.test_cli_runner().invoke(args=["import-example", str(file)])
    assert result.exit_code == 1
    assert "None of the shipped mappings" in result.output
