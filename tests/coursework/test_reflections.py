"""A reflection is one's own until it is handed in, and then for those it was said to be for."""

import datetime as dt

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.academy import course_source, module_source, reflection_source
from factories.progress import close, enrolment_id_of, make_learner, make_run

from community.academy.queries import outline
from community.cohorts.models import Release
from community.cohorts.policy import find_run
from community.coursework.models import Reflection
from community.coursework.operations import (
    hand_in_reflection,
    save_draft,
    take_back_reflection,
)
from community.coursework.pages.reflections import A_PAGE
from community.coursework.queries import shared_reflections
from community.kernel.db import db
from community.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from community.kernel.operation import unit_of_work
from community.progress.models import LearningEvent
from community.progress.rules.states import Status
from community.spaces.operations import remove_member

WORDS = "We named *one* dataset each."


class Told:
    """A run with a reflection for these readers: Ana wrote it, Ben learns beside her."""

    def __init__(self, app, readers):
        self.app = app
        settings = {"readers": readers, "words": 3, "most": 20}
        source = course_source(
            modules=(module_source(1, activities=(reflection_source(settings=settings),)),)
        )
        self.world = make_run(app, source)
        self.ana, _ = make_learner(app, self.world, "Ana Lind")
        self.ben, _ = make_learner(app, self.world, "Ben Ito")
        self.key = self.world.activities[0]
        self.page = f"/spaces/{self.world.slug}/learn/1/1"
        self.api = f"/api/v1/runs/{self.world.run}/activities/{self.key}/reflection"

    def hand_in(self, text=WORDS, revision=0, client_id="handed-in-1", who=None):
        with self.app.app_context():
            return hand_in_reflection(
                acting(who or self.ana),
                self.world.run,
                self.key,
                text=text,
                revision=revision,
                client_id=client_id,
            )

    def draft(self, text, revision=0, who=None):
        with self.app.app_context():
            ctx = acting(who or self.ana)
            return save_draft(ctx, self.world.run, self.key, text=text, revision=revision)

    def take_back(self):
        with self.app.app_context():
            take_back_reflection(acting(self.ana), self.world.run, self.key)

    def remove(self, who):
        with self.app.app_context():
            remove_member(acting(self.world.owner), self.world.space, who)

    def seen_by(self, who):
        with self.app.app_context():
            ctx = acting(who)
            run = find_run(ctx, self.world.run)
            [line] = outline(self.world.version).activities
            return [each.text for each in shared_reflections(ctx, run, line, limit=20).items]

    def kept(self):
        with self.app.app_context():
            return db.session.scalars(sa.select(Reflection)).one_or_none()

    def counted(self):
        with self.app.app_context():
            return list(db.session.scalars(sa.select(LearningEvent.value)))


@pytest.fixture
def told(app):
    return lambda readers="cohort": Told(app, readers)


def test_a_draft_is_kept_and_counts_nothing(told):
    ana = told()
    assert ana.draft("Once").revision == 1
    assert ana.draft("Once more", 1).revision == 2
    row = ana.kept()
    assert (row.draft, row.text, row.readers) == ("Once more", None, None)
    assert ana.counted() == []
    assert ana.seen_by(ana.world.owner) == []


def test_two_windows_do_not_write_over_another(told):
    ana = told()
    ana.draft("From one window")
    with pytest.raises(Conflict) as clash:
        ana.draft("From the other")
    assert clash.value.details["kept"]["text"] == "From one window"
    assert clash.value.details["kept"]["revision"] == 1
    assert ana.draft("From one window").revision == 1  # sent again: the answer was lost
    with pytest.raises(Conflict):
        ana.hand_in("From the other window.")
    assert ana.kept().text is None


def test_it_is_done_when_it_is_handed_in_with_enough_words(told):
    ana = told()
    with pytest.raises(Invalid) as refused:
        ana.hand_in("Too short")
    assert "at least 3 words; these are 2" in refused.value.fields["text"][0]
    with pytest.raises(Invalid):
        ana.hand_in("word " * 21)
    assert ana.hand_in().status is Status.DONE
    assert ana.counted() == [3]  # that it was enough, not how much there is


