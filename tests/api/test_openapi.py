"""The API does what its document says: whatever is sent, by whoever, and nothing besides."""

import collections
import dataclasses
import re
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
import schemathesis
from factories.accounts import make_token
from factories.neighbours import Side, make_neighbours
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as how
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

DOCUMENT = "/api/openapi.json"
METHODS = ("get", "post", "put", "patch", "delete")
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
CONFIG = {"generation": {"with-security-parameters": False}}
GOOD, BAD = 4, 3  # examples an operation
# An answer that is neither a success nor listed here is not what these requests can bring about.
EXPECTED = {200, 201, 204, 304, 400, 401, 403, 404, 409, 422}


@pytest.fixture
def document(app) -> dict[str, Any]:
    return app.test_client().get(DOCUMENT).get_json()


def operations_of(document) -> dict[str, Any]:
    return {
        f"{method.upper()} {path}": operation
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if method in METHODS
    }


# ------------------------------------------------------------------ the document


def test_the_document_is_openapi_3_1_and_the_same_each_time(app, document):
    assert document["openapi"].startswith("3.1.")
    client = app.test_client()
    first = client.get(DOCUMENT)
    assert first.data == client.get(DOCUMENT).data
    assert first.content_type == "application/json"


PLACE = re.compile(r"<(?:[a-z]+:)?")
FOR_ANYBODY = {"GET /api/v1/verify/{code}"}
"""Who is signed out is answered here, too."""


