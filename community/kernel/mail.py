"""Letters: one layout for all, as HTML and as text, in the reader's language, through SMTP.

A feature's job looks whether a letter is still wanted, composes it and calls ``send``; the outbox
calls the job again until it went through. Where no SMTP server is configured letters are kept as
files, for trying the platform out.
"""

import dataclasses
import datetime as dt
import enum
import hashlib
import re
import smtplib
import ssl
import uuid
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import format_datetime, formataddr, parseaddr
from pathlib import Path
from urllib.parse import unquote, urlsplit

import structlog
from babel import Locale
from flask import current_app
from flask_babel import force_locale

from community.kernel.context import clock
from community.kernel.db import db
from community.kernel.dkim import signer_of
from community.kernel.installed import installed
from community.kernel.mailboxes import deliverable
from community.kernel.metrics import LETTERS
from community.kernel.operation import outside_operation
from community.kernel.settings import Settings

TIMEOUT = 20  # seconds, of each step of the conversation
SUBJECT_LONGEST = 200
KEPT_LETTERS = 200  # files, where there is no SMTP server; the oldest make room
ACCOUNT = "account"  # the kind of letters that have no switch: they are about the account
COURSE = "course"  # of letters about one's place in a course, which have none either
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+")

# Addresses and identities that have to stand as they are: a library that folds a long one between
# no words writes encoded words (RFC 2047), which mail programs do not read there.
_WHOLE = {"list-id", "list-unsubscribe", "message-id", "in-reply-to", "references"}
_UNFOLDED = SMTP.clone(max_line_length=998)  # the longest line there is (RFC 5322, 2.1.1)


class _OnTheWire(EmailPolicy):
    """How letters are written for servers, with some of their lines left whole."""

    def fold(self, name: str, value: str) -> str:
        policy = _UNFOLDED if name.lower() in _WHOLE else SMTP
        return str(policy.fold(name, value))

    def fold_binary(self, name: str, value: str) -> bytes:
        policy = _UNFOLDED if name.lower() in _WHOLE else SMTP
        return bytes(policy.fold_binary(name, value))


# No byte above 127: a server that turned it into another encoding would break the signature.
ON_THE_WIRE = _OnTheWire(linesep="\r\n", cte_type="7bit")

log = structlog.get_logger(__name__)


