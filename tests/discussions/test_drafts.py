"""What is begun and not sent: kept for its writer, over several windows, gone once it is sent."""

import datetime as dt
import uuid

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.discussions import make_thread, reply

from community.discussions.models import Post, PostDraft, ThreadKind
from community.discussions.operations import (
    WrittenOn,
    discard_draft,
    discard_of,
    edit_post,
    erase,
    lock_thread,
    post_reply,
    remove_post,
    restore_draft,
    save_edit_draft,
    save_reply_draft,
    save_thread_draft,
    start_thread,
)
from community.discussions.operations import drafts as saving
from community.discussions.queries import begun_in, draft_of, my_draft, my_drafts, personal
from community.discussions.rules import MOST_NEW_THREADS, MOST_SAVES
from community.kernel.db import db
from community.kernel.errors import Conflict, Forbidden, NotFound, TooMany
from community.kernel.operation import unit_of_work
from community.kernel.sweeping import sweep
from community.spaces.models import Space
from community.spaces.operations import remove_member

pytestmark = pytest.mark.usefixtures("inside")
DAY = dt.timedelta(days=1)


def save(who, place, body="So far.", revision=0, **more):
    return save_reply_draft(acting(who), place.thread_id, body=body, revision=revision, **more)


def post_of(place):
    return db.session.scalars(sa.select(Post.id).where(Post.thread_id == place.thread_id)).one()


def words(who, form):
    row, _thrown = draft_of(acting(who), form)
    return row and row.body


def test_a_reply_is_kept_as_it_is_written(place):
    first = save(place.member, place, reply_to=1)
    second = save(place.member, place, "So far, so good.", first.revision, reply_to=1)
    assert second.id == first.id
    assert second.revision == first.revision + 1
    row, _thrown = draft_of(acting(place.member), place.thread_id)
    assert (row.body, row.reply_to, row.revision) == ("So far, so good.", 1, second.revision)
    assert words(place.facilitator, place.thread_id) is None


def test_the_same_words_again_change_nothing(place):
    first = save(place.member, place)
    again = save(place.member, place, revision=first.revision + 7)
    assert (again.revision, again.saved_at) == (first.revision, first.saved_at)


def test_a_window_that_fell_behind_hears_what_is_kept(place):
    first = save(place.member, place)
    newer = save(place.member, place, "From the phone.", first.revision)
    for revision in (0, first.revision):
        with pytest.raises(Conflict) as refused:
            save(place.member, place, "From the desk.", revision)
        kept = refused.value.details["kept"]
        assert (kept["body"], kept["revision"]) == ("From the phone.", newer.revision)
    assert words(place.member, place.thread_id) == "From the phone."


def test_who_knew_a_draft_of_before_does_not_pass_for_knowing_the_one_of_now(place):
    old = save(place.member, place)
    post_reply(acting(place.member), place.thread_id, body="So far.")
    new = save(place.member, place, "Another thought.")
    assert new.revision != old.revision
    with pytest.raises(Conflict):
        save(place.member, place, "So far and on.", old.revision)


def test_a_window_goes_on_after_its_draft_was_sent_from_another(place):
    old = save(place.member, place)
    post_reply(acting(place.member), place.thread_id, body="So far.")
    save(place.member, place, "So far and on.", old.revision)
    assert words(place.member, place.thread_id) == "So far and on."


def test_who_reads_along_keeps_no_draft_and_who_does_not_see_finds_nothing(place):
    with pytest.raises(Forbidden):
        save(place.observer, place)
    with pytest.raises(NotFound):
        save(place.outsider, place)
    with pytest.raises(Forbidden):
        save_thread_draft(acting(place.observer), place.space_id, uuid.uuid4(), title="Why?")
    with pytest.raises(Forbidden):
        save_edit_draft(acting(place.owner), post_of(place), body="Mine.", edition=1)
    lock_thread(acting(place.owner), place.thread_id, locked=True)
    with pytest.raises(Forbidden):
        save(place.member, place)


def test_nothing_is_written_in_an_archived_space_and_what_is_there_can_go(place):
    row = save(place.member, place)
    ctx = acting(place.owner)
    with unit_of_work(ctx):
        db.session.get_one(Space, place.space_id).archived_at = ctx.now
    with pytest.raises(Conflict, match="archived"):
        save(place.member, place, "More.", row.revision)
    [shown] = my_drafts(acting(place.member)).items
    assert shown.archived_at is not None
    discard_draft(acting(place.member), row.id)
    assert my_drafts(acting(place.member)).items == []