def test_a_repeat_changes_nothing(told):
    ana = told()
    ana.hand_in()
    ana.hand_in("Another text of some words.", 1, "handed-in-2")
    ana.hand_in()
    row = ana.kept()
    assert (row.text, row.revision) == ("Another text of some words.", 2)
    assert row.handed_in_at < row.changed_at


@pytest.mark.parametrize(
    ("readers", "mentor", "peer"),
    [("private", False, False), ("mentor", True, False), ("cohort", True, True)],
)
def test_it_is_for_those_it_is_said_to_be_for(app, browse, told, readers, mentor, peer):
    ana = told(readers)
    ana.hand_in()
    expected = {ana.world.owner: mentor, ana.ben: peer}
    for who, reads in expected.items():
        assert bool(ana.seen_by(who)) is reads
        client = browse(who)
        page, answer = client.get(f"{ana.page}/reflections"), client.get(f"{ana.api}s")
        assert (page.status_code, answer.status_code) == ((200, 200) if reads else (403, 403))
        assert ("one</em> dataset" in page.text) is reads
        for where in (ana.page, f"/spaces/{ana.world.slug}/manage", f"{ana.api}"):
            assert "dataset each" not in client.get(where).text
    assert ana.seen_by(ana.ana) == [WORDS]


def test_whoever_takes_theirs_back_is_gone_at_once_and_keeps_the_words(told):
    ana = told()
    ana.hand_in()
    ana.take_back()
    ana.take_back()
    assert ana.seen_by(ana.ben) == []
    row = ana.kept()
    assert (row.draft, row.text, row.html, row.revision) == (WORDS, None, "", 2)
    ana.hand_in()  # a retry of what was taken back does not bring it back
    assert ana.seen_by(ana.ben) == []
    assert ana.hand_in(WORDS, 2, "handed-in-2").status is Status.DONE
    assert ana.seen_by(ana.ben) == [WORDS]


def test_who_is_removed_reads_none_and_is_read_by_nobody(app, told):
    ana = told()
    ana.hand_in()
    ana.remove(ana.ben)
    with pytest.raises(NotFound):
        ana.seen_by(ana.ben)
    ana.remove(ana.ana)
    assert ana.seen_by(ana.world.owner) == []


def test_who_leads_writes_nothing_and_outsiders_find_nothing(app, told, works):
    ana = told()
    with pytest.raises(Forbidden):
        ana.draft("Mine", who=ana.world.owner)
    with pytest.raises(NotFound):
        ana.draft("Mine", who=works.outsider)


def test_in_a_closed_run_nothing_is_written_and_what_is_there_can_be_taken_back(app, told):
    ana = told()
    ana.hand_in()
    close(app, ana.world)
    with pytest.raises(Conflict):
        ana.draft("Later", 1)
    with pytest.raises(Conflict):
        ana.hand_in("Later than the end.", 1, "handed-in-2")
    assert ana.hand_in().status is Status.DONE  # a retry is answered
    ana.take_back()
    assert ana.seen_by(ana.ben) == []


def test_while_its_module_is_shut_again_it_can_be_taken_back(app, told):
    ana = told()
    ana.hand_in()
    with app.app_context(), unit_of_work(acting(None)):
        [release] = db.session.scalars(sa.select(Release)).all()
        release.opens_at += dt.timedelta(days=400)
    with pytest.raises(NotFound):
        ana.draft("Later", 1)
    ana.take_back()
    assert ana.kept().text is None


# ------------------------------------------------------------------ the doors


def test_who_reads_it_stands_above_the_box_before_a_word_is_written(browse, told):
    said = {
        "private": "Only you read this.",
        "mentor": "who facilitate this cohort read this",
        "cohort": "Everybody in this cohort reads this",
    }
    for readers, words in said.items():
        ana = told(readers)
        page = browse(ana.ana).get(ana.page).text
        assert words in page
        assert page.index(words) < page.index("<textarea")


