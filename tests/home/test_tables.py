"""What is taken away is what stands on the page: cell by cell, in the same order and words."""

import csv
import datetime as dt
import html
import io
import re

import openpyxl
import pytest
import sqlalchemy as sa
from factories.discussions import make_thread
from factories.live import make_session
from factories.progress import have_come, make_learners

from community.cohorts.models import Run
from community.discussions.models import Thread
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.operation import unit_of_work
from community.kernel.sheets import Sheet, csv_of, defused, workbook_of

NAMES = ["Ana Lind", "Bo, the “comma” Chen", "Cy; Odhiambo", '=HYPERLINK("x")', "@Dana", "-Ed-"]


@pytest.fixture
def full(app, cast):
    """A desk with something on every list."""
    make_learners(app, cast.world, NAMES)
    have_come(app, cast.world, 12)
    now = dt.datetime.now(dt.UTC)
    old = now - dt.timedelta(days=3)
    thread = make_thread(app, cast.world.space, cast.member, title="=1+1 who signs?")
    make_session(
        app, cast.world.space, cast.owner, title="Clinic", starts_at=now + dt.timedelta(hours=5)
    )
    with app.app_context(), unit_of_work(Context.begin(None)):
        db.session.execute(sa.update(Run).values(opened_at=now - dt.timedelta(days=12)))
        db.session.execute(sa.update(Thread).where(Thread.id == thread).values(created_at=old))
    return cast


def path_of(cast, rest=""):
    return f"/spaces/{cast.world.slug}/manage{rest}"


def texts(markup):
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", markup)).split())


def page_of_list(client, where):
    """Return the heads and rows of a list's table as they are read."""
    page = client.get(where).get_data(as_text=True)
    table = re.search(r'<table class="listed">.*?</table>', page, re.DOTALL)[0]
    head, body = table.split("</thead>")
    heads = [texts(cell) for cell in re.findall(r"<th[^>]*>.*?</th>", head, re.DOTALL)][:-1]
    rows = []
    for row in re.findall(r"<tr>.*?</tr>", body, re.DOTALL):
        cells = re.findall(r"<t[hd][^>]*>.*?</t[hd]>", row, re.DOTALL)
        rows.append([texts(cell) for cell in cells[:-1]])
    return [heads, *rows]


def page_of_matrix(client, where):
    """Return the heads and rows of the matrix on all its pages, as they are read."""
    heads, rows = [], []
    while where:
        page = client.get(where).get_data(as_text=True)
        table = re.search(r'<table class="matrix".*?</table>', page, re.DOTALL)[0]
        columns = re.findall(
            r'<th scope="col" data-activity.*?aria-label="([^"]*)"', table, re.DOTALL
        )
        heads = ["Learner", "Done", "Outcome", "Why", *map(html.unescape, columns)]
        for row in re.findall(r'<tr id="row-.*?</tr>', table, re.DOTALL):
            name = re.search(r'<span class="name">(.*?)</span>', row, re.DOTALL)[1]
            percent = re.search(r"data-percent>(.*?)<", row)[1]
            why = re.search(r'<span class="why">(.*?)</span>', row, re.DOTALL)
            outcome = re.search(r'<span class="outcome why">(.*?)</span>', row, re.DOTALL)
            words = re.findall(r"<i>(.*?)</i>", row)
            said = [texts(each[1]) if each else "" for each in (outcome, why)]
            rows.append([texts(name), percent, *said, *map(texts, words)])
        further = re.search(r'rel="next" href="([^"]*)"', page)
        where = html.unescape(further[1]) if further else None
    return [heads, *rows]


def as_csv(answer):
    assert answer.status_code == 200
    assert answer.mimetype == "text/csv"
    assert answer.get_data().startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"), newline="")))


def as_workbook(answer):
    assert answer.status_code == 200
    sheet = openpyxl.load_workbook(io.BytesIO(answer.get_data())).active
    assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    return [[shown(cell) for cell in row] for row in sheet.iter_rows()]


def shown(cell):
    """Return what a spreadsheet program shows in a cell."""
    if cell.value is None:
        return ""
    return f"{round(100 * cell.value)}%" if cell.number_format == "0%" else str(cell.value)


def guarded(rows):
    """Return the rows of a page as CSV has them."""
    return [[defused(cell) for cell in row] for row in rows]


