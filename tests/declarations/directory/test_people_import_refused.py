"""Every row of HR's file that cannot land is named, and then nothing lands."""

from __future__ import annotations

import pytest

from tests.declarations.directory.hr_file import BEN, BOSS, FILE, HEADER, bring_in, events, people, said
from tests.support.story import Story


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
