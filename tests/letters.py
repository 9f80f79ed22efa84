"""A real SMTP server on loopback, and the letters it was handed."""

import asyncio
import dataclasses
import email.policy
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.parser import BytesParser
from typing import Any

from aiosmtpd.controller import Controller
from flask import Flask
from running import free_port

from community.kernel.jobs import run_everything


@dataclasses.dataclass(slots=True)
class Postbox:
    """What arrived, in order, and each as it stood on the wire.

    ``answer`` is what the server says to the next letters.
    """

    port: int
    letters: list[EmailMessage] = dataclasses.field(default_factory=list)
    raw: list[bytes] = dataclasses.field(default_factory=list)
    senders: list[str] = dataclasses.field(default_factory=list)  # of the envelopes
    answer: str = "250 OK"
    recipient_answer: str = "250 OK"
    slow: float = 0.0  # seconds over each letter

    def letters_to(self, address: str) -> list[EmailMessage]:
        return [letter for letter in self.letters if address in letter["To"]]

    def text_to(self, address: str) -> str:
        """Return the text of the one letter to an address."""
        [letter] = self.letters_to(address)
        return text_of(letter)

    def wait_for(self, address: str, subject: str, within: float = 60.0) -> EmailMessage:
        """Return the last letter to an address with these words in its subject, once it came."""
        give_up_at = time.monotonic() + within
        while time.monotonic() < give_up_at:
            for letter in reversed(self.letters_to(address)):
                if subject in letter["Subject"]:
                    return letter
            time.sleep(0.1)
        came = [f"{letter['To']}: {letter['Subject']}" for letter in self.letters]
        raise AssertionError(f"no letter “{subject}” to {address}; there came {came}")

    async def handle_RCPT(  # noqa: N802  # the library's name
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if self.recipient_answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.recipient_answer

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        await asyncio.sleep(self.slow)
        if self.answer.startswith("250"):
            self.raw.append(envelope.content)
            self.senders.append(envelope.mail_from)
            parser = BytesParser(EmailMessage, policy=email.policy.default)
            self.letters.append(parser.parsebytes(envelope.content))
        return self.answer


def text_of(letter: EmailMessage) -> str:
    """Return the plain text of a letter."""
    body = letter.get_body(("plain",))
    assert body is not None
    text: str = body.get_content()
    return text


def link_of(letter: EmailMessage) -> str:
    """Return the path of the first link that stands alone in a letter."""
    found = re.findall(r"^https?://[^/\s]+(/\S*)\s*$", text_of(letter), re.MULTILINE)
    assert found, text_of(letter)
    path: str = found[0]
    return path


@contextmanager
def smtp_server() -> Iterator[Postbox]:
    """Run a server until the block ends."""
    postbox = Postbox(free_port())
    controller = Controller(postbox, hostname="127.0.0.1", port=postbox.port, enable_SMTPUTF8=True)
    controller.start()
    try:
        yield postbox
    finally:
        controller.stop()


def link_in(app: Flask, postbox: Postbox, address: str) -> str:
    """Do what is owed, and return the path of the link in the last letter to an address."""
    run_everything(app)
    return link_of(postbox.letters_to(address)[-1])
