"""Settings come from the environment, are checked once at the start, and each mistake is told in one sentence."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

LANGUAGES = ("en", "da", "ja")
ROOT = Path(__file__).resolve().parent
DEFAULT_BASE_URL = "http://127.0.0.1:8000"
DEFAULT_MAIL_FROM = "aboveboard@localhost"


class SettingsError(ValueError):
    """Everything that is wrong with the settings, one sentence each."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__("\n".join(sentences))
        self.sentences = tuple(sentences)


@dataclass(frozen=True)
class MailServer:
    """Where mail is handed over. `tls` speaks TLS from the first byte, `starttls` changes to it before signing in."""

    host: str
    port: int
    tls: bool = False
    starttls: bool = False
    user: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True)
class Settings:
    """What .env.example describes, checked and typed."""

    data_dir: Path
    database_url: str = field(repr=False)
    secret_key: str = field(repr=False)
    mail_server: MailServer | None = None  # None: notices stay rows, to be read in the app
    mail_from: str = DEFAULT_MAIL_FROM
    base_url: str = DEFAULT_BASE_URL
    demo: bool = False
    session_hours: int = 12
    max_upload_mb: int = 10
    default_language: str = "en"
    worker_tick_seconds: int = 15
    trusted_proxies: int = 0
    record_key: Path | None = None
    checkpoint_key: Path | None = None
    speak_up_url: str = ""  # empty: no page speaks of it

    @property
    def record_key_file(self) -> Path:
        """Where the private key lies that signs events."""
        return self.record_key or self.data_dir / "keys" / "record.pem"

    @property
    def checkpoint_key_file(self) -> Path:
        """Where the private key lies that signs checkpoints; only the worker reads it."""
        return self.checkpoint_key or self.data_dir / "keys" / "checkpoint.pem"

    @property
    def secure_cookies(self) -> bool:
        return self.base_url.startswith("https://")

    @property
    def max_upload_bytes(self) -> int:
        return self.max_upload_mb * 1024 * 1024


def read_settings(environ: Mapping[str, str]) -> Settings:
    """The settings, or a SettingsError that names every mistake at once."""
    reader = _Reader(environ)
    demo = reader.switch("DEMO")
    data_dir = reader.folder("DATA_DIR", ROOT / "data")
    mail_server = reader.mail_server()
    settings = Settings(
        data_dir=data_dir,
        database_url=reader.database_url(data_dir),
        secret_key=reader.secret_key(demo),
        mail_server=mail_server,
        mail_from=reader.mail_from(mail_server),
        base_url=reader.base_url(mail_server),
        demo=demo,
        session_hours=reader.number("SESSION_HOURS", 12, 1, 720),
        max_upload_mb=reader.number("MAX_UPLOAD_MB", 10, 1, 100),
        default_language=reader.choice("DEFAULT_LANGUAGE", LANGUAGES),
        worker_tick_seconds=reader.number("WORKER_TICK_SECONDS", 15, 1, 3600),
        trusted_proxies=reader.number("TRUSTED_PROXIES", 0, 0, 10),
        record_key=reader.file("RECORD_KEY"),
        checkpoint_key=reader.file("CHECKPOINT_KEY"),
        speak_up_url=reader.speak_up_url(),
    )
    if reader.mistakes:
        raise SettingsError(reader.mistakes)
    return settings


