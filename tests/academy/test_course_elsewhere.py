"""A course with everything in it goes from one installation to an empty other one, unchanged."""

import io

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from conftest import built, make_settings
from databases import migrate
from factories.academy import (
    FILMS,
    PICTURE,
    assignment_source,
    checklist_source,
    course_source,
    discussion_source,
    film_source,
    link_source,
    module_source,
    page_source,
    quiz_source,
    reflection_source,
    session_source,
    survey_source,
)
from factories.files import CSV, PDF, file_source
from factories.quizzes import grown_source
from factories.spaces import make_space
from PIL import Image

from community.academy.commands import course
from community.academy.formats.folder import write_folder
from community.academy.formats.source import AssetSource
from community.academy.kinds.builtin import KINDS
from community.academy.kinds.quiz.answers import CHOICES, ESSAY, PLACED, TYPED
from community.academy.kinds.quiz.examples import EXAMPLES
from community.academy.models import CourseVersion
from community.kernel.db import db
from community.spaces.models import SpaceKind

POOLED = """## One of two is asked {pool=basics points=3}

- ( ) A river
  > Nobody has *measured* it.
- (x) Its level

## The other {pool=basics points=3}

- [x] Records
- [ ] Rivers

> What is written down can be checked.
"""


def drawing(kind):
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(out, kind)
    return out.getvalue()


def everything():
    """Return a course with each kind, each sort of question and each sort of picture and file."""
    page = page_source(
        body="A paragraph.\n\n![Two waves](assets/waves.svg)\n\n![Teal](assets/teal.png)\n\n"
        "Read [the slides](files/slides.pdf), then [elsewhere](https://example.org/a?b=1#c)."
        "\n\n| a | b |\n| --- | --- |\n| 1 | 2 |\n\n```python\nprint(1)\n```"
    )
    strict = quiz_source(
        "strict",
        settings={
            **grown_source(
                "pooled", POOLED, attempts=3, draw="basics 1", shuffle_questions=True
            ).settings,
            "pass": 80,
        },
    )
    first = module_source(
        1,
        activities=(
            page,
            quiz_source(),
            grown_source(),
            strict,
            discussion_source(phase="after", required=False),
            session_source(phase="during"),
        ),
    )
    second = module_source(
        2,
        activities=(
            checklist_source(),
            reflection_source(),
            survey_source(),
            assignment_source(),
            grown_source("an-essay", str(EXAMPLES[ESSAY].text)),
            survey_source(
                "without-names", settings={**survey_source().settings, "anonymous": True}
            ),
            film_source(settings={**film_source().settings, "poster": "assets/teal.jpg"}),
            link_source(),
            link_source("the-table", settings={"file": "files/levels.csv", "link": None}),
        ),
    )
    files = (*FILMS, file_source("files/slides.pdf", PDF), file_source("files/levels.csv", CSV))
    return course_source(
        language="pt-BR",
        modules=(first, second, module_source(3, opens_later=True, activities=())),
        assets=(
            AssetSource("assets/teal.jpg", "image/jpeg", drawing("JPEG")),
            AssetSource("assets/teal.png", "image/png", drawing("PNG")),
            AssetSource("assets/waves.svg", "image/svg+xml", PICTURE),
        ),
        files=tuple(sorted(files, key=lambda file: file.path)),
    )


@pytest.fixture
def elsewhere(tmp_path):
    """Return another installation, in which nothing is."""
    settings = make_settings(tmp_path / "elsewhere")
    settings.data_dir.mkdir()
    migrate(settings)
    yield from built(settings)


def call(app, *words):
    result = CliRunner().invoke(course, [str(word) for word in words], obj=lambda: app)
    assert result.exit_code == 0, result.output
    return result.output


def bytes_in(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def digest(app):
    with app.app_context():
        return db.session.scalars(sa.select(CourseVersion.digest)).one()


def test_our_course_exported_and_imported_elsewhere_is_equal(app, elsewhere, tmp_path):
    source = everything()
    activities = [a for module in source.modules for a in module.activities]
    asked = [q for a in activities if a.kind == "quiz" for q in a.settings["questions"]]
    assert {a.kind for a in activities} == set(KINDS), "each kind is in it"
    assert {q["kind"] for q in asked} == {*CHOICES, *TYPED, *PLACED}
    for each in (app, elsewhere):
        make_space(each, "Long Table", kind=SpaceKind.NETWORK, slug="network")
    write_folder(source, tmp_path / "written", KINDS)

    call(app, "import", tmp_path / "written")
    call(app, "export", "sharing-data", tmp_path / "here")
    call(elsewhere, "import", tmp_path / "here")
    call(elsewhere, "export", "sharing-data", tmp_path / "there")

    assert bytes_in(tmp_path / "there") == bytes_in(tmp_path / "here")
    assert bytes_in(tmp_path / "here") == bytes_in(tmp_path / "written")
    assert len(bytes_in(tmp_path / "there")) == 1 + 3 + len(activities) + 3 + 4
    assert digest(elsewhere) == digest(app)
