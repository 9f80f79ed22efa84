"""What ``community doctor`` looks at: each finding in words, with what to do where it is wrong."""

import dataclasses
import datetime as dt
import os
import resource
import shutil
import smtplib
import stat
from collections.abc import Callable, Iterator
from email.utils import parseaddr
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import redis
import sqlalchemy as sa
from flask import Flask

from community import migrating
from community.kernel import mail
from community.kernel.assets import built
from community.kernel.context import clock
from community.kernel.db import db
from community.kernel.dkim import KeyFault, signer_of
from community.kernel.files.keeping import lost_files
from community.kernel.log import EventRow
from community.kernel.metrics import SILENT_AFTER, silent_for
from community.kernel.outbox import MAX_ATTEMPTS, OutboxRow, figures
from community.kernel.settings import PREFIX, Settings, key_file
from community.search.operations import lag

LITTLE, TOO_LITTLE = 2_000_000_000, 300_000_000  # bytes free
LATE = 300.0  # seconds after which work that is due should have been done
SLOW_CLOCK = 5.0  # seconds two clocks may be apart
FILES_WANTED = 4096  # each person online holds a socket open
LOCAL = {"127.0.0.1", "localhost", "::1"}


@dataclasses.dataclass(frozen=True, slots=True)
class Finding:
    """One line: "ok", "note" for what one may want to know, "WRONG" for what must be mended."""

    level: Literal["ok", "note", "WRONG"]
    words: str


def look_at_database(settings: Settings) -> tuple[bool, str]:
    """Return whether the database can be used, and in words what it is or what to do."""
    kind = "SQLite" if settings.embedded else "PostgreSQL"
    try:
        at = migrating.revision_of(settings.database)
    except sa.exc.SQLAlchemyError as error:
        return False, f"{kind} does not answer: {type(error).__name__}. Check the address."
    if fault := migrating.wanting(at, migrating.revisions()):
        return False, f"{kind} answers, but {fault}. Run: community db upgrade"
    return True, f"{kind} answers and its schema is up to date."


def look_round(settings: Settings, make_app: Callable[[Settings], Flask]) -> Iterator[Finding]:
    """Yield what there is to say about an installation."""
    good, words = look_at_database(settings)
    yield Finding("ok" if good else "WRONG", words)
    yield _redis(settings)
    yield _files()
    yield from _folder(settings)
    yield _key()
    yield from _address(settings)
    yield _mail(settings)
    yield from _signing(settings)
    yield from _mail_in(settings)
    yield from _push(settings)
    yield _open_files()
    if good:
        with make_app(settings).app_context():
            yield from _work(settings)
            yield _kept_files(settings)
            yield _search()
            yield _clock()
            db.session.remove()
            for engine in db.engines.values():
                engine.dispose()


def _redis(settings: Settings) -> Finding:
    if not settings.redis_url:
        words = "No Redis: fine for one process; several catch up within 2 s."
        return Finding("ok", words)
    try:
        redis.Redis.from_url(settings.redis_url, socket_timeout=2).ping()
    except redis.RedisError as error:
        return Finding("WRONG", f"Redis does not answer: {type(error).__name__}. Is it running?")
    return Finding("ok", "Redis answers.")


def _files() -> Finding:
    if built("app.css") and built("app.js"):
        return Finding("ok", "Styles and scripts are built.")
    words = "Scripts are not built: pages work, live updates do not. Run: make install"
    return Finding("WRONG", words)


def _folder(settings: Settings) -> Iterator[Finding]:
    data = settings.data_dir.resolve()
    there = data
    while not there.exists():
        there = there.parent
    if not os.access(there, os.W_OK | os.X_OK):
        yield Finding("WRONG", f"{there} cannot be written by this user. Change its owner.")
        return
    free = shutil.disk_usage(there).free
    told = f"{free / 1e9:.1f} GB are free in {data}."
    if free < TOO_LITTLE:
        yield Finding("WRONG", f"{told} Make room: with a full disk nothing can be saved.")
    else:
        yield Finding("note" if free < LITTLE else "ok", told)
    if data.exists() and stat.S_IMODE(data.stat().st_mode) & 0o007:
        words = f"Every user of this machine can look into {data}. Run: chmod o= {data}"
        yield Finding("note", words)


