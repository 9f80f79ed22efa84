"""An assignment in a run, with who learns and who leads, and what they do there."""

import datetime as dt
import io

import sqlalchemy as sa
from conftest import acting

from community.academy.queries import rubric_texts
from community.cohorts.policy import find_run
from community.coursework.models import (
    AssignmentWork,
    Submission,
)
from community.coursework.operations import (
    add_work_file,
    give_extension,
    hand_in_work,
    mark_submission,
    save_work,
    take_back_work,
)
from community.coursework.queries import hand_ins
from community.kernel.db import db
from community.progress.models import LearningEvent
from community.spaces.models import Role
from factories.academy import assignment_settings, assignment_source, course_source, module_source
from factories.files import PDF
from factories.progress import (
    have_come,
    make_learner,
    make_member,
    make_run,
)

WORDS = "Dear keeper of *wells*, please share."
BEST = {"c1": "c1l1", "c2": "c2l1"}


class Course:
    """A run with an assignment: Ana and Ben learn in it, Fay and the owner lead it."""

    def __init__(self, app, **settings):
        self.app = app
        source = assignment_source(settings=assignment_settings(**settings))
        self.world = make_run(app, course_source(modules=(module_source(1, activities=(source,)),)))
        self.ana, self.mine = make_learner(app, self.world, "Ana Lind")
        self.ben, _ = make_learner(app, self.world, "Ben Ito")
        self.fay = make_member(app, self.world, "Fay Lee", role=Role.FACILITATOR)
        self.key = self.world.activities[0]
        self.page = f"/spaces/{self.world.slug}/learn/1/1"
        self.queue = f"/spaces/{self.world.slug}/hand-ins"
        self.api = f"/api/v1/runs/{self.world.run}/activities/{self.key}/assignment"

    def long_here(self):
        """Let its learners have come before it began: what is due for the group is for them."""
        have_come(self.app, self.world, 30)
        return self

    def act(self, operation, *args, who=None, **more):
        with self.app.app_context():
            return operation(acting(who or self.ana), *args, **more)

    def on(self, operation, who=None, **more):
        return self.act(operation, self.world.run, self.key, who=who, **more)

    def save(self, text=WORDS, revision=0, who=None):
        return self.on(save_work, who, text=text, revision=revision)

    def hand_in(self, text=WORDS, revision=0, client_id="handed-in-1", who=None):
        return self.on(hand_in_work, who, text=text, revision=revision, client_id=client_id)

    def take_back(self):
        return self.on(take_back_work)

    def add(self, name="letter.pdf", data=PDF, who=None):
        return self.on(add_work_file, who, name=name, source=io.BytesIO(data))

    def mark(self, number=1, outcome=None, levels=None, comment="Good.", edition=0, who=None):
        return self.act(
            mark_submission,
            self.version(number).id,
            who=who or self.fay,
            levels=BEST if levels is None else levels,
            comment=comment,
            edition=edition,
            outcome=outcome,
        )

    def extend(self, days=3, who=None):
        until = dt.datetime.now(dt.UTC).replace(tzinfo=None, microsecond=0)
        return self.on(
            give_extension,
            who or self.fay,
            enrolment_id=self.mine,
            until=until + dt.timedelta(days=days),
            reason="Was ill.",
        )

    def only(self, model):
        with self.app.app_context():
            return db.session.scalars(sa.select(model)).one_or_none()

    def version_criteria(self):
        return rubric_texts(self.version().rubric)

    def version(self, number=1):
        with self.app.app_context():
            return db.session.scalars(
                sa.select(Submission)
                .join(AssignmentWork, AssignmentWork.id == Submission.work_id)
                .where(Submission.number == number, AssignmentWork.enrolment_id == self.mine)
            ).one()

    def waiting(self, who=None, **more):
        with self.app.app_context():
            ctx = acting(who or self.fay)
            return hand_ins(ctx, find_run(ctx, self.world.run), **more).items

    def acts(self):
        with self.app.app_context():
            rows = db.session.execute(
                sa.select(LearningEvent.kind, LearningEvent.value).order_by(LearningEvent.id)
            )
            return [tuple(row) for row in rows]
