"""The JSON door: flask-smorest, with problem+json errors and OpenAPI 3.1."""

from json import JSONDecodeError
from typing import Any

import flask_smorest
from apispec.ext.marshmallow import MarshmallowPlugin
from flask import Flask, Request
from flask_smorest.utils import prepare_response
from marshmallow import Schema, fields
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from community.kernel.http import SAFE, answer_http_error
from community.kernel.sign_in import Scope

PREFIX = "/api/v1"
METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
PROBLEM = "application/problem+json"


class ProblemOut(Schema):
    """An error, as RFC 9457 has it; ``code`` is stable and ``fields`` names what is wrong."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    code = fields.String(required=True)
    fields_ = fields.Dict(data_key="fields", metadata={"description": "Field to its messages."})
    retry_after = fields.Integer(metadata={"description": "Seconds."})
    rule = fields.String(metadata={"description": "The permission that said no."})
    kept = fields.Dict(metadata={"description": "What is kept, where another was quicker."})
    edition = fields.Integer(metadata={"description": "Of what is kept, likewise."})
    scope = fields.String(metadata={"description": "The scope that the token lacks."})


class Parser(FlaskParser):
    """Reads requests; JSON that Python cannot read is no JSON, whatever the reason."""

    def _raw_load_json(self, req: Request) -> Any:
        try:
            return super()._raw_load_json(req)
        except (JSONDecodeError, UnicodeDecodeError):
            raise
        except (RecursionError, ValueError) as error:  # nested too deep, a number of many digits
            raise JSONDecodeError("cannot be read", "...", 0) from error


class ApiBlueprint(flask_smorest.Blueprint):
    """A feature's JSON routes, below ``/api/v1``."""

    # What a schema does not know is refused in a query too, where webargs would drop it.
    ARGUMENTS_PARSER = Parser(unknown=None)

    def __init__(
        self, name: str, description: str, *, reads: Scope = "read", writes: Scope = "write"
    ) -> None:
        """``reads`` and ``writes`` are the scopes a token needs to ask, and to change something."""
        super().__init__(f"{name}_api", __name__, url_prefix=PREFIX, description=description)
        self.scopes = {method: reads if method in SAFE else writes for method in METHODS}
        self._prepare_doc_cbks.append(self._say_scope)

    def _say_scope(
        self, doc: dict[str, Any], _info: dict[str, Any], *, method: str, **_more: Any
    ) -> dict[str, Any]:
        """Describe which scope of a token an operation needs."""
        doc["security"] = [{"session": []}, {"bearer": [self.scopes[method.upper()]]}]
        return doc


class Api(flask_smorest.Api):
    """The API of one application: all errors are problem documents."""

    ERROR_SCHEMA = ProblemOut

    def handle_http_exception(self, error: HTTPException) -> Response:
        return answer_http_error(error)

    def _register_responses(self) -> None:
        """Describe the errors every operation may answer, in their own media type."""
        super()._register_responses()
        for name, description in (
            ("DEFAULT_ERROR", "A problem"),
            ("UNPROCESSABLE_ENTITY", "Some of the input cannot be used; ``fields`` says what"),
            ("BAD_REQUEST", "The request cannot be read"),
        ):
            response: dict[str, Any] = {"description": description, "schema": ProblemOut}
            prepare_response(response, self.spec, PROBLEM)
            self.spec.components.responses.pop(name, None)
            self.spec.components.responses_lazy.pop(name, None)
            self.spec.components.response(name, response, lazy=True)


def make_api(app: Flask) -> Api:
    """Return the API of ``app``, its document at ``/api/openapi.json``."""
    app.config.update(
        API_TITLE="Community",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/api",
        OPENAPI_JSON_PATH="openapi.json",
        API_SPEC_OPTIONS={
            "info": {"description": "Everything the pages can do, for your own programs."},
            "security": [{"session": []}, {"bearer": []}],
        },
    )
    plugin = MarshmallowPlugin(schema_name_resolver=_name)
    api = Api(app, spec_kwargs={"marshmallow_plugin": plugin})
    # "date-time" has an offset; a wall-clock time has none and has a name of its own.
    plugin.map_to_openapi_type(  # type: ignore[no-untyped-call]
        fields.NaiveDateTime, "string", "date-time-local"
    )
    api.spec.components.security_scheme("bearer", {"type": "http", "scheme": "bearer"})
    api.spec.components.security_scheme(
        "session", {"type": "apiKey", "in": "cookie", "name": app.config["SESSION_COOKIE_NAME"]}
    )
    return api


def _name(schema: Any) -> str:
    """Name a schema in the document as the code does: ``PostOut``."""
    found = schema if isinstance(schema, type) else type(schema)
    return found.__name__
