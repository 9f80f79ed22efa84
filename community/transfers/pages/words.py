"""What is told of imports, in words."""

from flask_babel import lazy_gettext as _l

from community.transfers.models import MailState
from community.transfers.rules import Drop, Note

STATES = {
    MailState.READING: _l("Being read"),
    MailState.WRITING: _l("Being brought in"),
    MailState.DONE: _l("Brought in"),
    MailState.FAILED: _l("Not brought in"),
    MailState.LEAVING: _l("Being taken back"),
    MailState.GONE: _l("Taken back"),
}
FAILURES = {
    "none": _l("There is no message in this file. Nothing was brought in."),
    "broken": _l("This file could not be read to its end. Nothing of it was brought in."),
    "content": _l("This archive is not written as its description says. Nothing was brought in."),
    "large": _l("There is more in this archive than one import takes. Nothing was brought in."),
    "many": _l(
        "There are more messages in this file than one import takes. Split it, and bring in its"
        " parts one after the other: threads find one another."
    ),
}
NOTES = {
    Note.ORPHAN.value: _l("Answers a message that is missing; begins a thread of its own."),
    Note.SIBLING.value: _l(
        "Answers a message that is missing; stands beside another answer to the same one."
    ),
    Note.SUBJECT.value: _l(
        "Answers a message that is missing; stands in the thread of its subject."
    ),
    Note.DATE.value: _l("Its date could not be right; it has that of the message before."),
    Note.NAMELESS.value: _l("Nobody is named as its author."),
    Note.CUT.value: _l("Longer than a post may be; its end is left out."),
    Note.HTML.value: _l("Was HTML only; its words are kept."),
    Note.CHARSET.value: _l("Some of its characters could not be read."),
    Note.EMPTY.value: _l("Says nothing."),
    Note.FILES.value: _l("A file is left out: of a kind that is not taken, or damaged."),
    Note.FILE_LARGE.value: _l("A file is left out: larger than files of posts may be."),
    Note.FILE_MANY.value: _l("A file is left out: there are too many."),
    Note.FILE_ROOM.value: _l("A file is left out: this space has no room for it."),
}
LEFT_OUT = {
    Note.FILES.value: _l("Files left out: of a kind that is not taken, or damaged."),
    Note.FILE_LARGE.value: _l("Files left out: larger than files of posts may be."),
    Note.FILE_MANY.value: _l("Files left out: too many in one message, or in all."),
    Note.FILE_ROOM.value: _l("Files left out: this space has no room for them."),
}
DROPS = {
    Drop.TWICE.value: _l("Stands in the archive before already."),
    Drop.BEFORE.value: _l("Was brought in before already."),
    Drop.LARGE.value: _l("Larger than 15 MB."),
}
