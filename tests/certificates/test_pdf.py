"""The PDF of a certificate, read back by other hands than those that set it."""

import datetime as dt
import io

import pytest
from pypdf import PdfReader

from community.certificates.formats import Certified, as_pdf, told_of
from community.kernel.mail import in_language

AT = dt.datetime(2026, 11, 16, 9, tzinfo=dt.UTC)
CODE = "7KQ2M1TT0ZB3C4D5E6F7G8H9JK"
SHOWN = "7KQ2M-1TT0Z-B3C4D-5E6F7-G8H9JK"

pytestmark = pytest.mark.usefixtures("inside")


def said(**more):
    values = {
        "name": "Zoë Álvarez",
        "course": "Data stewardship",
        "run": "Academy, cohort 9",
        "network": "The network",
        "starts_on": dt.date(2026, 9, 7),
        "ends_on": dt.date(2026, 11, 15),
        "minutes": 3280,
        "leads": ["Fatou Lead"],
        "policy": 2,
        "language": "en",
        "code": CODE,
        "edition": 1,
        "issued_on": AT.date(),
        "edition_at": AT,
        "verify_url": f"https://network.example.org/verify/{SHOWN}",
    }
    return Certified(**{**values, **more})


def pdf(**more):
    given = said(**more)
    with in_language(given.language):
        told = told_of(given)
    return as_pdf(told)


def read(content):
    return PdfReader(io.BytesIO(content))


def text(content):
    return " ".join(read(content).pages[0].extract_text().split())


def test_it_says_who_completed_what_when_and_where_to_ask():
    found = text(pdf())
    for words in (
        "Zoë Álvarez",
        "Data stewardship",
        "Academy, cohort 9",
        "The network",
        "A course of 55 hours, run from 7 September to 15 November 2026",
        "Led by Fatou Lead",
        "Issued on 16 November 2026 · Rules of completion, number 2",
        "network.example.org/verify",
        SHOWN,
    ):
        assert words in found
    assert "Edition" not in found
    assert "Edition 3" in text(pdf(edition=3))


def test_it_is_one_page_of_a4_tagged_with_title_and_language():
    found = read(pdf())
    [page] = found.pages
    assert [round(float(edge)) for edge in page.mediabox[2:]] == [842, 595]
    root = found.trailer["/Root"]
    assert root["/Lang"] == "en"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/StructTreeRoot"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert found.metadata.title == "Certificate of completion: Data stewardship"
    assert found.metadata.author == "The network"
    [link] = page["/Annots"]
    assert link["/A"]["/URI"] == f"https://network.example.org/verify/{SHOWN}"


def test_the_same_certificate_is_the_same_bytes():
    assert pdf() == pdf()
    assert pdf() != pdf(edition=2)


@pytest.mark.parametrize(
    "name",
    [
        '#eval("1+1") #panic() $x^2$ *b* _i_ `raw` <label> @ref',
        "\\ \" ' ] } ) // /* comment",
        '"), name: sys.inputs, (',
        "= Heading - list + enum / term: x ~ --- ...",
        '#include "/etc/passwd"',
    ],
)
def test_markup_in_a_name_is_letters(name):
    assert " ".join(name.split()) in text(pdf(name=name, course=name))


@pytest.mark.parametrize("name", ["Έλενα Παπαδοπούλου", "Анна Петрова", "Ọláńrewájú", "Đỗ Thị"])
def test_other_letters_are_printed(name):
    found = text(pdf(name=name))
    assert name in found
    assert "cannot be printed" not in found


@pytest.mark.parametrize("name", ["مريم الأحمد", "שרה לוי", "अनिता देवी"])
def test_letters_that_run_otherwise_are_printed_without_a_note(name):
    assert "cannot be printed" not in text(pdf(name=name))


def test_letters_that_no_font_has_are_said_to_be_missing():
    """The last of Unicode's private letters: no font has it, on whatever machine this runs."""
    found = text(pdf(name="Ana \U0010fffd"))
    assert "Some letters cannot be printed here" in found
    assert SHOWN in found


def test_a_language_from_right_to_left_is_said_and_set():
    found = read(pdf(language="ar", name="مريم الأحمد"))
    assert found.trailer["/Root"]["/Lang"] == "ar"
    assert len(found.pages) == 1


@pytest.mark.parametrize("letter", ["W", "W ", "ab-"])
def test_however_long_everything_is_it_stays_one_page(letter):
    def words(most):
        return (letter * most)[:most].strip()

    content = pdf(
        name=words(120),
        course=words(200),
        run=words(200),
        network=words(200),
        leads=[words(120)] * 12,
        edition=49,
    )
    assert len(read(content).pages) == 1
    assert SHOWN in text(content)
    assert "and 10 more" in text(content)