def test_it_is_written_handed_in_and_taken_back_without_scripts(app, browse, told):
    ana = told()
    client = browse(ana.ana)
    sent = {"text": "So far", "revision": "0", "client_id": "from-a-form"}
    assert client.post(f"{ana.page}/reflection/draft", data=sent).status_code == 303
    page = client.get(ana.page).text
    assert "Draft saved" in page
    assert 'name="revision" value="1"' in page
    short = client.post(f"{ana.page}/reflection", data={**sent, "revision": "1"})
    assert short.status_code == 422
    assert "It takes at least 3 words; these are 2." in short.text
    whole = {**sent, "text": f"{WORDS}\r\n", "revision": "1"}
    assert client.post(f"{ana.page}/reflection", data=whole).status_code == 303
    page = client.get(ana.page).text
    assert "Shared with your cohort:" in page
    assert client.post(f"{ana.page}/reflection/take-back").status_code == 303
    assert ana.kept().text is None


def test_a_clash_shows_both_texts(browse, told):
    ana = told()
    ana.draft("From one window")
    sent = {"text": "From the other", "revision": "0", "client_id": "from-a-form"}
    answer = browse(ana.ana).post(f"{ana.page}/reflection/draft", data=sent)
    assert answer.status_code == 409
    assert "<ins>one window</ins>" in answer.text
    assert "<del>the other</del>" in answer.text
    assert 'name="revision" value="1"' in answer.text
    again = {**sent, "revision": "1"}
    assert browse(ana.ana).post(f"{ana.page}/reflection/draft", data=again).status_code == 303
    assert ana.kept().draft == "From the other"


def test_what_progress_tells_of_a_private_one_is_that_it_was_handed_in(app, browse, told):
    ana = told("private")
    ana.hand_in()
    mine = enrolment_id_of(app, ana.world, ana.ana)
    page = browse(ana.world.owner).get(f"/spaces/{ana.world.slug}/progress/{mine}/{ana.key}").text
    assert "handed in what they wrote" in page
    assert "dataset" not in page


def test_peers_are_read_a_page_at_a_time_the_newest_first(app, browse, told):
    ana = told()
    ana.hand_in()
    for number in range(A_PAGE - 1):
        ana.hand_in("Three words more.", who=make_learner(app, ana.world, f"Peer {number}")[0])
    ana.hand_in("Ben wrote three words.", who=ana.ben)
    client = browse(ana.ben)
    page = client.get(f"{ana.page}/reflections").text
    assert "Ben wrote" in page
    assert "dataset" not in page
    more = client.get(f"{ana.api}s?limit=1").json
    assert [each["author"]["name"] for each in more["items"]] == ["Ben Ito"]
    whole = {"limit": A_PAGE, "page": more["next"]}
    rest = client.get(f"{ana.api}s", query_string=whole).json
    assert [each["text"] for each in rest["items"]][-1] == WORDS
    assert client.get(f"{ana.page}/reflections?page=nonsense").status_code == 422


def test_it_is_written_over_json(browse, told):
    ana = told("mentor")
    client = browse(ana.ana)
    assert client.get(ana.api).json["readers"] == "mentor"
    saved = client.put(f"{ana.api}/draft", json={"text": "So far", "revision": 0})
    assert (saved.status_code, saved.json["revision"]) == (200, 1)
    sent = {"text": WORDS, "revision": 1, "client_id": "over-json"}
    assert client.put(ana.api, json=sent).json["status"] == "done"
    mine = client.get(ana.api).json
    assert (mine["text"], mine["told"], mine["revision"]) == (WORDS, "mentor", 2)
    clash = client.put(f"{ana.api}/draft", json={"text": "Other", "revision": 1})
    assert clash.json["kept"]["text"] == WORDS
    assert client.delete(ana.api).status_code == 204
    assert client.get(ana.api).json["text"] is None


def test_my_data_holds_it_and_a_deleted_account_does_not(browse, told):
    ana = told("private")
    ana.hand_in()
    for who, holds in ((ana.ana, True), (ana.ben, False), (ana.world.owner, False)):
        text = browse(who).get("/me/data.json").get_data(as_text=True)
        assert ("*one* dataset" in text) is holds
    browse(ana.ana).post("/me/delete", data={"sure": "1"})
    assert ana.kept() is None