def test_it_holds_every_route_of_the_api(app, document):
    routes = {
        f"{method} {PLACE.sub('{', rule.rule).replace('>', '}')}"
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/")
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    assert set(operations_of(document)) == routes
    assert len(routes) > 40


def test_every_operation_says_in_a_line_what_it_does_and_describes_its_errors(document):
    for name, operation in operations_of(document).items():
        assert 8 < len(operation.get("summary", "")) <= 120, name
        assert operation["summary"].endswith("."), name
        answers = operation["responses"]
        assert any(status.startswith("2") for status in answers), name
        assert answers["default"]["$ref"].endswith("/DEFAULT_ERROR"), name
    errors = document["components"]["responses"]
    for name in ("DEFAULT_ERROR", "UNPROCESSABLE_ENTITY"):
        assert list(errors[name]["content"]) == ["application/problem+json"]


def test_patterns_are_those_of_json_schema_not_pythons(document):
    for name, schema in document["components"]["schemas"].items():
        for field, found in schema.get("properties", {}).items():
            assert "\\A" not in found.get("pattern", ""), f"{name}.{field}"
            assert "\\Z" not in found.get("pattern", ""), f"{name}.{field}"


def test_the_readable_page_shows_every_operation(app, document):
    page = app.test_client().get("/api/docs").text
    for name, operation in operations_of(document).items():
        assert name.partition(" ")[2] in page, name
        assert operation["summary"].split("``")[0].split("'")[0][:40] in page, name


# ------------------------------------------------------------------ what it answers


@dataclasses.dataclass(frozen=True)
class Caller:
    """Somebody who calls: what their requests carry."""

    name: str
    headers: Mapping[str, str]
    cookies: Mapping[str, str]


def with_cookie(browse, name, user_id) -> Caller:
    client = browse(user_id)
    return Caller(
        name,
        {"X-CSRFToken": client.environ_base["HTTP_X_CSRFTOKEN"]},
        {"community": client.get_cookie("community").value},
    )


def known_ids(side: Side) -> dict[str, Sequence[object]]:
    """Return ids that exist, by the name they have in paths."""
    return {
        "space_id": [side.run.space, side.network, side.runs["planned"].space],
        "user_id": list(side.people.values()),
        "thread_id": list(side.threads.values()),
        "post_id": list(side.posts.values()),
        "tag_id": [side.tag],
        "form": [side.post_drafts["thread"]],
        "session_id": list(side.sessions.values()),
        "run_id": [run.id for run in side.runs.values()],
        "version_id": [side.version],
        "course_id": [side.course],
        "activity_id": [*side.activities[:5], side.activity("assignment"), side.draft.activity],
        "draft_id": [side.draft.id],
        "module_id": [side.draft.module],
        "picture_id": [side.draft.picture],
        "file_id": [side.draft.file, *side.work_files.values()],
        "submission_id": [side.submission],
        "attempt_id": [side.attempt],
        "enrolment_id": list(side.run.enrolments.values()),
        "invitation_id": [side.invitation],
        "token_id": [side.token],
        "sign_in_id": [side.sign_in],
        "device_id": [side.device],
        "batch_id": [side.batch],
        "certificate_id": [side.certificate],
        "case_id": [side.case, side.decided_case],
        "decision_id": [side.decision],
        "import_id": [side.mail_import],
        "export_id": [side.talk_export],
        "code": [side.certificate_code],
        "key": [side.certificate, side.threads["open"]],
    }


def explore(operation: Any, ids: Mapping[str, Sequence[object]], callers: Sequence[Caller]) -> Any:
    """Call an operation as everybody, with good input and bad; return answers and failures."""
    answers: collections.Counter[tuple[str, int]] = collections.Counter()
    failures: dict[str, str] = {}

    def call(case: Any, *more: Any) -> None:
        for caller in callers:
            headers = {**caller.headers, "Accept-Encoding": "identity"}
            try:
                answer = case.call_and_validate(
                    headers=headers, cookies=caller.cookies, checks=[*CHECKS, *more]
                )
            except (Failure, FailureGroup) as failure:
                failures.setdefault(f"{caller.name}: {operation.label}", str(failure))
            else:
                answers[caller.name, answer.status_code] += 1

    def bounded(examples: int) -> Any:
        return how(
            max_examples=examples,
            derandomize=True,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )

    @bounded(GOOD)
    @given(
        case=operation.as_strategy(generation_mode=GenerationMode.POSITIVE),
        picked=st.fixed_dictionaries({name: st.sampled_from(keys) for name, keys in ids.items()}),
    )
    def good(case: Any, picked: Mapping[str, object]) -> None:
        for name in case.path_parameters:
            case.path_parameters[name] = str(picked[name])
        call(case)

    @bounded(BAD)
    @given(case=operation.as_strategy(generation_mode=GenerationMode.NEGATIVE))
    def bad(case: Any) -> None:
        call(case, negative_data_rejection)

    good()
    if operation.path_parameters or operation.query or operation.body:
        bad()
    return answers, failures


def test_everything_the_api_answers_is_in_its_document(app, browse):
    world = make_neighbours(app)
    side = world.here
    _token, secret = make_token(app, side.people["facilitator"])
    callers = [
        Caller("signed out", {}, {}),
        with_cookie(browse, "a learner", side.people["member"]),
        with_cookie(browse, "an organiser", side.people["organiser"]),
        Caller("a program", {"Authorization": f"Bearer {secret}"}, {}),
    ]
    schema = schemathesis.openapi.from_wsgi(
        DOCUMENT, app, config=SchemathesisConfig.from_dict(CONFIG)
    )
    operations = [found.ok() for found in schema.get_all_operations()]
    assert len(operations) > 40
    answers: collections.Counter[tuple[str, int]] = collections.Counter()
    failures: dict[str, str] = {}
    # What takes things away comes last, so that there is something to read before.
    for operation in sorted(operations, key=lambda found: METHODS.index(found.method)):
        found, wrong = explore(operation, known_ids(side), callers)
        if operation.label in FOR_ANYBODY:
            assert {("signed out", 200), ("signed out", 404)} <= found.keys()
            found = {key: number for key, number in found.items() if key[0] != "signed out"}
        answers.update(found)
        failures.update(wrong)
    assert not failures, "\n\n".join(f"{name}\n{text}" for name, text in failures.items())
    assert {status for _name, status in answers} <= EXPECTED
    for caller in callers:
        statuses = {status for name, status in answers if name == caller.name}
        reached = {401} if caller.name == "signed out" else {200, 201, 404, 422}
        assert reached <= statuses, f"{caller.name} only ever got {sorted(statuses)}"
    # 422: an address with a NUL is refused before it is asked who sends it.
    assert {status for name, status in answers if name == "signed out"} <= {400, 401, 404, 422}