def _key() -> Finding:
    file = key_file()
    if f"{PREFIX}SECRET_KEY" in os.environ or not file.exists():
        return Finding("ok", "The secret key comes from the environment.")
    if stat.S_IMODE(file.stat().st_mode) & 0o077:
        words = f"Others can read the secret key and sign in as anybody. Run: chmod 600 {file}"
        return Finding("WRONG", words)
    return Finding("ok", f"Only its owner can read the secret key in {file}.")


def _address(settings: Settings) -> Iterator[Finding]:
    host = urlsplit(settings.base_url).hostname or ""
    reached = f"People reach this site at {settings.base_url}"
    if settings.secure:
        yield Finding("ok", f"{reached}.")
    elif host in LOCAL:
        yield Finding("ok", f"{reached} (without TLS: only for trying it out).")
    else:
        words = f"{reached}, without TLS: passwords can be read on the way. Use https:// there."
        yield Finding("WRONG", words)
    if settings.secure and settings.trusted_proxies == 0:
        words = (
            "TLS ends at a proxy, and none is trusted: everybody who is not signed in counts as "
            f"one for limits. Set {PREFIX}TRUSTED_PROXIES=1 if one proxy stands before us."
        )
        yield Finding("WRONG", words)
    if settings.secure and settings.mode != "production":
        words = f"The mode is {settings.mode}; a site that people use wants production."
        yield Finding("WRONG", words)
    if not settings.rate_limits and settings.mode == "production":
        yield Finding("WRONG", f"Nothing is limited in number. Unset {PREFIX}RATE_LIMITS.")


def _signing(settings: Settings) -> Iterator[Finding]:
    """Tell whether letters are signed, and what has to stand in the DNS."""
    try:
        signer = signer_of(settings)
    except KeyFault as fault:
        yield Finding("WRONG", f"No letter leaves, for none can be signed. {fault}")
        return
    if signer is None:
        if settings.smtp_url:
            words = f"Letters are not signed here ({PREFIX}DKIM_KEY): the mail server has to do it."
            yield Finding("note", words)
        return
    if stat.S_IMODE(Path(settings.dkim_key).stat().st_mode) & 0o007:
        words = f"Everybody can read the key of letters. Run: chmod o= {settings.dkim_key}"
        yield Finding("WRONG", words)
    host = parseaddr(settings.mail_from)[1].rpartition("@")[2].lower()
    host = host or urlsplit(settings.base_url).hostname or ""
    if host != signer.domain and not host.endswith(f".{signer.domain}"):
        words = f"Letters are from {host}, but signed for {signer.domain}: others trust them less."
        yield Finding("note", words)
    words = f"Letters are signed. In the DNS, as TXT of {signer.name}: {signer.record}"
    yield Finding("ok", words)


def _mail(settings: Settings) -> Finding:
    if not settings.smtp_url:
        words = f"Letters are kept as files and reach nobody. Set {PREFIX}SMTP_URL."
        return Finding("note", words)
    try:
        mail.greet(settings.smtp_url)
    except smtplib.SMTPAuthenticationError:
        return Finding("WRONG", "The mail server does not take our user and password.")
    except (smtplib.SMTPException, OSError) as error:
        words = f"The mail server does not answer: {type(error).__name__}. Check the address."
        return Finding("WRONG", words)
    return Finding("ok", "The mail server answers. Try a letter: community doctor --mail-to YOU")


def _mail_in(settings: Settings) -> Iterator[Finding]:
    """Tell whether letters can be answered by mail, and what has to stand in the DNS."""
    if not settings.mail_in:
        words = f"No mail comes in ({PREFIX}MAIL_IN): letters are answered on the site."
        yield Finding("note", f"{words} Of those that come back nobody hears.")
        return
    if not settings.smtp_url:
        words = f"Mail is to come in for {settings.mail_in}, but no letter leaves to be answered."
        yield Finding("WRONG", f"{words} Set {PREFIX}SMTP_URL, or unset {PREFIX}MAIL_IN.")
    words = f"Mail comes in for {settings.mail_in}. In the DNS, as MX of it: the mail server that"
    yield Finding("ok", f"{words} hands it to community mail-in; as TXT, the SPF of who sends.")
    if settings.mail_in_trusts:
        words = f"{settings.mail_in_trusts} is believed where it says that an answer is forged."
        yield Finding("ok", words)
    else:
        words = "Nobody checks whether an answer is forged. Where your mail server does, set"
        yield Finding("note", f"{words} {PREFIX}MAIL_IN_TRUSTS to its name.")


