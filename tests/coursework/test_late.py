"""When work is due, what comes late, and more time for one learner."""

import datetime as dt
import re

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.progress import enrol_many, make_learner

from community.coursework.models import (
    Extension,
    Marking,
)
from community.coursework.operations import take_back_extension
from community.coursework.queries.hand_ins import MOST_LEARNERS
from community.kernel.db import execute
from community.kernel.errors import Forbidden, Invalid
from community.kernel.keys import new_key
from community.kernel.operation import unit_of_work
from community.kernel.paging import LIMIT


def test_late_is_told_and_never_refused(course):
    ana = course(due=0, time="00:00").long_here()  # its module opened a week ago
    ana.hand_in()
    assert ana.version().late
    assert [line.number for line in ana.waiting(show="late")] == [1]


def test_grace_and_more_time_count_as_in_time(course):
    kind = course(due=0, time="00:00", grace=336).long_here()
    kind.hand_in()
    assert not kind.version().late
    ana = course(due=0, time="00:00").long_here()
    ana.extend()
    ana.hand_in()
    assert not ana.version().late
    ana.on(take_back_extension, ana.fay, enrolment_id=ana.mine)
    assert not ana.version().late
    assert ana.only(Extension) is None
    late = course(due=0, time="00:00").long_here()
    late.hand_in()
    assert late.version().late
    with pytest.raises(Forbidden):
        late.extend(who=late.ana)
    with pytest.raises(Invalid):
        late.extend(days=-1)
    late.extend()
    assert not late.version().late


def test_who_came_late_has_as_many_days_more_at_the_same_time_of_day(course):
    ana = course(due=2, time="18:00")
    ana.hand_in()
    version = ana.version()
    assert not version.late
    assert version.due_at > version.handed_in_at
    assert (version.due_at.hour, version.due_at.minute) == (18, 0)


def test_without_a_day_of_its_own_it_is_due_with_its_module(course):
    ana = course()
    ana.hand_in()
    version = ana.version()
    assert version.due_at is not None
    assert not version.late


def test_more_time_is_given_on_a_page_and_shown_to_its_learner(browse, course):
    ana = course()
    fay = browse(ana.fay)
    until = (dt.datetime.now(dt.UTC) + dt.timedelta(days=30)).strftime("%Y-%m-%dT%H:%M")
    sent = {"enrolment": str(ana.mine), "until": until, "reason": "Was ill."}
    where = f"{ana.page}/extensions"
    assert fay.post(where, data={**sent, "enrolment": ""}).status_code == 422
    assert fay.post(where, data=sent).status_code == 303
    assert "Ana Lind" in fay.get(where).text
    page = browse(ana.ana).get(ana.page).text
    assert "More time for you" in page
    assert "Was ill." in page
    assert "Was ill." not in browse(ana.ben).get(ana.page).text
    assert browse(ana.ana).get(where).status_code == 403
    taken = fay.post(f"{where}/take-back", data={"enrolment": str(ana.mine)})
    assert taken.status_code == 303
    assert "More time for you" not in browse(ana.ana).get(ana.page).text


def test_what_answers_a_return_is_not_late_whenever_it_comes(course):
    ana = course(due=0, time="00:00").long_here()
    ana.extend()
    ana.hand_in()
    ana.on(take_back_extension, ana.fay, enrolment_id=ana.mine)
    ana.mark(outcome=Marking.RETURNED)
    ana.hand_in("Dear keeper of wells, once more.", revision=1, client_id="handed-in-2")
    assert [ana.version(1).late, ana.version(2).late] == [False, False]
    ana.take_back()
    ana.hand_in("Dear keeper of wells, again.", revision=2, client_id="handed-in-3")
    assert not ana.version(3).late
    ben = course(due=0, time="00:00").long_here()
    ben.hand_in()
    ben.mark(outcome=Marking.RETURNED)
    ben.hand_in("Dear keeper of wells, once more.", revision=1, client_id="handed-in-2")
    assert [ben.version(1).late, ben.version(2).late] == [True, False]


def test_of_very_many_learners_who_gets_more_time_is_found_by_name(app, browse, course):
    ana = course()
    _zoe, theirs = make_learner(app, ana.world, "Zoë Álvarez")
    enrol_many(app, ana.world, MOST_LEARNERS, "Kwame")
    fay, where = browse(ana.fay), f"{ana.page}/extensions"
    page = fay.get(where).text
    assert page.count("<option") == MOST_LEARNERS + 1
    assert "Only the first 500 learners" in page
    assert "Zoë" not in page
    found = fay.get(f"{where}?q=alvarez zo").text
    assert found.count("<option") == 2
    assert "Zoë Álvarez" in found
    assert "Only the first" not in found
    assert "Nobody here is called so." in fay.get(f"{where}?q=nobody").text
    led = fay.get(f"{where}?learner={theirs}").text  # as who decides on her activity comes
    assert f'value="{theirs}" selected' in led
    refused = fay.post(where, data={"enrolment": str(theirs), "until": "", "reason": "Ill."})
    assert f'value="{theirs}" selected' in refused.text


def test_who_has_more_time_is_listed_in_pages(app, browse, course):
    ana = course()
    given = dt.datetime.now(dt.UTC)
    keys = enrol_many(app, ana.world, LIMIT + 1, "Kwame")
    with app.app_context(), unit_of_work(acting(None)):
        row = {"activity_id": ana.key, "until": given, "reason": "", "given_by": ana.fay}
        rows = [{**row, "enrolment_id": key, "id": new_key(), "given_at": given} for key in keys]
        execute(sa.insert(Extension), rows)
    fay, where = browse(ana.fay), f"{ana.page}/extensions"
    first = fay.get(where).text
    assert first.count("Take the time of") == LIMIT
    [more] = re.findall(r'rel="next" href="([^"]+)"', first)
    assert fay.get(more.replace("&amp;", "&")).text.count("Take the time of") == 1
