"""Settings: good ones are read, every mistake is named at once, and no sentence repeats a password."""

from pathlib import Path

import pytest

from config import MailServer, SettingsError, read_settings

GOOD = {"SECRET_KEY": "k" * 32, "DATA_DIR": "/nowhere/data"}


def mistakes(**changes: str) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as raised:
        read_settings({**GOOD, **changes})
    return raised.value.sentences


def test_a_secret_key_is_enough() -> None:
    settings = read_settings(GOOD)
    assert settings.database_url == "sqlite:////nowhere/data/aboveboard.db"
    assert settings.data_dir == Path("/nowhere/data")
    assert (settings.demo, settings.mail_server, settings.secure_cookies) == (False, None, False)
    assert settings.max_upload_bytes == 10 * 1024 * 1024


def test_an_empty_value_counts_as_not_set() -> None:
    assert read_settings({**GOOD, "SMTP_URL": "", "DATABASE_URL": " ", "BASE_URL": ""}) == read_settings(GOOD)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_spelling_of_postgresql_means_psycopg_3(scheme: str) -> None:
    settings = read_settings({**GOOD, "DATABASE_URL": f"{scheme}://app:pw@db:5432/gifts"})
    assert settings.database_url == "postgresql+psycopg://app:pw@db:5432/gifts"


def test_a_mail_server_with_starttls_and_a_password_of_special_characters() -> None:
    url = "smtp://robot:p%40ss@mail.example.com?starttls=1"
    settings = read_settings({**GOOD, "SMTP_URL": url, "MAIL_FROM": "gifts@example.com", "BASE_URL": "https://gifts.example.com"})
    assert settings.mail_server == MailServer("mail.example.com", 587, False, True, "robot", "p@ss")
    assert settings.secure_cookies


def test_smtps_has_its_own_port() -> None:
    mail = {"SMTP_URL": "smtps://mail.example.com", "MAIL_FROM": "a@b.example", "BASE_URL": "https://x.example"}
    server = read_settings({**GOOD, **mail}).mail_server
    assert server == MailServer("mail.example.com", 465, tls=True)


def test_the_demo_needs_no_key_and_gets_a_random_one() -> None:
    first, second = (read_settings({"DEMO": "1"}).secret_key for _ in range(2))
    assert len(first) >= 32
    assert first != second


def test_all_mistakes_are_told_at_once() -> None:
    told = mistakes(SECRET_KEY="short", DEMO="yes", SESSION_HOURS="0", BASE_URL="http://x.example/")
    assert len(told) == 4
    assert all(sentence.endswith(".") for sentence in told)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://root@db/x"),
        ("DATABASE_URL", "sqlite://"),
        ("DATABASE_URL", "sqlite:///:memory:"),
        ("DATABASE_URL", "postgresql://db:port/x"),
        ("DATA_DIR", __file__),
        ("SMTP_URL", "http://mail.example.com"),
        ("SMTP_URL", "smtp://mail.example.com:99999"),
        ("SMTP_URL", "smtp://mail.example.com?tls=1"),
        ("SMTP_URL", "smtps://mail.example.com?starttls=1"),
        ("SMTP_URL", "smtp://mail.example.com"),
        ("MAIL_FROM", "nobody"),
        ("BASE_URL", "declarations.example.com"),
        ("SESSION_HOURS", "ten"),
        ("MAX_UPLOAD_MB", "101"),
        ("DEFAULT_LANGUAGE", "fr"),
        ("WORKER_TICK_SECONDS", "-1"),
        ("TRUSTED_PROXIES", "²"),
    ],
)
def test_each_mistake_has_a_sentence_that_names_its_setting(name: str, value: str) -> None:
    assert name in mistakes(**{name: value})[0]


def test_no_sentence_and_no_listing_shows_a_password() -> None:
    url = "postgresql://app:hunter2@db:port/x"
    assert "hunter2" not in "".join(mistakes(DATABASE_URL=url))
    settings = read_settings({**GOOD, "DATABASE_URL": "postgresql://app:hunter2@db/x"})
    assert "hunter2" not in repr(settings)
    assert "kkkk" not in repr(settings)


def test_the_example_names_every_setting_that_is_read() -> None:
    example = (Path(__file__).parents[1] / ".env.example").read_text()
    source = (Path(__file__).parents[1] / "config.py").read_text()
    named = {line.partition("=")[0] for line in example.splitlines() if "=" in line and not line.startswith("#")}
    assert named
    assert all(f'"{name}"' in source for name in named)


@pytest.mark.parametrize("address", ["https://speak-up.example.com/", "mailto:speak-up@example.com", "tel:+4570123456", ""])
def test_people_speak_up_at_an_address_that_leads_out(address: str) -> None:
    assert read_settings({**GOOD, "SPEAK_UP_URL": address}).speak_up_url == address


@pytest.mark.parametrize("address", ["http://example.com", "javascript:alert(1)", "speak up", "https://", "/here"])
def test_people_never_speak_up_where_others_listen_or_a_page_is_changed(address: str) -> None:
    assert "must begin with https://, mailto: or tel:" in mistakes(SPEAK_UP_URL=address)[0]
