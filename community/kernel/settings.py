"""Configuration, read once from the environment into one frozen object.

Every key is called ``COMMUNITY_...``. A key nobody knows is an error, as is a missing or malformed
one: a spelling mistake must not pass for a default.
"""

import base64
import dataclasses
import difflib
import os
import re
from collections.abc import Callable
from email.utils import formataddr, parseaddr
from pathlib import Path
from typing import Any, Literal, get_args
from urllib.parse import urlsplit

from environs import Env, EnvError

from community.kernel.localtime import LANGUAGES, ZONES

PREFIX = "COMMUNITY_"
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256
SMALLEST_LIMIT = 10_000  # bytes of a request; with less nobody could sign in
SMALLEST_FILE = 1_000_000  # bytes of the largest file; with less there is no use in it
_TOKEN = re.compile(r"\A[A-Za-z0-9_-]{20,}\Z")
_DOMAIN = re.compile(
    r"\A[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*\Z", re.IGNORECASE
)
Mode = Literal["production", "development", "test"]
LogFormat = Literal["text", "json"]


class SettingsError(Exception):
    """The configuration cannot be used; the message lists every reason, a line each."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What an installation decides; ``docs/configuration.md`` says each in words.

    Sizes are in bytes.
    """

    secret_key: str = dataclasses.field(repr=False)
    data_dir: Path = Path("var")
    database_url: str = dataclasses.field(default="", repr=False)
    redis_url: str = dataclasses.field(default="", repr=False)
    mode: Mode = "production"
    base_url: str = "http://127.0.0.1:8000"
    network_name: str = "Community"
    default_zone: str = "UTC"
    default_language: str = "en"
    trusted_proxies: int = 0
    log_format: LogFormat = "text"
    request_limit: int = 300_000  # the longest post in a form has 240,000
    file_limit: int = 200_000_000  # half an hour of film for a slow line
    learner_limit: int = 1_000_000_000  # all files of one learner in one run
    daily_limit: int = 1_000_000_000  # files a learner adds within a day, those removed too
    attachment_limit: int = 10_000_000  # one file of a post
    space_limit: int = 2_000_000_000  # all files of the posts of one space
    disk_reserve: int = 1_000_000_000  # what files leave free on their disk
    rate_limits: bool = True
    smtp_url: str = dataclasses.field(default="", repr=False)
    mail_from: str = ""
    dkim_domain: str = ""
    dkim_selector: str = ""
    dkim_key: str = ""
    mail_in: str = ""
    mail_in_trusts: str = ""
    push_key: str = dataclasses.field(default="", repr=False)
    push_contact: str = ""
    push_hosts: str = ""
    metrics: str = dataclasses.field(default="", repr=False)

    @property
    def secure(self) -> bool:
        """Whether people reach us over TLS; cookies and headers follow it."""
        return self.base_url.startswith("https://")

    @property
    def database(self) -> str:
        """The SQLAlchemy URL; an embedded SQLite file unless one is configured."""
        return self.database_url or f"sqlite:///{self.data_dir.resolve() / 'community.sqlite'}"

    @property
    def embedded(self) -> bool:
        return self.database.startswith("sqlite:")

    @property
    def files(self) -> Path:
        """Where files lie that are kept as they came."""
        return self.data_dir.resolve() / "uploads"

    @property
    def queue_file(self) -> Path:
        """Where the embedded job queue lives when there is no Redis."""
        return self.data_dir.resolve() / "queue.sqlite"