def test_of_a_space_one_has_lost_drafts_are_neither_shown_nor_written_but_are_ones_data(place):
    row = save(place.member, place)
    new = save_thread_draft(acting(place.member), place.space_id, uuid.uuid4(), title="Wells")
    edit = save_edit_draft(acting(place.member), post_of(place), body="Anew.", edition=1)
    assert len(my_drafts(acting(place.member)).items) == 3
    remove_member(acting(place.owner), place.space_id, place.member)
    me = acting(place.member)
    assert my_drafts(me).items == []
    for act in (
        lambda: save(place.member, place, "More.", row.revision),
        lambda: save_thread_draft(me, place.space_id, new.form, title="More", revision=0),
        lambda: save_edit_draft(me, post_of(place), body="More.", edition=1),
        lambda: my_draft(me, row.id),
        lambda: discard_draft(me, edit.id),
        lambda: discard_of(me, {"thread_id": place.thread_id}),
        lambda: restore_draft(me, new.id),
    ):
        with pytest.raises(NotFound):
            act()
    told = personal(me)["drafts_of_posts"]
    assert [(each["body"], each["space"], each["thread"]) for each in told] == [
        ("So far.", None, None),
        ("", None, None),
        ("Anew.", None, None),
    ]


def test_a_draft_for_a_post_that_was_taken_away_is_not_shown(place):
    save_edit_draft(acting(place.member), post_of(place), body="Anew.", edition=1)
    remove_post(acting(place.member), post_of(place))
    assert my_drafts(acting(place.member)).items == []


def test_what_was_thrown_away_can_be_put_back_for_a_day(place):
    row = save(place.member, place)
    with pytest.raises(Conflict):
        discard_draft(acting(place.member), row.id, revision=row.revision + 1)
    discard_draft(acting(place.member), row.id, revision=row.revision)
    assert words(place.member, place.thread_id) is None
    with pytest.raises(NotFound):
        restore_draft(acting(place.facilitator), row.id)
    restore_draft(acting(place.member), row.id)
    restore_draft(acting(place.member), row.id)
    assert words(place.member, place.thread_id) == "So far."
    discard_of(acting(place.member), {"thread_id": place.thread_id})
    save(place.member, place, "From the start.")
    assert my_draft(acting(place.member), row.id).body == "So far.", "it is kept for its day"
    with pytest.raises(Conflict):
        restore_draft(acting(place.member), row.id)
    assert words(place.member, place.thread_id) == "From the start."


def test_any_of_several_that_were_thrown_away_can_be_put_back_where_none_stands(place):
    me, rows = acting(place.member), []
    for body in ("A first.", "A second.", "A third."):
        rows.append(save(place.member, place, body))
        discard_of(me, {"thread_id": place.thread_id})
    restore_draft(me, rows[0].id)
    assert words(place.member, place.thread_id) == "A first."
    discard_of(me, {"thread_id": place.thread_id})
    restore_draft(me, rows[2].id)
    assert words(place.member, place.thread_id) == "A third."
    with pytest.raises(Conflict, match="stands there by now"):
        restore_draft(me, rows[1].id)


def test_what_is_thrown_away_by_its_place_is_only_what_is_there(place):
    discard_of(acting(place.member), {"thread_id": place.thread_id})
    form = uuid.uuid4()
    save_thread_draft(acting(place.member), place.space_id, form, title="Wells")
    discard_of(acting(place.member), {"space_id": place.space_id, "form": uuid.uuid4()})
    assert [row.title for row in begun_in(acting(place.member), place.space_id)] == ["Wells"]
    discard_of(acting(place.member), {"space_id": place.space_id, "form": form})
    assert begun_in(acting(place.member), place.space_id) == []


@pytest.mark.parametrize("known", [True, False])
def test_a_reply_that_is_sent_is_a_draft_no_more(place, known):
    row = save(place.member, place)
    body = "So far, and this." if known else "So far."
    draft = row.revision if known else None
    post_reply(acting(place.member), place.thread_id, body=body, draft=draft)
    assert words(place.member, place.thread_id) is None


def test_a_newer_text_of_another_window_stays_when_a_reply_is_sent(place):
    old = save(place.member, place)
    save(place.member, place, "Something else.", old.revision)
    post_reply(acting(place.member), place.thread_id, body="So far.", draft=old.revision)
    assert words(place.member, place.thread_id) == "Something else."


def test_a_reply_that_is_refused_leaves_its_draft(place):
    row = save(place.member, place)
    lock_thread(acting(place.owner), place.thread_id, locked=True)
    with pytest.raises(Forbidden):
        post_reply(acting(place.member), place.thread_id, body="So far.", draft=row.revision)
    assert words(place.member, place.thread_id) == "So far."


