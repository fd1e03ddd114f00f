"""What is wrong with a policy is said at the command line in the language of the terminal."""

from pathlib import Path

import pytest
from flask import Flask

from declarations.policies import commands
from tests.support.story import PACK, Story

DENMARK = (PACK / "denmark.toml").read_text(encoding="utf-8")
BROKEN = {
    "a word": DENMARK.replace("when.per_head", "when.per_haed", 1),
    "no toml": DENMARK + "\nrules == 3",
    "looser": DENMARK.replace('DKK = "450"', 'DKK = "5600"'),
}
SAID = {
    "en_GB.UTF-8": {
        "a word": "rule dk-meal-manager, when: “per_haed” is not a known predicate; did you mean “per_head”?",
        "no toml": "this is not a TOML document: look at line",
        "looser": "would become looser: entertainment of DKK 561 (meal) received would only be recorded; the Code asks for the manager.",
    },
    "da_DK.UTF-8": {
        "a word": "regel dk-meal-manager, when: “per_haed” kendes ikke som prædikat; mente du “per_head”?",
        "no toml": "dette er ikke et TOML-dokument: se på linje",
        "looser": "ville blive lempeligere: ",
    },
    "ja_JP.UTF-8": {
        "a word": "ルールdk-meal-manager, when：「per_haed」という述語はありません。「per_head」のことですか。",
        "no toml": "TOML文書ではありません：",
        "looser": "が緩くなります：",
    },
}
WORDS = {"en_GB.UTF-8": "the Code", "da_DK.UTF-8": "repræsentation på DKK 561", "ja_JP.UTF-8": "受領したDKK 561の接待"}


@pytest.fixture
def backend() -> str:
    """Words do not depend on the database."""
    return "sqlite"


def publish_the_code(app: Flask) -> None:
    """The group with a company, and both versions of its Code."""
    story = Story(app)
    story.company("NL", currency="EUR")
    story.company("NL-DK", under="NL")
    for name in ("group-code-2024.toml", "group-code-2026.toml"):
        with app.app_context():
            commands.publish(text=(PACK / name).read_bytes(), name=name, by_email=None)


def test_a_refused_policy_is_refused_in_the_language_of_the_terminal(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_the_code(app)
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.delenv("LC_MESSAGES", raising=False)
    for locale, sentences in SAID.items():
        monkeypatch.setenv("LANG", locale)
        for what, sentence in sentences.items():
            (tmp_path / "denmark.toml").write_text(BROKEN[what], encoding="utf-8")
            done = app.test_cli_runner().invoke(args=["policy", "check", str(tmp_path / "denmark.toml")])
            assert done.exit_code == 1
            assert sentence in done.output
        assert WORDS[locale] in done.output


ANSWERED = {
    "en_GB.UTF-8": (
        "denmark.toml stands: ",
        "nowhere looser than the Code.",
        "No other version of denmark",
        "Nothing differs.",
        "Gift",
    ),
    "da_DK.UTF-8": (
        "denmark.toml kan stå: ",
        "intetsteds lempeligere",
        "Ingen anden udgave af denmark",
        "Intet er anderledes.",
        "Gave",
    ),
    "ja_JP.UTF-8": ("denmark.tomlは成り立ちます", "緩いところはありません", "denmarkの他の版", "違いはありません。", "贈答"),
}


def test_what_the_commands_answer_is_in_the_language_of_the_terminal_too(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    publish_the_code(app)
    file, runner = str(PACK / "denmark.toml"), app.test_cli_runner()
    asked = (
        ["check", file],
        ["prove", file],
        ["diff", file],
        ["diff", file, file],
        ["show", "--company", "NL-DK", "--on", "2026-11-20"],
    )
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    for locale, sentences in ANSWERED.items():
        monkeypatch.setenv("LANG", locale)
        for words, sentence in zip(asked, sentences, strict=True):
            assert sentence in runner.invoke(args=["policy", *words]).output
