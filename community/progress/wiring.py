"""The progress feature, assembled."""

from community.cohorts.events import LearnerEnrolled
from community.discussions.events import ReplyPosted, ThreadStarted
from community.kernel.feature import Feature
from community.live.events import SessionEnded
from community.progress import models as models
from community.progress import reactions

FEATURE = Feature(
    name="progress",
    reactions=(
        (LearnerEnrolled, reactions.on_learner_enrolled),
        (ThreadStarted, reactions.on_thread_started),
        (ReplyPosted, reactions.on_reply_posted),
    ),
    later=((SessionEnded, "progress.count_attendance"),),
    jobs={"progress.count_attendance": reactions.count_attendance_job},
)
