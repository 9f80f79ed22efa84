"""The post office: what becomes of each letter, of a digest, and of what devices are told."""

from community.mailing.letters.answers import tell_answered
from community.mailing.letters.devices import push_news
from community.mailing.letters.digests import mail_digest
from community.mailing.letters.office import OFFICE

__all__ = ["OFFICE", "mail_digest", "push_news", "tell_answered"]
