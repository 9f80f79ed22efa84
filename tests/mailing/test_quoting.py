"""What somebody wrote of their own is told from what their mail program put around it."""

# ruff: noqa: E501  # answers as mail programs write them, a line each

import time
from email.message import EmailMessage

from community.mailing.formats import own_words, read_message

SENDER = "no-reply@example.org"
OURS = f"Long Table <{SENDER}>"
LETTER = "Olu Ade answers your post in “The well”:\nWhen do we meet?\n\nRead and answer:"
QUOTE = "\n".join(f"> {line}".rstrip() for line in LETTER.splitlines())
HTML = f"<div>{LETTER}</div>"

STYLES = {
    "Gmail": f"At six.\n\nOn Tue, Dec 1, 2026 at 9:00 AM {OURS} wrote:\n\n{QUOTE}\n",
    "Gmail, folded": f"At six.\n\nOn Tue, Dec 1, 2026 at 9:00 AM Long Table <\n{SENDER}> wrote:\n\n{QUOTE}",
    "Gmail, wrapped": f"At six.\n\nOn Tue, Dec 1, 2026 at 9:00 AM {OURS}\nwrote:\n\n{QUOTE}",
    "Gmail, German": f"At six.\n\nAm Di., 1. Dez. 2026 um 09:00 Uhr schrieb {OURS}:\n\n{QUOTE}",
    "Gmail, French": f"At six.\n\nLe mar. 1 déc. 2026 à 09:00, {OURS} a écrit :\n\n{QUOTE}",
    "Gmail, Spanish": f"At six.\n\nEl mar, 1 dic 2026 a las 9:00, Long Table (<{SENDER}>) escribió:\n\n{QUOTE}",
    "Gmail, Portuguese": f"At six.\n\nEm ter., 1 de dez. de 2026 às 09:00, {OURS} escreveu:\n\n{QUOTE}",
    "Gmail, Arabic": f"At six.\n\nفي الثلاثاء، 1 ديسمبر 2026 في 9:00 ص تمت كتابة ما يلي بواسطة {OURS}:\n\n{QUOTE}",
    "Apple Mail": f"At six.\n\n> On 1 Dec 2026, at 09:00, {OURS} wrote:\n> \n{QUOTE}",
    "Apple Mail, French": f"At six.\n\n> Le 1 déc. 2026 à 09:00, {OURS} a écrit :\n> \n{QUOTE}",
    "a telephone": f"At six.\n\nSent from my iPhone\n\n> On 1 Dec 2026, at 09:00, Long Table wrote:\n> \n{QUOTE}",
    "Thunderbird": f"At six.\n\nOn 01/12/2026 09:00, Long Table wrote:\n{QUOTE}\n\n-- \nAna Lima\n+1 555",
    "Thunderbird, German": f"At six.\n\nAm 01.12.26 um 09:00 schrieb Long Table:\n{QUOTE}",
    "Thunderbird, French": f"At six.\n\nLe 01/12/2026 à 09:00, Long Table a écrit :\n{QUOTE}",
    "Thunderbird, Spanish": f"At six.\n\nEl 1/12/26 a las 9:00, Long Table escribió:\n{QUOTE}",
    "Thunderbird, Italian": f"At six.\n\nIl 01/12/26 09:00, Long Table ha scritto:\n{QUOTE}",
    "Outlook": f"At six.\n\n________________________________\nFrom: {OURS}\nSent: Tuesday, December 1, 2026 9:00 AM\nTo: Ana Lima\nSubject: Cohort 9: The well\n\n{LETTER}",
    "Outlook of before": f"At six.\n\n-----Original Message-----\nFrom: {OURS}\nSent: Tuesday, December 1, 2026 9:00 AM\nTo: Ana Lima\nSubject: The well\n\n{LETTER}",
    "Outlook, German": f"At six.\n\nVon: {OURS}\nGesendet: Dienstag, 1. Dezember 2026 09:00\nAn: Ana Lima\nBetreff: The well\n\n{LETTER}",
    "Outlook, French": f"At six.\n\nDe : {OURS}\nEnvoyé : mardi 1 décembre 2026 09:00\nÀ : Ana Lima\nObjet : The well\n\n{LETTER}",
    "Outlook, Spanish": f"At six.\n\nDe: {OURS}\nEnviado: martes, 1 de diciembre de 2026 9:00\nPara: Ana Lima\nAsunto: The well\n\n{LETTER}",
    "below the quote": f"On Tue, Dec 1, 2026 at 9:00 AM {OURS} wrote:\n{QUOTE}\n\nAt six.\n",
    "mutt, a signature": "At six.\n\n-- \nAna Lima\nWater Board\n",
    "nothing quoted": "At six.\n",
}  # fmt: skip

PAGES = {
    "Gmail": f'<div dir="ltr">At six.</div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">On Tue, Dec 1, 2026 at 9:00 AM Long Table &lt;<a href="mailto:{SENDER}">{SENDER}</a>&gt; wrote:<br></div><blockquote class="gmail_quote">{HTML}</blockquote></div>',
    "Outlook": f'<div><p>At six.</p><div style="border-top:solid 1pt"><p><b>From:</b> Long Table &lt;{SENDER}&gt;<br><b>Sent:</b> Tuesday, December 1, 2026 9:00 AM<br><b>To:</b> Ana Lima<br><b>Subject:</b> The well</p></div>{HTML}</div>',
    "Apple Mail": f'<html><body>At six.<br><div><blockquote type="cite"><div>On 1 Dec 2026, at 09:00, Long Table &lt;{SENDER}&gt; wrote:</div><br><div>{HTML}</div></blockquote></div></body></html>',
}  # fmt: skip


def told(text="", html=""):
    message = EmailMessage()
    message["From"] = "ana@example.org"
    if html:
        message.set_content(html, subtype="html")
    else:
        message.set_content(text)
    said = read_message(message.as_bytes(), trusted="", our_host="example.org").said
    return own_words(said, sender=SENDER)


def test_the_quotes_of_every_mail_program_are_left_out():
    wrong = {name: told(text) for name, text in STYLES.items() if told(text) != "At six."}
    assert not wrong
    assert {name: told(html=html) for name, html in PAGES.items()} == dict.fromkeys(
        PAGES, "At six."
    )


def test_what_is_written_stays_also_where_it_looks_like_something_else():
    for text in (
        "On Monday we meet.\n\nNobody wrote: it is open.",
        "Three things:\n\n- one\n- two\n\nThanks, it works. And more.",
        "Best regards to all, and\nsee you there.",
        "From: here to there is far.\n\nI know.",
        "He said:\n\n> Not this one.\n\nI do not agree.",
        "One\n\n    two\n",
    ):
        assert told(text) == text.rstrip(), text


def test_what_is_written_between_quotes_is_kept_where_nothing_stands_above_them():
    text = f"On 1 Dec 2026, Long Table wrote:\n{QUOTE}\n\nAt six.\n\n> And where?\n\nBy the well."
    assert [line for line in told(text).splitlines() if line] == ["At six.", "By the well."]
    assert told(f"\n\nOn 1 Dec 2026, Long Table wrote:\n{QUOTE}\n") == ""


def test_no_text_takes_long():
    began = time.process_time()
    for text in (
        "On " * 30_000, "On x\n" * 20_000, ("On " * 80 + "\n") * 400, "From: a\n" * 12_000,
        "\n" * 90_000, ("> " * 100 + "\n") * 900, "_" * 90_000, "De : a\n\n" * 9_000,
    ):  # fmt: skip
        told(text)
    assert time.process_time() - began < 30  # each would take hours without the limits
