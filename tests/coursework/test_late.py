"""When work is due, what comes late, and more time for one learner."""

import datetime as dt

import pytest

from community.coursework.models import (
    Extension,
    Outcome,
)
from community.coursework.operations import take_back_extension
from community.kernel.errors import Forbidden, Invalid


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
    ana.mark(outcome=Outcome.RETURNED)
    ana.hand_in("Dear keeper of wells, once more.", revision=1, client_id="handed-in-2")
    assert [ana.version(1).late, ana.version(2).late] == [False, False]
    ana.take_back()
    ana.hand_in("Dear keeper of wells, again.", revision=2, client_id="handed-in-3")
    assert not ana.version(3).late
    ben = course(due=0, time="00:00").long_here()
    ben.hand_in()
    ben.mark(outcome=Outcome.RETURNED)
    ben.hand_in("Dear keeper of wells, once more.", revision=1, client_id="handed-in-2")
    assert [ben.version(1).late, ben.version(2).late] == [True, False]