class Outcome(enum.StrEnum):
    """What became of a letter that was to leave."""

    TAKEN = "taken"  # by the mail server
    REFUSED = "refused"  # by it, for good
    WAITING = "waiting"  # it does not answer, or not today: it is tried again
    UNREACHABLE = "unreachable"  # no letter reaches such an address
    KEPT = "kept"  # as a file: there is no mail server


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that goes with a letter; ``kind`` is a media type, parameters included."""

    name: str
    kind: str
    content: bytes


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where what a letter is about stands: who may not go there any more reads no word of it.

    ``opening``: the letter tells of the beginning of its thread, which later ones answer.
    ``post_id`` is the one post it tells of: an answer to the letter is one to it.
    """

    space_id: uuid.UUID
    space: str
    thread_id: uuid.UUID | None = None
    opening: bool = False
    post_id: uuid.UUID | None = None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """What a digest says of one thing: its title and address, and labels with their words.

    ``head`` is what several sections have in common, such as their space.
    """

    head: str
    title: str
    address: str
    facts: Sequence[tuple[str, str]]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What is written to one person; HTML and text are both made of this, so they agree.

    ``key`` is the letter's own, the same when it is sent again: a mailbox that gets it twice can
    tell. ``lines`` are paragraphs of plain text, ``facts`` labels with their words, ``button``
    words and address of the one thing to do. ``quoted`` is a text a person wrote: rendered safe
    HTML, and its plain text. ``why`` says why somebody gets this. ``unsubscribe`` is the address
    that ends letters of this kind by one POST (RFC 8058); None where it is about the account.

    ``reader`` is whose ledger tells what became of it, as a letter of a ``kind``, about something
    at a ``place``; None: nobody's, for who is written to has no account. ``urgent``: it is of no
    use later. ``brief`` is how a digest tells the same; without one it never waits for a digest.
    ``returns_to`` is where servers report that it did not arrive (the envelope's sender).
    ``answerable``: what is sent to ``reply_to`` stands in the thread; the post office says so.
    ``topics`` are what it tells of, which its reader may have chosen not to be told; without any it
    always leaves. ``push`` is how a device says the same, as a title and a few words, none of which
    a person wrote but the title of a thread or session; the button says where that leads.
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
    answerable: bool = False
    returns_to: str | None = None
    attachments: Sequence[Attachment] = ()
    reader: uuid.UUID | None = None
    kind: str = ACCOUNT
    place: Place | None = None
    urgent: bool = False
    brief: Section | None = None
    topics: Collection[str] = ()
    push: tuple[str, str] | None = None
    sections: Sequence[Section] = ()


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
    settings = installed().settings
    if sends_mail():
        letter = _addressed(letter)
    db.session.close()  # a mail server may take its time: hold no connection meanwhile
    if deliverable(letter.to) is None:  # kept from before such addresses were refused
        LETTERS.labels("refused").inc()
        log.warning("no letter reaches an address", letter=letter.key)
        _note(letter, Outcome.UNREACHABLE)
        return False
    message = written(letter, settings)
    if not sends_mail():
        _keep(message, settings.data_dir.resolve() / "mail")
        _note(letter, Outcome.KEPT)
        return True
    taken = _hand_over(letter, message, settings)
    _note(letter, Outcome.TAKEN if taken else Outcome.REFUSED)
    return taken


def _hand_over(letter: Letter, message: EmailMessage, settings: Settings) -> bool:
    with _counted(letter), _server(settings.smtp_url) as server:
        try:
            _pass_on(server, message, settings, letter.returns_to)
        except smtplib.SMTPRecipientsRefused as refused:
            codes = [code for code, _words in refused.recipients.values()]
            if any(code < 500 for code in codes):
                raise  # greylisted, or a mailbox that is full today
            LETTERS.labels("refused").inc()
            log.warning("a letter was refused for good", letter=letter.key, codes=codes)
            return False
        LETTERS.labels("sent").inc()
    return True


def _pass_on(
    server: smtplib.SMTP, message: EmailMessage, settings: Settings, returns_to: str | None
) -> None:
    """Send a message, signed where the settings say so; a letter of ours is ASCII on the wire."""
    signer = signer_of(settings)
    if signer is None:
        server.send_message(message, from_addr=returns_to)
        return
    [sender] = message["From"].addresses
    [reader] = message["To"].addresses
    signed = signer.signed(message.as_bytes(), int(clock().timestamp()))
    server.sendmail(returns_to or sender.addr_spec, [reader.addr_spec], signed)


@contextmanager
def _counted(letter: Letter) -> Iterator[None]:
    try:
        yield
    except (smtplib.SMTPException, OSError):
        LETTERS.labels("failed").inc()
        _note(letter, Outcome.WAITING)
        raise


def _addressed(letter: Letter) -> Letter:
    """Return a letter with the addresses that what comes back is sent to."""
    office = installed().office
    return letter if office is None or letter.reader is None else office.addressed(letter)


def sender_of(settings: Settings) -> Address:
    """Return who letters are from."""
    if settings.mail_from:
        name, address = parseaddr(settings.mail_from)
        return Address(name, addr_spec=address)
    return Address(settings.network_name, "no-reply", host_of(settings))


def host_of(settings: Settings) -> str:
    """Return the name under which our letters have their identities."""
    return urlsplit(settings.base_url).hostname or "localhost"


def _note(letter: Letter, outcome: Outcome) -> None:
    """Tell who keeps the ledger what became of a letter, if it is somebody's."""
    office = installed().office
    if office is not None and letter.reader is not None:
        office.noted(letter, outcome)


def written(letter: Letter, settings: Settings) -> EmailMessage:
    """Return a letter as a message (RFC 5322), as text and HTML (RFC 2046)."""
    host = host_of(settings)
    message = EmailMessage(policy=ON_THE_WIRE)
    message["From"] = settings.mail_from or Address(settings.network_name, "no-reply", host)
    message["To"] = Address(_one_line(letter.name), addr_spec=deliverable(letter.to) or "")
    message["Subject"] = _one_line(letter.subject)[:SUBJECT_LONGEST]
    message["Date"] = format_datetime(clock().replace(microsecond=0))
    message["Message-ID"] = _own_id(letter, host)
    _bind(message, letter, host)
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


def _own_id(letter: Letter, host: str) -> str:
    """Return the identity of a letter (RFC 5322, 3.6.4): the same when it is sent again."""
    if letter.place and letter.place.opening:
        return _root_id(letter, host)
    return _id_of(letter.key, host)


def _root_id(letter: Letter, host: str) -> str:
    """Return the identity of the first letter to somebody about a thread, sent or not."""
    return _id_of(f"thread:{letter.place and letter.place.thread_id}:{letter.reader}", host)


def _id_of(key: str, host: str) -> str:
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:40]}@{host}>"


def _bind(message: EmailMessage, letter: Letter, host: str) -> None:
    """Say to which thread and space a letter belongs, so that mail programs lay it there.

    All letters about a thread name the same root, also where its own letter was never sent.
    """
    place = letter.place
    if place is None:
        return
    # RFC 2919: an identity that stays when the name changes, and the name, where ASCII says it
    name = _one_line(place.space)
    known = f"{place.space_id.hex}.{host}"
    message["List-Id"] = formataddr((name, known)) if name.isascii() else f"<{known}>"
    if place.thread_id is not None and not place.opening:
        message["In-Reply-To"] = message["References"] = _root_id(letter, host)


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
