"""Old registers as they really come: moved cells, words for numbers, two orders of the day, marks and line breaks."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from declarations.importing.mapping import SHIPPED, BadMapping, Mapping, fitting, load
from declarations.importing.reading import BadFile, Entry, Nil, Unusable, amount, headings, read
from workflows.words import Direction, Disposition, Kind, ValueBasis

TODAY = date(2026, 11, 20)
HEAD = "Who,Day,From,What,With guest,Worth,Note"


def mapping(**more: object) -> Mapping:
    plain: dict[str, object] = {
        "title": "Invented",
        "dates": ["YYYY-MM-DD", "DD/MM/YYYY"],
        "signs": ["£"],
        "nil_return": ["nil return"],
        "unknown_value": ["", "value unknown"],
        "columns": {
            "declarant": "Who",
            "occurred_on": "Day",
            "counterparty": "From",
            "title": "What",
            "companion": "With guest",
            "value": "Worth",
        },
        "words": {"companion": {"yes": True, "no": False}},
        "always": {"kind": "entertainment", "direction": "received", "currency": "GBP"},
    }
    return Mapping.model_validate(plain | more)


def rows(*lines: str, **more: object) -> list[Entry | Nil | Unusable]:
    return read("\n".join((HEAD, *lines)).encode(), mapping(**more), TODAY)


def one(line: str, **more: object) -> Entry | Nil | Unusable:
    (row,) = rows(line, **more)
    return row


def test_a_plain_row_is_understood() -> None:
    row = one("Ada Berg,2025-03-04,Osterman A/S,Dinner,Yes,£41.50,x")
    assert isinstance(row, Entry)
    assert (row.declarant, row.occurred_on, row.title, row.companion) == ("Ada Berg", date(2025, 3, 4), "Dinner", True)
    assert (row.kind, row.direction, row.value_basis) == (Kind.ENTERTAINMENT, Direction.RECEIVED, ValueBasis.KNOWN)
    assert row.value is not None
    assert row.value.amount == Decimal("41.50")
    assert row.counterparty is not None
    assert row.counterparty.name == "Osterman A/S"


@pytest.mark.parametrize(
    "text", ["$50", "~50", "<10", "£175-200", "Value Unknown", "", "-5", "fifty", "1.2.3", "12,34", "1e3", "٥٠", "0.005"]
)
def test_a_value_that_is_no_number_is_unknown_and_never_nought(text: str) -> None:
    row = one(f'Ada Berg,2025-03-04,Osterman,Dinner,No,"{text}",x')
    assert isinstance(row, Entry)
    assert row.value is None
    assert row.value_basis is ValueBasis.UNKNOWN
    assert row.value_text == text


def test_words_for_unknown_need_no_remark_and_all_others_get_one() -> None:
    known, other = one("A,2025-03-04,F,D,No,Value  unknown,x"), one("A,2025-03-04,F,D,No,$50,x")
    assert isinstance(known, Entry)
    assert known.remark == ""
    assert isinstance(other, Entry)
    assert "$50" in other.remark


@pytest.mark.parametrize(
    ("text", "minor"),
    [("£1,250.00", 125000), ("1250", 125000), ("£ 20", 2000), ("0.5", 50), ("12.340", 1234), ("999,999,999.99", 99_999_999_999)],
)
def test_amounts_are_read_to_the_penny(text: str, minor: int) -> None:
    value = amount(text, mapping())
    assert value is not None
    assert value.minor == minor


def test_a_decimal_comma_is_read_only_where_the_mapping_says_so() -> None:
    danish = mapping(decimal=",", signs=["kr"], always={"kind": "gift", "direction": "received", "currency": "DKK"})
    value = amount("kr 1.250,50", danish)
    assert value is not None
    assert value.minor == 125050
    assert amount("1,250.50", danish) is None
    assert amount("1.250,50", mapping()) is None


def test_a_day_two_forms_read_differently_is_reported_and_never_guessed() -> None:
    both = {"dates": ["DD/MM/YYYY", "MM/DD/YYYY"]}
    row = one("A,03/04/2025,F,D,No,5,x", **both)
    assert isinstance(row, Unusable)
    assert "2025-03-04 or 2025-04-03" in row.reason
    sure, same = one("A,23/04/2025,F,D,No,5,x", **both), one("A,04/04/2025,F,D,No,5,x", **both)
    assert isinstance(sure, Entry)
    assert sure.occurred_on == date(2025, 4, 23)
    assert isinstance(same, Entry)


@pytest.mark.parametrize("text", ["2025-20-08", "31/02/2025", "4 March 2025", "03.04.2025", "25-03-04", "45720"])
def test_a_day_in_no_declared_form_is_reported(text: str) -> None:
    row = one(f"A,{text},F,D,No,5,x")
    assert isinstance(row, Unusable)
    assert text in row.reason


def test_a_slip_somebody_looked_up_is_read_as_the_mapping_says() -> None:
    row = one("A,2025-20-08,F,D,No,5,x", days_meant={"2025-20-08": "2025-08-20"})
    assert isinstance(row, Entry)
    assert row.occurred_on == date(2025, 8, 20)


def test_an_event_to_come_is_no_old_entry() -> None:
    assert isinstance(one("A,2026-11-20,F,D,No,5,x"), Entry)
    assert isinstance(one("A,2026-11-21,F,D,No,5,x"), Unusable)


def test_cells_that_moved_are_told_from_days_that_are_missing() -> None:
    moved, missing = one("Head office,Ada Berg,2025-03-04,Osterman,Dinner,No,x"), one("Ada Berg,,Osterman,Dinner,No,5,x")
    assert isinstance(moved, Unusable)
    assert "the cells have moved" in moved.reason
    assert isinstance(missing, Unusable)
    assert "moved" not in missing.reason


def test_a_row_with_too_few_or_too_many_cells_is_reported() -> None:
    short, long = rows("Ada Berg,2025-03-04,Osterman", "Ada Berg,2025-03-04,Osterman,Dinner,No,5,x,y")
    assert isinstance(short, Unusable)
    assert isinstance(long, Unusable)
    assert "8 cells" in long.reason


def test_nil_returns_are_counted_as_such_and_doubted_where_a_value_stands_beside() -> None:
    plain = one("Ada Berg,Nil Return,Nil return,NIL RETURN,Nil Return,Nil Return,x")
    doubtful = one("Ada Berg,2025-03-04,Osterman,Dinner,Nil Return,£70,x")
    moved = one("Head office,Ada Berg,Nil Return,Nil Return,Nil Return,Nil Return,x")
    assert isinstance(plain, Nil)
    assert plain.remark == ""
    assert isinstance(doubtful, Nil)
    assert "a day and an amount" in doubtful.remark
    assert isinstance(moved, Nil)
    assert "moved" in moved.remark


def test_line_breaks_in_cells_neither_split_a_row_nor_shift_its_line() -> None:
    first, second = rows('Ada Berg,2025-03-04,"Osterman\nA/S",Dinner,No,5,x', "Ben,2025-03-05,Acme,Lunch,No,6,x")
    assert isinstance(first, Entry)
    assert first.counterparty is not None
    assert first.counterparty.name == "Osterman A/S"
    assert second.row.line == 4


def test_equal_rows_are_two_rows_with_digests_that_stay_the_same() -> None:
    line = "Ada Berg,2025-03-04,Osterman,Dinner,No,5,x"
    twice, again = rows(line, line), rows("Ben,2025-01-01,Acme,Lunch,No,6,x", line, line)
    assert twice[0].row.digest != twice[1].row.digest
    assert [row.row.digest for row in twice] == [row.row.digest for row in again[1:]]


def test_a_byte_order_mark_is_no_part_of_the_first_heading() -> None:
    content = ("\ufeff" + HEAD + "\nAda,2025-03-04,F,D,No,5,x").encode()
    assert headings(content)[0] == "Who"
    assert isinstance(read(content, mapping(), TODAY)[0], Entry)


def test_bytes_in_another_encoding_are_refused_with_their_line() -> None:
    with pytest.raises(BadFile, match="Line 2"):
        read(HEAD.encode() + b"\nM\xf8ller,2025-03-04,F,D,No,5,x", mapping(), TODAY)
    (row,) = read((HEAD + "\nMøller,2025-03-04,F,D,No,5,x").encode("cp1252"), mapping(encoding="cp1252"), TODAY)
    assert isinstance(row, Entry)
    assert row.declarant == "Møller"


def test_a_missing_column_is_named() -> None:
    with pytest.raises(BadFile, match="“Worth”"):
        read(b"Who,Day,From,What,With guest\n", mapping(), TODAY)


def test_a_quote_left_open_is_refused() -> None:
    with pytest.raises(BadFile, match="line 2"):
        read((HEAD + '\nAda,"2025-03-04,F,D,No,5,x').encode(), mapping(), TODAY)


def test_a_word_nobody_mapped_is_remarked_on_and_the_usual_holds() -> None:
    row = one("Ada,2025-03-04,F,D,Perhaps,5,x")
    assert isinstance(row, Entry)
    assert row.companion is False
    assert "Perhaps" in row.remark


def test_a_long_title_is_shortened_and_a_name_too_long_is_reported() -> None:
    long, name = one(f"Ada,2025-03-04,F,{'d' * 400},No,5,x"), one(f"Ada,2025-03-04,{'f' * 301},D,No,5,x")
    assert isinstance(long, Entry)
    assert len(long.title) == 300
    assert isinstance(name, Unusable)


def test_what_is_neither_given_nor_received_cannot_land() -> None:
    gifts = mapping(
        columns={"declarant": "Who", "occurred_on": "Day", "title": "What", "direction": "With guest", "disposition": "Note"},
        words={"direction": {"in": "received", "out": "given"}, "disposition": {"gone": "surrendered"}},
        always={"kind": "gift", "currency": "GBP"},
    )
    text = f"{HEAD}\nAda,2025-03-04,F,Pen,out,5,gone\nAda,2025-03-04,F,Pen,sideways,5,x".encode()
    given, lost = read(text, gifts, TODAY)
    assert isinstance(given, Entry)
    assert (given.direction, given.disposition) == (Direction.GIVEN, Disposition.SURRENDERED)
    assert isinstance(lost, Unusable)


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.toml")), ids=lambda path: path.stem)
def test_every_shipped_mapping_reads(path: Path) -> None:
    found = fitting(list(load(path).needed()))
    assert found is not None
    assert found[0] == path


def test_a_mapping_with_an_unknown_word_is_refused_with_the_place(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.toml"
    wrong.write_text(
        'title = "x"\ndates = ["DD/MM/YY"]\n[columns]\ndeclarant = "A"\n[always]\nkind = "present"\ncurrency = "GBP"\n'
    )
    with pytest.raises(BadMapping, match="kind"):
        load(wrong)
    wrong.write_text("title = ")
    with pytest.raises(BadMapping, match="no TOML"):
        load(wrong)


def test_a_form_of_the_day_needs_year_month_and_day() -> None:
    with pytest.raises(ValueError, match="no form of a day"):
        mapping(dates=["DD/MM"])


def test_no_shipped_mapping_fits_other_headings() -> None:
    assert fitting(["A", "B"]) is None
