"""What may be asked for: arguments of both sides, and some that mix them."""

import itertools
import uuid
from collections.abc import Callable, Iterator
from typing import Any

from architecture.surfaces.surface import Args
from factories.accounts import PORTRAIT
from factories.neighbours import Neighbours, RunOf
from factories.neighbours_courses import KINDS

from community.home.pages import tables

EACH = len(KINDS)


def spaces(world: Neighbours) -> list[tuple[str, uuid.UUID]]:
    """Return slug and id of all spaces of this side, and two of the other."""
    here, there = world.here, world.there
    return [
        (here.network_slug, here.network),
        (here.archived_slug, here.archived),
        *((run.slug, run.space) for run in here.runs.values()),
        (there.network_slug, there.network),
        (there.run.slug, there.run.space),
    ]


def runs(world: Neighbours) -> list[RunOf]:
    return [*world.here.runs.values(), world.there.run]


def nothing(_world: Neighbours) -> list[Args]:
    return [{}]


def by_space(world: Neighbours) -> list[Args]:
    return [{"space_id": key} for _slug, key in spaces(world)]


def by_slug(world: Neighbours) -> list[Args]:
    return [{"slug": slug} for slug, _key in spaces(world)]


def by_case(world: Neighbours) -> list[Args]:
    return [
        {"case_id": key}
        for side in (world.here, world.there)
        for key in (side.case, side.decided_case)
    ]


def by_own_decision(world: Neighbours) -> list[Args]:
    return [{"decision_id": side.decision} for side in (world.here, world.there)]


def by_member(place: str) -> Callable[[Neighbours], list[Args]]:
    """Return who asks for another member of the open runs, by the slug or the id of the space."""
    return lambda world: [
        {
            place: side.run.slug if place == "slug" else side.run.space,
            "user_id": side.people["other"],
        }
        for side in (world.here, world.there)
    ]


def by_mail_import(**more: Any) -> Callable[[Neighbours], list[Args]]:
    return lambda world: [
        {"import_id": side.mail_import, **more} for side in (world.here, world.there)
    ]


def by_talk_export(world: Neighbours) -> list[Args]:
    return [{"export_id": side.talk_export} for side in (world.here, world.there)]


def by_space_feed(world: Neighbours) -> list[Args]:
    sides = (world.here, world.there)
    return [
        {"token": side.feed_token, "space_id": other.run.space} for side in sides for other in sides
    ]


def by_thread_feed(world: Neighbours) -> list[Args]:
    sides = (world.here, world.there)
    return [
        {"token": side.feed_token, "thread_id": other.threads["open"]}
        for side in sides
        for other in sides
    ]


def by_posts(world: Neighbours) -> list[Args]:
    return [{**args, "?posts": "1"} for args in by_thread(world)]


def by_thread(world: Neighbours) -> list[Args]:
    keys = [*world.here.threads.values(), *world.there.threads.values()]
    return [{"thread_id": key} for key in keys]


def by_post(world: Neighbours) -> list[Args]:
    return [{"post_id": key} for side in (world.here, world.there) for key in side.posts.values()]


def by_attachment(world: Neighbours) -> list[Args]:
    return [
        {"attachment_id": key, "name": f"{side.word}-{name}-file.txt"}
        for side in (world.here, world.there)
        for name, key in side.attachments.items()
    ]


def by_post_draft(world: Neighbours) -> list[Args]:
    sides = (world.here, world.there)
    return [{"own_draft_id": key} for side in sides for key in side.post_drafts.values()]


def by_session(world: Neighbours) -> list[Args]:
    keys = [*world.here.sessions.values(), world.there.sessions["live"]]
    return [{"session_id": key} for key in keys]


def by_run(world: Neighbours) -> list[Args]:
    return [{"run_id": run.id} for run in runs(world)]


def by_version(world: Neighbours) -> list[Args]:
    return [{"version_id": side.version} for side in (world.here, world.there)]


def run_activities(world: Neighbours) -> Iterator[tuple[RunOf, int, int, uuid.UUID]]:
    """Yield runs with an activity: its module, its place there, its id."""
    here = world.here
    for run, places in (
        (here.run, (*range(EACH), EACH, EACH + 1)),
        (here.runs["planned"], (0,)),
        (here.runs["closed"], (0, EACH)),
        (world.there.run, (0,)),
    ):
        side = here if run in here.runs.values() else world.there
        for place in places:
            yield run, place // EACH + 1, place % EACH + 1, side.activities[place]


def by_activity(world: Neighbours) -> list[Args]:
    found: list[Args] = [
        {"run_id": run.id, "activity_id": key} for run, _m, _a, key in run_activities(world)
    ]
    mixed = {"run_id": world.here.run.id, "activity_id": world.there.activities[0]}
    return [*found, mixed]


def by_kind(kind: str) -> Callable[[Neighbours], list[Args]]:
    """Return what asks for an activity of one kind: open, locked, of another side."""

    def asked(world: Neighbours) -> list[Args]:
        here, there = world.here, world.there
        keys = (here.activity(kind), here.activity(kind, 2), there.activity(kind))
        return [{"run_id": here.run.id, "activity_id": key} for key in keys]

    return asked


