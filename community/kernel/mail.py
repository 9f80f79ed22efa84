"""Letters: one layout for all, as HTML and as text, in the reader's language, through SMTP.

A feature's job looks whether a letter is still wanted, composes it and calls ``send``; the outbox
calls the job again until it went through. Where no SMTP server is configured letters are kept as
files, for trying the platform out.
"""

import dataclasses
import datetime as dt
import hashlib
import re
import smtplib
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

import structlog
from babel import Locale
from flask import current_app
from flask_babel import force_locale

from community.kernel.context import clock
from community.kernel.db import db
from community.kernel.installed import installed
from community.kernel.mailboxes import deliverable
from community.kernel.metrics import LETTERS
from community.kernel.operation import outside_operation
from community.kernel.settings import Settings

TIMEOUT = 20  # seconds, of each step of the conversation
SUBJECT_LONGEST = 200
KEPT_LETTERS = 200  # files, where there is no SMTP server; the oldest make room
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+")

log = structlog.get_logger(__name__)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that goes with a letter; ``kind`` is a media type, parameters included."""

    name: str
    kind: str
    content: bytes


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What is written to one person; HTML and text are both made of this, so they agree.

    ``key`` is the letter's own, the same when it is sent again: a mailbox that gets it twice can
    tell. ``lines`` are paragraphs of plain text, ``facts`` labels with their words, ``button``
    words and address of the one thing to do. ``quoted`` is a text a person wrote: rendered safe
    HTML, and its plain text. ``why`` says why somebody gets this. ``unsubscribe`` is the address
    that ends letters of this kind by one POST (RFC 8058); None where it is about the account.
    """

    key: str
    to: str
    name: str = ""
    language: str
    subject: str
    lines: Sequence[str]
    facts: Sequence[tuple[str, str]] = ()
    button: tuple[str, str] | None = None
    quoted: tuple[str, str] | None = None
    why: str
    unsubscribe: str | None = None
    reply_to: str | None = None
    attachments: Sequence[Attachment] = ()


@contextmanager
def in_language(language: str) -> Iterator[None]:
    """Put what is written inside into a language; a job has no reader of its own."""
    with force_locale(Locale.parse(language)):
        yield


def sends_mail() -> bool:
    """Whether letters go out; without a mail server they are kept as files, and reach nobody."""
    return bool(installed().settings.smtp_url)


def send(letter: Letter) -> bool:
    """Hand a letter to the SMTP server of the settings; call it outside a unit of work.

    Returns False where the server refuses the address for good: trying again is of no use. Raises
    ``smtplib.SMTPException`` or ``OSError`` for what may pass; the job is then done again.
    """
    if not outside_operation():
        raise RuntimeError("a unit of work must not wait for a mail server")
    db.session.close()  # a mail server may take its time: hold no connection meanwhile
    settings = installed().settings
    if deliverable(letter.to) is None:  # kept from before such addresses were refused
        LETTERS.labels("refused").inc()
        log.warning("no letter reaches an address", letter=letter.key)
        return False
    message = written(letter, settings)
    if not sends_mail():
        _keep(message, settings.data_dir.resolve() / "mail")
        return True
    with _counted(), _server(settings.smtp_url) as server:
        try:
            server.send_message(message)
        except smtplib.SMTPRecipientsRefused as refused:
            codes = [code for code, _words in refused.recipients.values()]
            if any(code < 500 for code in codes):
                raise  # greylisted, or a mailbox that is full today
            LETTERS.labels("refused").inc()
            log.warning("a letter was refused for good", letter=letter.key, codes=codes)
            return False
        LETTERS.labels("sent").inc()
    return True


@contextmanager
def _counted() -> Iterator[None]:
    try:
        yield
    except (smtplib.SMTPException, OSError):
        LETTERS.labels("failed").inc()
        raise


def written(letter: Letter, settings: Settings) -> EmailMessage:
    """Return a letter as a message (RFC 5322), as text and HTML (RFC 2046)."""
    host = urlsplit(settings.base_url).hostname or "localhost"
    message = EmailMessage(policy=SMTP)
    message["From"] = settings.mail_from or Address(settings.network_name, "no-reply", host)
    message["To"] = Address(_one_line(letter.name), addr_spec=deliverable(letter.to) or "")
    message["Subject"] = _one_line(letter.subject)[:SUBJECT_LONGEST]
    message["Date"] = format_datetime(clock().replace(microsecond=0))
    message["Message-ID"] = f"<{hashlib.sha256(letter.key.encode()).hexdigest()[:40]}@{host}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no answer by a machine, please
    if letter.reply_to and (answers := deliverable(letter.reply_to)):
        message["Reply-To"] = Address(addr_spec=answers)
    if letter.unsubscribe:
        message["List-Unsubscribe"] = f"<{letter.unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    with in_language(letter.language):
        text = _drawn("mail/letter.txt", letter, settings)
        html = _drawn("mail/letter.html", letter, settings)
    message.set_content(text)
    message.add_alternative(html, subtype="html")
    message["Content-Language"] = letter.language.replace("_", "-")
    for file in letter.attachments:
        kind, _slash, rest = file.kind.partition("/")
        subtype, *parameters = (part.strip() for part in rest.split(";"))
        message.add_attachment(
            file.content,
            maintype=kind,
            subtype=subtype,
            filename=file.name,
            params=dict(given.split("=", 1) for given in parameters),
        )
    return message


def _drawn(template: str, letter: Letter, settings: Settings) -> str:
    # not flask.render_template: what a page's frame wants to know, a job cannot tell
    return current_app.jinja_env.get_template(template).render(
        letter=letter,
        network=settings.network_name,
        home=settings.base_url,
        lang=letter.language.replace("_", "-"),
        dir=Locale.parse(letter.language).text_direction,
    )


def _one_line(text: str) -> str:
    """Return a text fit for a header: one that breaks the line could write headers of its own."""
    return _UNPRINTABLE.sub(" ", text).strip()


@contextmanager
def _server(url: str) -> Iterator[smtplib.SMTP]:
    """Open a conversation with an SMTP server, encrypted wherever it can be."""
    parts = urlsplit(url)
    host, tls = parts.hostname or "localhost", ssl.create_default_context()
    if parts.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            host, parts.port or 465, timeout=TIMEOUT, context=tls
        )
    else:
        server = smtplib.SMTP(host, parts.port or 25, timeout=TIMEOUT)
    with server:
        server.ehlo()
        if parts.scheme == "smtp+starttls" or (
            parts.scheme == "smtp" and server.has_extn("starttls")
        ):
            server.starttls(context=tls)  # raises where the server cannot: no secret in the clear
            server.ehlo()
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        yield server


def greet(url: str) -> None:
    """Open a conversation with the mail server and end it; raises as ``send`` does."""
    with _server(url) as server:
        server.noop()


def _keep(message: EmailMessage, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    moment = dt.datetime.now(dt.UTC).strftime("%Y%m%d-%H%M%S-%f")
    (folder / f"{moment}.eml").write_bytes(message.as_bytes())
    for old in sorted(folder.glob("*.eml"))[:-KEPT_LETTERS]:
        old.unlink(missing_ok=True)
