"""Rules of a run's own, by which its modules open: whether they fit a version of its course."""

import uuid
from collections.abc import Mapping

import sqlalchemy as sa

from community.academy.kinds.builtin import LIVE_SESSION, QUIZ
from community.academy.queries import Outline
from community.academy.rules.releases import (
    NoRule,
    Ref,
    Sort,
    Unit,
    canonical,
    flaws_of_names,
    read_rule,
    renamed,
    write_rule,
)
from community.cohorts.models import Release, Run
from community.kernel.db import db
from community.kernel.errors import Invalid

Rules = Mapping[uuid.UUID, str]
"""The text of the rule of each module; one that is empty is the usual one."""

_SORTS = {LIVE_SESSION.name: Sort.SESSION, QUIZ.name: Sort.QUIZ}


def flaws_of_rules(course: Outline, rules: Rules) -> list[str]:
    """Return what is wrong with rules in a version; a module without one has that of the course."""
    units = [
        Unit(
            each.slug,
            {line.slug: _SORTS.get(line.kind, Sort.OTHER) for line in each.activities},
            read_rule(rules.get(each.id, each.release)),
        )
        for each in course.modules
    ]
    return [message for messages in flaws_of_names(units).values() for message in messages]


def sound_rule(run: Run, course: Outline, module_id: uuid.UUID, text: str) -> str:
    """Return a rule for a module of a run as it is always written; Invalid naming ``rule``."""
    try:
        wanted = canonical(text)
    except NoRule as error:
        raise Invalid(str(error), fields={"rule": [str(error)]}) from error
    rules = {
        row.module_id: row.rule
        for row in db.session.scalars(sa.select(Release).where(Release.run_id == run.id))
    }
    rules[module_id] = wanted
    wrong = flaws_of_rules(course, rules)
    if wrong:
        raise Invalid(wrong[0], fields={"rule": wrong})
    return wanted


def rules_in(old: Outline, new: Outline, own: Rules) -> dict[uuid.UUID, str]:
    """Return those of a run's own rules that hold in a newer version, by the modules of that one.

    What names something that is gone, or asks of it what it has no more, is left out; so is a rule
    by which modules would wait for each other.
    """
    former = {module.lineage: module.id for module in old.modules}
    wanted = {
        module.id: text
        for module in new.modules
        if (rule := own.get(former.get(module.lineage, module.id))) is not None
        and (text := _rule_in(rule, old, new)) is not None
    }
    if not flaws_of_rules(new, wanted):
        return wanted
    kept: dict[uuid.UUID, str] = {}
    while True:  # one may be sound only together with another that comes after it
        found = next(
            (
                key
                for key in wanted
                if key not in kept and not flaws_of_rules(new, {**kept, key: wanted[key]})
            ),
            None,
        )
        if found is None:
            return kept
        kept[found] = wanted[found]


def _rule_in(text: str, old: Outline, new: Outline) -> str | None:
    """Return a rule as it is in a newer version; None: what it names is gone."""
    modules = {module.slug: module.lineage for module in old.modules}
    activities = {
        (module.slug, line.slug): line.lineage
        for module in old.modules
        for line in module.activities
    }
    names: dict[uuid.UUID, Ref] = {}
    for module in new.modules:
        names[module.lineage] = Ref(module.slug)
        names |= {line.lineage: Ref(module.slug, line.slug) for line in module.activities}

    def name(ref: Ref) -> Ref | None:
        key = (
            activities.get((ref.module, ref.activity)) if ref.activity else modules.get(ref.module)
        )
        return names.get(key) if key else None

    found = renamed(read_rule(text), name)
    return None if found is None else canonical(write_rule(found))