def _push(settings: Settings) -> Iterator[Finding]:
    """Tell whether people are told on their devices; a key that is none starts nothing."""
    if not settings.push_key:
        words = f"Nothing is told on devices ({PREFIX}PUSH_KEY). A key: community push-keys"
        yield Finding("note", words)
        return
    yield Finding("ok", "The key for messages to devices can be used.")
    if not (settings.push_contact or settings.secure):
        words = "Push services refuse a site that names nobody to write to. Set"
        yield Finding("WRONG", f"{words} {PREFIX}PUSH_CONTACT=mailto:YOU@example.org")


def _open_files() -> Finding:
    most, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most < FILES_WANTED:
        words = f"This shell may open {most} files; a service needs more: LimitNOFILE=65536."
        return Finding("note", words)
    return Finding("ok", f"{most} files may be open at once.")


def _work(settings: Settings) -> Iterator[Finding]:
    silent, owed = silent_for(settings), figures(clock())
    start = "Start: community worker (community serve does, unless --no-worker)"
    if silent is None:
        yield Finding("note", f"No worker has run with this data folder yet. {start}.")
    elif silent > SILENT_AFTER:
        yield Finding("WRONG", f"The worker was last heard of {_ago(silent)} ago. {start}.")
    else:
        yield Finding("ok", "The worker lives.")
    if owed.oldest > LATE:
        words = f"{owed.waiting} pieces of work are due, the oldest since {_ago(owed.oldest)}."
        yield Finding("WRONG", f"{words} Does a worker run, and the mail server answer?")
    else:
        yield Finding("ok", f"{owed.waiting} pieces of work are due, none for long.")
    for job, error, count in db.session.execute(
        sa.select(OutboxRow.job, OutboxRow.last_error, sa.func.count())
        .where(OutboxRow.done_at.is_(None), OutboxRow.attempts >= MAX_ATTEMPTS)
        .group_by(OutboxRow.job, OutboxRow.last_error)
        .limit(10)
    ):
        words = f"{count} times {job} failed too often ({error}) and is not tried again."
        yield Finding("WRONG", f"{words} The log says more.")


def _kept_files(settings: Settings) -> Finding:
    count, lost = lost_files()
    if lost:
        words = f"{len(lost)} of {count} files of courses are away or cut short."
        back = f"Bring them back from a backup, into {settings.files}; see: community files check"
        return Finding("WRONG", f"{words} {back}")
    return Finding("ok", f"{count} files of courses are kept, none is away.")


def _search() -> Finding:
    if lag():
        words = "The index of search is being filled: not everything is found yet."
        return Finding(
            "note", f"{words} A worker goes on with it; or run: community search rebuild"
        )
    return Finding("ok", "The index of search is whole.")


def _ago(seconds: float) -> str:
    return str(dt.timedelta(seconds=round(seconds)))


def _clock() -> Finding:
    """Compare our clock with PostgreSQL's, and with what has happened already."""
    now = clock()
    if db.session.connection().dialect.name == "postgresql":
        apart = abs(
            (db.session.execute(sa.text("SELECT now()")).scalar_one() - now).total_seconds()
        )
        if apart > SLOW_CLOCK:
            words = f"Our clock and the database's are {apart:.0f} s apart. Run an NTP service."
            return Finding("WRONG", words)
    last = db.session.scalar(sa.select(sa.func.max(EventRow.happened_at)))
    if last is not None and last > now + dt.timedelta(seconds=SLOW_CLOCK):
        words = f"The last thing happened at {last:%Y-%m-%d %H:%M} UTC, which is still to come."
        return Finding("WRONG", f"{words} The clock was set back: run an NTP service.")
    return Finding("ok", f"The clock says {now:%Y-%m-%d %H:%M:%S} UTC.")