def read_settings() -> Settings:
    """Read the settings from the process's environment.

    Raises SettingsError naming every unknown, missing or malformed key.
    """
    known = {PREFIX + field.name.upper() for field in dataclasses.fields(Settings)}
    known.add(f"{PREFIX}SECRET_KEY_FILE")
    given = {key for key in os.environ if key.startswith(PREFIX)}
    wrong = [_unknown(key, known) for key in given - known]
    env = Env(prefix=PREFIX)
    usual: dict[str, Any] = {field.name: field.default for field in dataclasses.fields(Settings)}
    readers: dict[str, Callable[[], object]] = {
        "data_dir": lambda: env.path("DATA_DIR", usual["data_dir"]),
        "database_url": lambda: _psycopg(env.str("DATABASE_URL", usual["database_url"])),
        "redis_url": lambda: _redis(env.str("REDIS_URL", usual["redis_url"])),
        "mode": lambda: _one_of(env.str("MODE", usual["mode"]), get_args(Mode)),
        "base_url": lambda: _web_address(env.str("BASE_URL", usual["base_url"])),
        "network_name": lambda: env.str("NETWORK_NAME", usual["network_name"]),
        "default_zone": lambda: _zone(env.str("DEFAULT_ZONE", usual["default_zone"])),
        "default_language": lambda: _one_of(
            env.str("DEFAULT_LANGUAGE", usual["default_language"]), tuple(LANGUAGES)
        ),
        "trusted_proxies": lambda: _at_least(
            0, env.int("TRUSTED_PROXIES", usual["trusted_proxies"])
        ),
        "log_format": lambda: _one_of(
            env.str("LOG_FORMAT", usual["log_format"]), get_args(LogFormat)
        ),
        "request_limit": lambda: _at_least(
            SMALLEST_LIMIT, env.int("REQUEST_LIMIT", usual["request_limit"])
        ),
        "file_limit": lambda: _at_least(SMALLEST_FILE, env.int("FILE_LIMIT", usual["file_limit"])),
        "learner_limit": lambda: _at_least(
            SMALLEST_FILE, env.int("LEARNER_LIMIT", usual["learner_limit"])
        ),
        "daily_limit": lambda: _at_least(
            SMALLEST_FILE, env.int("DAILY_LIMIT", usual["daily_limit"])
        ),
        "attachment_limit": lambda: _at_least(
            SMALLEST_FILE, env.int("ATTACHMENT_LIMIT", usual["attachment_limit"])
        ),
        "space_limit": lambda: _at_least(
            SMALLEST_FILE, env.int("SPACE_LIMIT", usual["space_limit"])
        ),
        "disk_reserve": lambda: _at_least(0, env.int("DISK_RESERVE", usual["disk_reserve"])),
        "rate_limits": lambda: env.bool("RATE_LIMITS", usual["rate_limits"]),
        "smtp_url": lambda: _smtp(env.str("SMTP_URL", usual["smtp_url"])),
        "metrics": lambda: _readers(env.str("METRICS", usual["metrics"])),
        "mail_from": lambda: _sender(env.str("MAIL_FROM", usual["mail_from"])),
        "dkim_domain": lambda: _domain(env.str("DKIM_DOMAIN", usual["dkim_domain"])),
        "dkim_selector": lambda: _domain(env.str("DKIM_SELECTOR", usual["dkim_selector"])),
        "dkim_key": lambda: env.str("DKIM_KEY", usual["dkim_key"]),
        "mail_in": lambda: _domain(env.str("MAIL_IN", usual["mail_in"])),
        "mail_in_trusts": lambda: _domain(env.str("MAIL_IN_TRUSTS", usual["mail_in_trusts"])),
        "push_key": lambda: _push_key(env.str("PUSH_KEY", usual["push_key"])),
        "push_contact": lambda: _contact(env.str("PUSH_CONTACT", usual["push_contact"])),
        "push_hosts": lambda: _hosts(env.str("PUSH_HOSTS", usual["push_hosts"])),
        "secret_key": lambda: _secret(env),
    }
    values: dict[str, object] = {}
    for name, read in readers.items():
        try:
            values[name] = read()
        except (EnvError, ValueError) as error:
            wrong.append(f"{PREFIX}{name.upper()}: {error}")
    dkim = [name for name in readers if name.startswith("dkim_")]
    missing = [name for name in dkim if not values.get(name, True)]
    if 0 < len(missing) < len(dkim):
        wrong += [f"{PREFIX}{name.upper()}: signing letters takes it too" for name in missing]
    if wrong:
        raise SettingsError("\n".join(sorted(wrong)))
    return Settings(**values)  # type: ignore[arg-type]  # each value was checked by its reader


