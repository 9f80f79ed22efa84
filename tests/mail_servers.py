"""Mail servers of others: one that people's mailboxes lie on, and one that takes mail in for us."""

import asyncio
import dataclasses
import os
import smtplib
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage, Message
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from typing import Any

from aiosmtpd.controller import Controller
from flask import Flask
from letters import Postbox
from running import free_port

from community.kernel.installed import EXTENSION

TEMPORARY = 75  # EX_TEMPFAIL of sysexits.h: the server keeps the message and comes again


def piped(app: Flask, raw: bytes, *, to: str, sender: str, **more: str) -> Any:
    """Hand a message to ``community mail-in`` as the pipe of a mail server does."""
    settings = app.extensions[EXTENSION].settings
    known = {
        "COMMUNITY_SECRET_KEY": settings.secret_key,
        "COMMUNITY_DATA_DIR": str(settings.data_dir),
        "COMMUNITY_DATABASE_URL": settings.database,
        "COMMUNITY_MAIL_IN": settings.mail_in,
        **more,
    }
    return subprocess.run(
        [sys.executable, "-m", "community.cli", "mail-in", "--to", to, "--from", sender],
        input=raw,
        capture_output=True,
        env={**os.environ, **known},
        check=False,
        timeout=120,
    )


@dataclasses.dataclass(slots=True)
class Entrance:
    """The server to which the MX record of ``COMMUNITY_MAIL_IN`` leads; it pipes each message."""

    app: Flask
    port: int
    became: list[str] = dataclasses.field(default_factory=list)  # what the command said of each

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802  # the library's name
        for address in envelope.rcpt_tos:
            done = await asyncio.to_thread(
                piped, self.app, envelope.content, to=address, sender=envelope.mail_from
            )
            if done.returncode == TEMPORARY:
                return "451 4.3.0 come again"
            self.became.append(done.stdout.decode().strip())
        return "250 OK"


@dataclasses.dataclass(slots=True)
class Elsewhere(Postbox):
    """A server that takes every letter, and finds out later that nobody ``unknown`` is here.

    Then it reports to the sender of the envelope (RFC 3464), as servers behind another one do.
    """

    entrance: int = 0  # the port of the server that takes mail for the sender's domain
    unknown: set[str] = dataclasses.field(default_factory=set)
    queue: list[tuple[Message, str]] = dataclasses.field(default_factory=list)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  # the library's name
        for address in self.unknown.intersection(envelope.rcpt_tos):
            report = report_of(envelope.content, address, envelope.mail_from)
            self.queue.append((report, envelope.mail_from))
        return await Postbox.handle_DATA(self, server, session, envelope)

    def run_queue(self) -> None:
        """Hand over what waits in the queue, to nobody's sender."""
        for report, to in self.queue:
            handed_over(self.entrance, report, "", to)
        self.queue.clear()


def report_of(letter: bytes, nobody: str, sender: str) -> Message:
    """Return what RFC 3464 wants a server to write about a letter to somebody it does not know."""
    report = MIMEMultipart("report", report_type="delivery-status")
    report["From"] = "MAILER-DAEMON@mx.elsewhere.example"
    report["To"] = sender
    report["Subject"] = "Delivery Status Notification (Failure)"
    report["Auto-Submitted"] = "auto-replied"
    report.attach(MIMEText(f"Nobody reads mail at {nobody}.\n"))
    status = Message()
    status["Content-Type"] = "message/delivery-status"
    of_server, of_recipient = Message(), Message()
    of_server["Reporting-MTA"] = "dns; mx.elsewhere.example"
    of_recipient["Final-Recipient"] = f"rfc822; {nobody}"
    of_recipient["Action"] = "failed"
    of_recipient["Status"] = "5.1.1"
    of_recipient["Diagnostic-Code"] = "smtp; 550 5.1.1 no such mailbox"
    status.set_payload([of_server, of_recipient])
    report.attach(status)
    head = MIMEText(letter.partition(b"\r\n\r\n")[0].decode("ascii"), "rfc822-headers")
    report.attach(head)
    return report


def handed_over(port: int, message: Message | EmailMessage, sender: str, to: str) -> None:
    """Hand a message to the server at a port."""
    with smtplib.SMTP("127.0.0.1", port, timeout=150) as client:
        client.send_message(message, from_addr=sender, to_addrs=[to])


@contextmanager
def mail_servers(app: Flask) -> Iterator[tuple[Elsewhere, Entrance]]:
    """Run both servers until the block ends."""
    entrance = Entrance(app, free_port())
    elsewhere = Elsewhere(free_port(), entrance=entrance.port)
    running = [
        Controller(each, hostname="127.0.0.1", port=each.port) for each in (entrance, elsewhere)
    ]
    for each in running:
        each.start()
    try:
        yield elsewhere, entrance
    finally:
        for each in running:
            each.stop()
