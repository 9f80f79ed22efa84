"""``community demo``: filled by operations, signed in to as each role, kept when run again."""

import http.cookiejar
import re
import subprocess
import sys
import urllib.parse
import urllib.request
from pathlib import Path

import pytest
import sqlalchemy as sa
from conftest import make_settings
from running import environment, start

from community.academy.formats.folder import read_folder
from community.academy.kinds.builtin import KINDS
from community.academy.kinds.reflection.kind import words_in
from community.demo import material
from community.demo.cast import COURSE
from community.demo.sign_ins import ROLES
from community.kernel.resources import resource


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    settings = make_settings(tmp_path_factory.mktemp("demo"))
    return settings, fill(settings)


def fill(settings) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "community.cli", "demo", "--no-serve"],
        env=environment(settings, "http://127.0.0.1:8000"),
        capture_output=True,
        text=True,
        check=True,
        timeout=170,
    )
    return done.stdout


def count(settings, table: str) -> int:
    engine = sa.create_engine(settings.database)
    with engine.connect() as connection:
        return connection.scalar(sa.text(f"SELECT count(*) FROM {table}"))  # noqa: S608  # ours


def password_of(settings) -> str:
    return (Path(settings.data_dir) / "demo_password").read_text().strip()


class Visitor:
    """Signs in as a person would: by the form, with its token and a cookie."""

    def __init__(self, url: str) -> None:
        self.url = url
        jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))

    def get(self, path: str) -> str:
        return self.opener.open(self.url + path, timeout=20).read().decode()

    def sign_in(self, email: str, password: str) -> str:
        token = re.search(r'name="csrf_token" value="([^"]+)"', self.get("/sign-in"))[1]
        form = {"csrf_token": token, "email": email, "password": password}
        data = urllib.parse.urlencode(form).encode()
        return self.opener.open(f"{self.url}/sign-in", data, timeout=20).geturl()


def test_it_holds_what_it_promises_and_prints_one_sign_in_a_role(filled):
    settings, said = filled
    for role, key in ROLES:
        assert re.search(rf"{role} +{key}@example.org +{password_of(settings)}", said), role
    assert count(settings, "user_account") == 70
    assert count(settings, "run") == 3
    assert count(settings, "thread") == 80 + 24  # the course opens eight in each run
    assert count(settings, "attendance") > 60
    assert count(settings, "poll WHERE closed_at IS NULL AND voters = 5") == 1
    assert count(settings, "moderation_report") == 1
    assert count(settings, "post WHERE removal = 'waiting'") == 1
    assert count(settings, "moderation_case WHERE closed_at IS NULL") == 2
    assert count(settings, "progress_summary WHERE done > 0 AND cells LIKE '%.%'") > 0
    for table in ("checklist", "reflection WHERE text IS NOT NULL", "survey_answer", "survey_text"):
        assert count(settings, table) > 0, table


def test_what_people_wrote_answers_what_the_course_asks():
    course = read_folder(resource("courses") / COURSE, KINDS)
    activities = {each.slug: each for module in course.modules for each in module.activities}
    people = {person.key for person in material.read_people()}
    for (slug, by), text in material.read_reflections().items():
        asked = activities[slug].settings
        assert by in people
        assert asked["words"] <= words_in(text) <= asked["most"], (slug, by)
    asked = {ask["prompt"] for each in activities.values() for ask in each.settings.get("asks", ())}
    assert set(material.read_survey_texts()) <= asked


def test_each_role_signs_in_and_run_again_it_keeps_what_was_typed(filled):
    settings, _said = filled
    server = start(settings, worker=False)
    try:
        for _role, key in ROLES:
            visitor = Visitor(server.url)
            landed = visitor.sign_in(f"{key}@example.org", password_of(settings))
            assert landed == f"{server.url}/home"
            assert "Stewardship Academy" in visitor.get("/home")
    finally:
        server.kill()
    before = count(settings, "event")
    fill(settings)
    assert count(settings, "event") == before
    assert count(settings, "thread") == 104