def by_kind_page(kind: str, **more: str) -> Callable[[Neighbours], list[Args]]:
    """Return what asks for a page of an activity of one kind: open, locked, of another side."""

    def asked(world: Neighbours) -> list[Args]:
        here, there, at = world.here.run.slug, world.there.run.slug, KINDS.index(kind) + 1
        places = ((here, 1), (here, 2), (there, 1))
        return [{"slug": slug, "module": module, "activity": at, **more} for slug, module in places]

    return asked


def by_place(world: Neighbours) -> list[Args]:
    return [
        {"slug": run.slug, "module": module, "activity": activity}
        for run, module, activity, _key in run_activities(world)
    ]


def by_record(world: Neighbours) -> list[Args]:
    """Return learners' records below the run they belong to, and one below another."""
    here = world.here
    found: list[Args] = [
        {"slug": run.slug, "enrolment_id": key}
        for run in (here.run, here.runs["closed"], world.there.run)
        for key in run.enrolments.values()
    ]
    mixed = {"slug": here.run.slug, "enrolment_id": here.runs["closed"].enrolments["member"]}
    return [*found, mixed]


def by_enrolment(world: Neighbours) -> list[Args]:
    return [{"enrolment_id": record["enrolment_id"]} for record in by_record(world)[:-1]]


def by_decision(world: Neighbours) -> list[Args]:
    pairs = itertools.product(by_record(world)[:3], world.here.activities[: EACH + 1 : EACH])
    return [{**record, "activity_id": key} for record, key in pairs]


def by_submission(world: Neighbours) -> list[Args]:
    return [{"submission_id": side.submission} for side in (world.here, world.there)]


def by_hand_in_page(world: Neighbours) -> list[Args]:
    """Return versions below their run, and one below another."""
    here, there = world.here, world.there
    return [
        {"slug": here.run.slug, "submission_id": here.submission},
        {"slug": there.run.slug, "submission_id": there.submission},
        {"slug": here.runs["closed"].slug, "submission_id": here.submission},
    ]


def by_essays(world: Neighbours) -> list[Args]:
    """Return attempts with essays below their run, and one below another."""
    here, there = world.here, world.there
    return [
        {"run_id": here.run.id, "attempt_id": here.attempt},
        {"run_id": there.run.id, "attempt_id": there.attempt},
        {"run_id": here.runs["closed"].id, "attempt_id": here.attempt},
    ]


def by_essays_page(world: Neighbours) -> list[Args]:
    return [
        {"slug": side.run.slug, "attempt_id": side.attempt} for side in (world.here, world.there)
    ]


def by_work_file(world: Neighbours) -> list[Args]:
    return [
        {"file_id": key} for side in (world.here, world.there) for key in side.work_files.values()
    ]


def by_source(world: Neighbours) -> list[Args]:
    found: list[Args] = [
        {"version_id": side.version, "activity_id": key}
        for side in (world.here, world.there)
        for key in side.activities[: EACH + 1 : EACH]
    ]
    mixed = {"version_id": world.here.version, "activity_id": world.there.activities[0]}
    return [*found, mixed]


def by_draft(world: Neighbours) -> list[Args]:
    return [{"draft_id": side.draft.id} for side in (world.here, world.there)]


def by_draft_file(world: Neighbours) -> list[Args]:
    return [
        {"draft_id": side.draft.id, "path": path}
        for side in (world.here, world.there)
        for path in (f"assets/{side.word}-drop.svg", f"files/{side.word}-drop.txt")
    ]


def by_draft_page(name: str) -> Callable[[Neighbours], list[Args]]:
    """Return what asks for the page of a part of a draft, at its draft."""
    return lambda world: [
        {"draft_id": side.draft.id, f"{name}_id": getattr(side.draft, name)}
        for side in (world.here, world.there)
    ]


def by_draft_part(name: str) -> Callable[[Neighbours], list[Args]]:
    """Return what asks for the part of a draft that is ``name``: module, activity or picture."""
    return lambda world: [
        {f"{name}_id": getattr(side.draft, name)} for side in (world.here, world.there)
    ]


def by_person(world: Neighbours) -> list[Args]:
    return [{"user_id": key} for side in (world.here, world.there) for key in side.people.values()]


def by_portrait(world: Neighbours) -> list[Args]:
    found: list[Args] = [
        {"user_id": side.people["member"], "digest": PORTRAIT, "size": size}
        for side in (world.here, world.there)
        for size in ("small", "large")
    ]
    return [*found, {"user_id": world.here.people["other"], "digest": PORTRAIT, "size": "small"}]


def by_picture(world: Neighbours) -> list[Args]:
    return [
        {"version_id": side.version, "path": path}
        for side in (world.here, world.there)
        for name in ("1", "2", "3", "about", "unused")
        for path in (f"assets/{side.word}-{name}.svg", f"files/{side.word}-{name}.txt")
    ]


def by_list(*more: str) -> Callable[[Neighbours], list[Args]]:
    """Return what asks for each list of each desk, in each form there is."""
    forms: list[Args] = [{"ending": ending} for ending in more] or [{}]
    names = [*tables.NAMES, *(("matrix",) if more else ())]
    return lambda world: [
        {**args, "name": name, **form}
        for args in by_slug(world)
        for name, form in itertools.product(names, forms)
    ]