def test_an_edit_that_is_saved_is_a_draft_no_more(place):
    row = save_edit_draft(acting(place.member), post_of(place), body="Anew.", edition=1)
    assert draft_of(acting(place.member), post_of(place))[0].edition == 1
    edit_post(acting(place.member), post_of(place), body="Anew!", edition=1, draft=row.revision)
    assert words(place.member, post_of(place)) is None


def test_a_thread_that_begins_is_a_draft_no_more_and_others_stay(place):
    me, forms = acting(place.member), [uuid.uuid4(), uuid.uuid4(), uuid.uuid4()]
    rows = [
        save_thread_draft(
            me, place.space_id, form, kind=ThreadKind.ASK, title=f"Wells {n}", body="Where?"
        )
        for n, form in enumerate(forms)
    ]
    given = {"kind": ThreadKind.ASK, "body": "Where?"}
    start_thread(me, place.space_id, title="Wells 0", **given)
    on = WrittenOn(forms[1], rows[1].revision)
    start_thread(me, place.space_id, title="Wells and springs", **given, draft=on)
    on = WrittenOn(forms[2], rows[2].revision - 1)
    start_thread(me, place.space_id, title="Springs", **given, draft=on)
    assert [row.title for row in begun_in(me, place.space_id)] == ["Wells 2"]


def test_a_form_is_of_one_place(place):
    save(place.member, place)
    with pytest.raises(NotFound):
        save_thread_draft(acting(place.member), place.space_id, place.thread_id, title="Wells")


def test_as_many_are_kept_as_may_be(app, place, monkeypatch):
    me = acting(place.member)
    for _each in range(MOST_NEW_THREADS):
        last = save_thread_draft(me, place.space_id, uuid.uuid4(), title="Wells")
    with pytest.raises(Conflict, match="You have begun 5 threads here"):
        save_thread_draft(me, place.space_id, uuid.uuid4(), title="Wells")
    monkeypatch.setattr(saving, "MOST_DRAFTS", MOST_NEW_THREADS)
    with pytest.raises(Conflict, match="no more are kept"):
        save(place.member, place)
    discard_draft(me, last.id)
    save(place.member, place)
    other = make_thread(app, place.space_id, place.owner)
    for _each in range(MOST_NEW_THREADS + 1):
        discard_of(me, {"thread_id": place.thread_id})
        discard_of(me, {"thread_id": other})
        save_reply_draft(me, other, body="Once more.")
    count = sa.select(sa.func.count()).select_from(PostDraft)
    assert db.session.scalars(count).one() <= 2 * MOST_NEW_THREADS


def test_putting_one_of_many_back_throws_none_of_them_out(place, monkeypatch):
    me, rows = acting(place.member), []
    for body in ("A first.", "A second.", "A third.", "A fourth."):
        rows.append(save(place.member, place, body))
        discard_of(me, {"thread_id": place.thread_id})
    monkeypatch.setattr(saving, "MOST_DRAFTS", len(rows) // 2)
    restore_draft(me, rows[1].id)
    assert words(place.member, place.thread_id) == "A second."
    assert my_draft(me, rows[0].id).body == "A first."


def test_a_draft_is_not_saved_without_end(place):
    me = acting(place.member)
    row = save(place.member, place)
    for number in range(MOST_SAVES - 1):
        row = save_reply_draft(me, place.thread_id, body=str(number), revision=row.revision)
    with pytest.raises(TooMany):
        save_reply_draft(me, place.thread_id, body="More.", revision=row.revision)
    later = acting(place.member, now=me.now + dt.timedelta(minutes=2))
    save_reply_draft(later, place.thread_id, body="More.", revision=row.revision)


def test_what_nobody_goes_on_with_is_swept(place):
    row = save(place.member, place)
    gone = save(place.owner, place)
    discard_draft(acting(place.owner), gone.id)
    now = acting(None).now
    sweep(acting(None, now=now + 2 * DAY))
    assert [each.id for each in db.session.scalars(sa.select(PostDraft))] == [row.id]
    sweep(acting(None, now=now + 89 * DAY))
    assert words(place.member, place.thread_id) == "So far."
    sweep(acting(None, now=now + 91 * DAY))
    assert words(place.member, place.thread_id) is None


def test_drafts_go_with_the_account(place):
    save(place.member, place)
    save(place.owner, place)
    erase(acting(place.member))
    assert [each.user_id for each in db.session.scalars(sa.select(PostDraft))] == [place.owner]


def test_a_draft_tells_nobody_anything(app, place):
    before = len(db.session.execute(sa.text("SELECT 1 FROM event")).all())
    save(place.member, place)
    assert len(db.session.execute(sa.text("SELECT 1 FROM event")).all()) == before
    reply(app, place.thread_id, place.owner)