class _Reader:
    """Reads one setting at a time; a mistake is noted and reading goes on. An empty value counts as not set."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ
        self.mistakes: list[str] = []

    def text(self, name: str, default: str = "") -> str:
        return self.environ.get(name, "").strip() or default

    def wrong(self, sentence: str) -> None:
        self.mistakes.append(sentence)

    def switch(self, name: str) -> bool:
        value = self.text(name, "0")
        if value not in ("0", "1"):
            self.wrong(f"{name} is {value!r}; it must be 0 (off) or 1 (on).")
        return value == "1"

    def number(self, name: str, default: int, least: int, most: int) -> int:
        value = self.text(name, str(default))
        if value.isascii() and value.isdigit() and least <= int(value) <= most:
            return int(value)
        self.wrong(f"{name} is {value!r}; it must be a whole number from {least} to {most}.")
        return default

    def choice(self, name: str, choices: tuple[str, ...]) -> str:
        value = self.text(name, choices[0])
        if value not in choices:
            self.wrong(f"{name} is {value!r}; it must be one of {', '.join(choices)}.")
        return value

    def folder(self, name: str, default: Path) -> Path:
        path = Path(self.text(name, str(default))).expanduser().absolute()
        if path.exists() and not path.is_dir():
            self.wrong(f"{name} is {str(path)!r}, which is a file; it must be a folder.")
        return path

    def file(self, name: str) -> Path | None:
        value = self.text(name)
        if not value:
            return None
        path = Path(value).expanduser().absolute()
        if path.is_dir():
            self.wrong(f"{name} is {str(path)!r}, which is a folder; it must be a file.")
        return path

    def secret_key(self, demo: bool) -> str:
        value = self.text("SECRET_KEY")
        if not value and demo:
            return secrets.token_urlsafe(48)  # good for this process only; ./dev demo keeps one for all of them
        if len(value) < 32:
            self.wrong(
                f"SECRET_KEY has {len(value)} characters; it must be at least 32 random ones."
                if value
                else "SECRET_KEY is not set; make one with: python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
            )
        return value

    def url(self, name: str, value: str) -> SplitResult:
        """A URL's parts; what cannot be read at all has no scheme. Messages never repeat it: it may hold a password."""
        try:
            parts = urlsplit(value)
            _ = parts.port
        except ValueError:
            self.wrong(f"{name} cannot be read as an address: its host or port is malformed.")
            return SplitResult("", "", "", "", "")
        return parts

    def database_url(self, data_dir: Path) -> str:
        value = self.text("DATABASE_URL", f"sqlite:///{data_dir / 'aboveboard.db'}")
        scheme, found, rest = value.partition("://")
        if found and scheme in ("postgres", "postgresql", "postgresql+psycopg"):
            self.url("DATABASE_URL", value)
            return f"postgresql+psycopg://{rest}"
        if found and scheme == "sqlite":
            path = rest.removeprefix("/")
            if rest.startswith("/") and path and path != ":memory:":
                return f"sqlite:///{Path(path).absolute()}"
            self.wrong(
                "DATABASE_URL names a SQLite database in memory; web server and worker need a file: sqlite:////folder/file.db."
            )
            return value
        self.wrong("DATABASE_URL must begin with sqlite:/// or postgresql://.")
        return value

    def mail_server(self) -> MailServer | None:
        value = self.text("SMTP_URL")
        if not value:
            return None
        before = len(self.mistakes)
        parts = self.url("SMTP_URL", value)
        if len(self.mistakes) > before:
            return None
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
            self.wrong("SMTP_URL must look like smtp://user:password@host:port or smtps://host.")
            return None
        options = parse_qs(parts.query)
        starttls = options.pop("starttls", ["0"])[-1]
        if options or starttls not in ("0", "1"):
            self.wrong("SMTP_URL knows one option only, ?starttls=1.")
        tls = parts.scheme == "smtps"
        if tls and starttls == "1":
            self.wrong("SMTP_URL asks for smtps:// and starttls=1; choose one of the two.")
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        return MailServer(parts.hostname, parts.port or (465 if tls else 587), tls, starttls == "1", user, password)

    def mail_from(self, server: MailServer | None) -> str:
        value = self.text("MAIL_FROM")
        if server and not value:
            self.wrong("SMTP_URL is set and MAIL_FROM is not; say which address mail comes from.")
        name, at, host = (value or DEFAULT_MAIL_FROM).rpartition("@")
        if not (name and at and host) or any(c.isspace() for c in value):
            self.wrong(f"MAIL_FROM is {value!r}; it must be one plain e-mail address.")
        return value or DEFAULT_MAIL_FROM

    def speak_up_url(self) -> str:
        value = self.text("SPEAK_UP_URL")
        parts = self.url("SPEAK_UP_URL", value)
        if value and (parts.scheme not in ("https", "mailto", "tel") or not (parts.hostname or parts.path)):
            self.wrong(f"SPEAK_UP_URL is {value!r}; it must begin with https://, mailto: or tel:.")
        return value

    def base_url(self, server: MailServer | None) -> str:
        value = self.text("BASE_URL")
        if server and not value:
            self.wrong("SMTP_URL is set and BASE_URL is not; links in mails need the address people use.")
        parts = self.url("BASE_URL", value or DEFAULT_BASE_URL)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
            self.wrong(f"BASE_URL is {value!r}; it must look like https://declarations.example.com.")
        if value.endswith("/"):
            self.wrong(f"BASE_URL is {value!r}; it must not end with a slash.")
        return value or DEFAULT_BASE_URL