@pytest.mark.parametrize("query", ["", "?show=late", "?show=fading", "?q=an", "?show=late&q=o"])
def test_the_matrix_is_taken_away_as_it_stands(full, browse, query):
    client = browse(full.owner)
    page = page_of_matrix(client, path_of(full, query))
    assert len(page) > 1
    assert as_csv(client.get(path_of(full, "/matrix/csv" + query))) == guarded(page)
    assert as_workbook(client.get(path_of(full, "/matrix/xlsx" + query))) == page


def test_a_matrix_of_several_pages_is_one_file(app, full, browse):
    make_learners(app, full.world, [f"Learner {number:03}" for number in range(70)])
    client = browse(full.owner)
    page = page_of_matrix(client, path_of(full))
    assert len(page) == 1 + 70 + 1 + len(NAMES)
    assert as_csv(client.get(path_of(full, "/matrix/csv"))) == guarded(page)


@pytest.mark.parametrize("name", ["questions", "sessions", "fading"])
def test_a_list_is_taken_away_as_it_stands(full, browse, name):
    client = browse(full.owner)
    page = page_of_list(client, path_of(full, f"/{name}"))
    assert len(page) > 1
    assert as_csv(client.get(path_of(full, f"/{name}/csv"))) == guarded(page)
    assert as_workbook(client.get(path_of(full, f"/{name}/xlsx"))) == page


def test_an_empty_list_says_so_and_is_a_file_of_heads(cast, browse):
    client = browse(cast.owner)
    assert "Nothing is on this list" in texts(client.get(path_of(cast, "/fading")).text)
    assert as_csv(client.get(path_of(cast, "/fading/csv"))) == [
        ["Learner", "Why", "Done", "Taken by", "Last written to"]
    ]


def test_a_file_has_a_plain_name_and_nobody_keeps_it(full, browse):
    answer = browse(full.owner).get(path_of(full, "/matrix/csv"))
    name = f"{full.world.slug}-matrix.csv"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("name", ["matrix", "questions", "sessions", "fading", "unplanned"])
def test_only_who_uses_the_desk_takes_its_lists_away(full, browse, name):
    for ending in ("csv", "xlsx"):
        where = path_of(full, f"/{name}/{ending}")
        assert browse(full.facilitator).get(where).status_code == 200
        assert browse(full.member).get(where).status_code == 403
        assert browse(full.outsider).get(where).status_code == 404
    assert browse(full.owner).get(path_of(full, f"/{name}/pdf")).status_code == 404


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\tx", "\rx", "  =1", "\uff1d1+1", "-a"],
)
def test_what_a_program_takes_for_a_formula_begins_with_an_apostrophe(text):
    assert defused(text) == f"'{text}"


@pytest.mark.parametrize("text", ["-5", "+3.5", "40%", "-12%", "a=b", "O'Brien", "", "7 - 2", "Ø"])
def test_honest_text_stays_as_it_is(text):
    assert defused(text) == text


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize(
    "text",
    [
        "B;=cmd|' /C calc'!A0;C",
        "B;  =1",
        'B;"=1"',
        'B;" "" =1',
        "B\t+1",
        "B\n=1",
        "B\r\n;@SUM(A1)",
        ";;=1",
        ",-x",
        '"\n=1',
        "=1;=2",
        "B;\uff1d1",
    ],
)
def test_no_country_s_separator_makes_a_formula_of_a_text(separator, text):
    sheet = Sheet(name="x", heads=["Question", "Asked by", "Day"], rows=[["How?", text, "Monday"]])
    made = b"".join(csv_of(sheet)).decode("utf-8-sig")
    for row in csv.reader(io.StringIO(made, newline=""), delimiter=separator):
        for cell in row:
            assert not cell.lstrip(' \t\r\n"').startswith(("=", "+", "-", "@", "\uff1d")), cell


def test_no_separator_or_line_break_splits_a_cell_and_a_workbook_holds_texts():
    rows = [['a;=1"b', "x\ny", "=1+1"], ["https://example.org", "7", "{=1}"]]
    sheet = Sheet(name="x", heads=["1", "2", "3"], rows=rows)
    made = b"".join(csv_of(sheet)).decode("utf-8-sig")
    assert made.startswith('"1","2","3"\r\n"a;\'=1""b",')
    assert list(csv.reader(io.StringIO(made, newline="")))[1] == ["a;'=1\"b", "x\ny", "'=1+1"]
    book = openpyxl.load_workbook(io.BytesIO(workbook_of(sheet))).active
    assert [[cell.value for cell in row] for row in book.iter_rows(min_row=2)] == rows
    assert {cell.data_type for row in book.iter_rows() for cell in row} == {"s"}
    assert not any(cell.hyperlink for row in book.iter_rows() for cell in row)
