"""What happened in courses, as a sentence that says whom and what it is about.

By the name of the event, with its outcome behind a colon where that makes it another sentence.
"""

from collections.abc import Mapping
from typing import Any

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

SENTENCES: Mapping[str, LazyString] = {
    "academy.version_published": _l("A version of %(course)s was published"),
    "certificates.certificate_issued": _l("%(learner)s got a certificate of %(run)s"),
    "certificates.certificate_named": _l("The certificate of %(learner)s has another name on it"),
    "certificates.certificate_revoked": _l("The certificate of %(learner)s was revoked"),
    "certificates.certificate_reissued": _l("The certificate of %(learner)s was issued again"),
    "cohorts.learner_enrolled": _l("%(learner)s was enrolled in %(run)s"),
    "cohorts.learner_paused": _l("%(learner)s pauses in %(run)s"),
    "cohorts.learner_returned": _l("%(learner)s is back in %(run)s"),
    "cohorts.learner_withdrawn": _l("%(learner)s left %(run)s"),
    "cohorts.release_changed": _l("In %(run)s modules open at another time"),
    "cohorts.run_changed": _l("%(run)s has another name or other seats"),
    "cohorts.run_closed": _l("%(run)s was closed"),
    "cohorts.run_copied": _l("%(run)s was planned like another run"),
    "cohorts.run_created": _l("%(run)s was planned"),
    "cohorts.run_moved": _l("%(run)s has other dates"),
    "cohorts.run_opened": _l("%(run)s was opened"),
    "cohorts.run_reopened": _l("%(run)s was opened again"),
    "cohorts.run_version_moved": _l("%(run)s goes by a newer version of its course"),
    "cohorts.run_withdrawn": _l("%(run)s was taken back and does not take place"),
    "coursework.attempt_marked": _l("Essays of %(learner)s were marked in %(run)s"),
    "coursework.extension_given": _l("%(learner)s was given more time in %(run)s"),
    "coursework.extension_taken_back": _l("More time for %(learner)s was taken back in %(run)s"),
    "coursework.work_handed_in": _l("%(learner)s handed in work in %(run)s"),
    "coursework.work_marked": _l("Work of %(learner)s was marked in %(run)s"),
    "coursework.work_marked:accepted": _l("Work of %(learner)s was accepted in %(run)s"),
    "coursework.work_marked:returned": _l("Work of %(learner)s was given back in %(run)s"),
    "coursework.work_taken_back": _l("%(learner)s took work back in %(run)s"),
    "progress.decision_made": _l("It was decided where %(learner)s stands in %(run)s"),
    "progress.learner_given_back": _l("Somebody looks after %(learner)s no more in %(run)s"),
    "progress.learner_nudged": _l("%(learner)s got a kind word in %(run)s"),
    "progress.learner_taken": _l("Somebody looks after %(learner)s in %(run)s"),
    "progress.module_unlocked": _l("A module opened for %(learner)s in %(run)s"),
    "progress.policy_changed": _l("What completes %(run)s was changed"),
    "progress.progress_made": _l("%(learner)s went on in %(run)s"),
    "progress.results_brought_in": _l("Results of another system were brought into %(run)s"),
    "progress.verdict_reached:completed": _l("%(learner)s has completed %(run)s"),
    "progress.verdict_reached:participated": _l("%(learner)s has taken part in %(run)s"),
    "progress.verdict_withdrawn:completed": _l(
        "That %(learner)s has completed %(run)s was taken back"
    ),
    "progress.verdict_withdrawn:participated": _l(
        "That %(learner)s has taken part in %(run)s was taken back"
    ),
}


def sentence(name: str, payload: Mapping[str, Any], names: Mapping[Any, str]) -> str | None:
    """Return what an event says; None for one that is told by its facts.

    ``names`` has people, runs and courses by the ids as they stand in the log.
    """
    words = SENTENCES.get(f"{name}:{payload.get('outcome')}", SENTENCES.get(name))
    if words is None:
        return None
    learner = names.get(payload.get("user_id")) or names.get(payload.get("enrolment_id"))
    run = names.get(payload.get("run_id")) or names.get(payload.get("space_id"))
    told = {
        "learner": learner or _("a learner"),
        "run": run or _("a run"),
        "course": names.get(payload.get("course_id")) or _("a course"),
    }
    found = str(words) % told
    return found[:1].upper() + found[1:]
