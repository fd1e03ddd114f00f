"""An old register of one company, with the defects that real ones have; everybody in it is invented."""

from pathlib import Path

import pytest
from flask import Flask

from tests.support.story import Story

MAPPING = """
title = "Invented old register"
dates = ["YYYY-MM-DD", "DD/MM/YYYY"]
signs = ["kr"]
decimal = ","
nil_return = ["nil return"]
unknown_value = ["", "unknown"]

[columns]
declarant = "Who"
declarant_number = "Number"
occurred_on = "Day"
counterparty = "From"
counterparty_number = "CVR"
title = "What"
value = "Worth"

[always]
kind = "gift"
direction = "received"
currency = "DKK"
country = "DK"
"""

REGISTER = """\ufeffWho,Number,Day,From,CVR,What,Worth,Note
Amalie,,2026-03-04,Osterman A/S,22093847,A hamper,"kr 640,00",x
Amalie,,2026-03-04,Osterman A/S,22093847,A hamper,"kr 640,00",x
Ben,,05/03/2026,OSTERMAN A/S,22 09 38 47,"Wine,
two bottles",~200,y
Clara Vind,77,2023-05-01,Birkholm Data,,A pen,"1.250,50",before any policy
Head office,,Ben,2026-03-04,Osterman A/S,22093847,A hamper,x
Dee,,Nil return,Nil return,,Nil return,,
"""


@pytest.fixture
def story(app: Flask) -> Story:
    return Story(app).house()


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """The register and its mapping."""
    register, mapping = tmp_path / "old.csv", tmp_path / "old.toml"
    register.write_text(REGISTER, encoding="utf-8")
    mapping.write_text(MAPPING, encoding="utf-8")
    return register, mapping
