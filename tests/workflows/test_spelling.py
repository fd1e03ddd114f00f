"""How names and numbers are compared."""

import unicodedata

import pytest

from workflows.spelling import LONGEST_NAME, fold, letters, normalise_number, tidy, tokens


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Acme A/S", "acme"),
        ("ACME a.s.", "acme"),
        ("Müller GmbH & Co. KG", "muller"),
        ("Kowalski Sp. z o.o.", "kowalski"),
        ("O’Neil Ltd.", "oneil"),
        ("The Old Mill plc", "old mill"),
        ("株式会社東京電力", "東京電力"),
        ("U.S. Steel Corp.", "us steel"),
        ("Marks & Spencer plc", "marks and spencer"),
        ("Møller Mærsk A/S", "moller maersk"),
    ],
)
def test_a_legal_form_and_accents_make_no_difference_to_likeness(written: str, folded: str) -> None:
    assert fold(written) == folded


@pytest.mark.parametrize("name", ["A/S", "The Limited", "Company", "株式会社", "…", "& Co."])
def test_a_name_that_is_only_a_legal_form_or_signs_still_has_a_folded_form(name: str) -> None:
    assert fold(name)


def test_two_unicode_forms_of_a_name_have_the_same_letters() -> None:
    assert letters(unicodedata.normalize("NFD", "Ærø Færgen")) == letters("Ærø  færgen")
    assert letters("Ａcme") == letters("Acme")


def test_legal_forms_tell_two_firms_apart() -> None:
    assert letters("Acme A/S") != letters("Acme AB")


def test_a_japanese_voicing_mark_is_no_accent() -> None:
    assert fold("かき") != fold("がき")


def test_a_name_without_spaces_is_found_by_its_tails() -> None:
    assert {"東京電力", "電力"} <= tokens("東京電力")


def test_a_kept_name_has_no_control_characters_and_single_spaces() -> None:
    assert tidy("Acme\x00 \n A/S\u200b") == "Acme A/S"
    assert len(fold("x" * 999)) == LONGEST_NAME


@pytest.mark.parametrize(
    ("typed", "country", "number"),
    [
        ("DK 12 34 56 78", "DK", "12345678"),
        ("CVR-nr. 12345678", "DK", "12345678"),
        ("00123456", "GB", "123456"),
        ("SC012345", "GB", "SC12345"),
        ("HRB 12345 B", "DE", "HRB12345B"),
        ("EL094019245", "GR", "94019245"),
        ("DK12345678", "SE", "DK12345678"),
        ("n/a", None, None),
        ("0000", "GB", None),
        ("", "DK", None),
        (None, None, None),
    ],
)
def test_a_number_is_compared_without_spaces_prefix_and_leading_zeros(
    typed: str | None, country: str | None, number: str | None
) -> None:
    assert normalise_number(typed, country) == number
