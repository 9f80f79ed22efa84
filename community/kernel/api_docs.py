"""The readable page of the API, made from the same OpenAPI document programs read."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from flask import Flask, render_template, url_for
from flask_babel import gettext as _

from community.kernel.api import Api
from community.kernel.doors import public

METHODS = ("get", "post", "put", "patch", "delete")
Row = tuple[str, str, str]


def serve_docs(app: Flask, api: Api) -> None:
    """Serve ``/api/docs`` and mark the document itself as public."""
    document = "api-docs.openapi_json"
    whole: Callable[..., Any] = app.view_functions[document]

    def show_document() -> Any:  # a function of our own: a bound method takes no mark
        return whole()

    app.view_functions[document] = public(show_document)

    @app.get("/api/docs", endpoint="api_docs")
    @public
    def show() -> str:
        return render_template(
            "_shared/api.html", tags=_tags(api.spec.to_dict()), document_url=url_for(document)
        )


def _tags(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    routes = list(_routes(document))
    return [
        {**tag, "routes": [route for route in routes if route["tag"] == tag["name"]]}
        for tag in document.get("tags", [])
    ]


def _routes(document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for path, methods in document["paths"].items():
        for method in METHODS:
            if method in methods:
                operation = methods[method]
                yield {
                    "tag": operation.get("tags", [""])[0],
                    "method": method.upper(),
                    "path": path,
                    "summary": operation.get("summary", ""),
                    "description": operation.get("description", ""),
                    "scope": _scope(operation),
                    "tables": _tables(document, methods.get("parameters", []), operation),
                }


def _scope(operation: Mapping[str, Any]) -> str:
    """Return the scope a token needs for an operation; none where anybody may call it."""
    ways = (way["bearer"] for way in operation.get("security", ()) if "bearer" in way)
    return ", ".join(scope for scopes in ways for scope in scopes)


def _tables(
    document: Mapping[str, Any], shared: list[Any], operation: Mapping[str, Any]
) -> list[tuple[str, list[Row]]]:
    parameters = [_resolve(document, p) for p in [*shared, *operation.get("parameters", [])]]
    tables = [
        (
            _("Parameters"),
            [
                (p["name"], _type(document, p.get("schema", {})), p.get("description", ""))
                for p in parameters
                if p["in"] in {"path", "query"}
            ],
        ),
        (_("Send"), _fields(document, operation.get("requestBody", {}))),
    ]
    for status, response in operation.get("responses", {}).items():
        if status.startswith("2"):
            rows = _fields(document, _resolve(document, response))
            tables.append((_("Answer %(status)s", status=status), rows))
    return [(title, rows) for title, rows in tables if rows]


def _fields(document: Mapping[str, Any], holder: Mapping[str, Any]) -> list[Row]:
    for media in holder.get("content", {}).values():
        schema = _resolve(document, media.get("schema", {}))
        if schema.get("type") == "array":
            schema = _resolve(document, schema.get("items", {}))
        required = schema.get("required", [])
        return [
            (
                name,
                _type(document, found),
                found.get("description", "") or (_("required") if name in required else ""),
            )
            for name, found in schema.get("properties", {}).items()
        ]
    return []


def _type(document: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    """Say a JSON schema in a word or two: "string (uuid)", "list of PostOut"."""
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1]
    kind = schema.get("type", "")
    said = " / ".join(kind) if isinstance(kind, list) else str(kind)
    if said == "array":
        return str(_("list of %(what)s", what=_type(document, schema.get("items", {}))))
    form = schema.get("format")
    return f"{said} ({form})" if form else said


def _resolve(document: Mapping[str, Any], item: Mapping[str, Any]) -> Mapping[str, Any]:
    if "$ref" not in item:
        return item
    found: Any = document
    for step in str(item["$ref"]).removeprefix("#/").split("/"):
        found = found[step]
    return dict(found)