def _push_key(text: str) -> str:
    whole = bool(re.fullmatch(r"[A-Za-z0-9_-]{43}", text))
    number = int.from_bytes(base64.urlsafe_b64decode(f"{text}=")) if whole else 0
    if text and not 0 < number < ORDER:
        raise ValueError("it has to be a key as `community push-keys` prints one")
    return text


def _contact(text: str) -> str:
    if text and not re.fullmatch(r"(mailto:[^@\s]+@[^@\s]+|https://\S+)", text):
        raise ValueError("it has to begin with mailto: or https://")
    return text


def _hosts(text: str) -> str:
    hosts = [host.strip() for host in text.split(",") if host.strip()]
    if not all(re.fullmatch(r"[A-Za-z0-9.-]+(:\d{1,5})?", host) for host in hosts):
        raise ValueError("it has to be names of hosts, with a port or without, a comma between")
    return ",".join(hosts)


def key_file() -> Path:
    """Return where the secret key lies, or would lie, if it is in no variable."""
    env = Env(prefix=PREFIX)
    file: Path = env.path("SECRET_KEY_FILE", env.path("DATA_DIR", Path("var")) / "secret_key")
    return file


def _secret(env: Env) -> str:
    key: str = env.str("SECRET_KEY", "")
    if not key:
        file = key_file()
        if not file.is_file():
            raise ValueError(
                f"not set, and there is no file {file}. Make one with: community doctor --make-key"
            )
        key = file.read_text(encoding="ascii").strip()
    if len(key) < 32:
        raise ValueError("must be at least 32 characters long")
    return key


def _unknown(key: str, known: set[str]) -> str:
    near = difflib.get_close_matches(key, known, n=1)
    return f"{key}: there is no such setting" + (f"; did you mean {near[0]}?" if near else "")


def _one_of(value: str, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise ValueError(f"must be one of {', '.join(allowed)}")
    return value


def _at_least(least: int, value: int) -> int:
    if value < least:
        raise ValueError(f"must be {least} or more")
    return value


def _zone(value: str) -> str:
    if value not in ZONES:
        raise ValueError("must be a time zone such as Africa/Nairobi")
    return value


def _web_address(value: str) -> str:
    if not value.startswith(("http://", "https://")) or not urlsplit(value).hostname:
        raise ValueError("must begin with http:// or https:// and name a host")
    return value.rstrip("/")


def _readers(value: str) -> str:
    if value and value != "loopback" and not _TOKEN.match(value):
        raise ValueError("must be loopback, or a token of 20 letters, digits, - and _ or more")
    return value


def _redis(value: str) -> str:
    if value and not value.startswith(("redis://", "rediss://")):
        raise ValueError("must be an address that begins with redis:// or rediss://")
    return value


def _smtp(value: str) -> str:
    if value and urlsplit(value).scheme not in {"smtp", "smtps", "smtp+starttls"}:
        raise ValueError(
            "must be an address that begins with smtp://, smtps:// or smtp+starttls://"
        )
    if value and not urlsplit(value).hostname:
        raise ValueError("must name a host")
    return value


def _sender(value: str) -> str:
    """Return who letters are from, a name with an address: ``Long Table <post@example.org>``."""
    if not value:
        return value
    name, address = parseaddr(value)
    if not value.isprintable() or "@" not in address.strip("@"):
        raise ValueError("must be an address such as Long Table <post@example.org>")
    return formataddr((name, address))


def _domain(value: str) -> str:
    if value and not _DOMAIN.match(value):
        raise ValueError("must be a name in the DNS such as example.org")
    return value.lower()


def _psycopg(value: str) -> str:
    """Name the driver we use, so that the usual ``postgresql://`` address works."""
    for scheme in ("postgres://", "postgresql://"):
        if value.startswith(scheme):
            return "postgresql+psycopg://" + value.removeprefix(scheme)
    if value and not value.startswith(("sqlite:", "postgresql+psycopg://")):
        raise ValueError("must be an address that begins with postgresql:// or sqlite:///")
    return value
