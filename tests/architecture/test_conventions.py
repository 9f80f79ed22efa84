"""Rules no linter knows; each failure says which rule was broken, and where."""

import ast
import functools
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import community
from community.app import FEATURES
from community.kernel.doors import access_of
from community.kernel.errors import CommunityError
from community.kernel.events import Event
from community.kernel.policy import catalogue

ROOT = Path(community.__file__).parent
CHECKOUT = ROOT.parent
FILES = sorted(ROOT.rglob("*.py"))
LONGEST = 400  # lines; past it a file holds two ideas


def where(path: Path, node: ast.AST | None = None) -> str:
    line = f":{node.lineno}" if node is not None and hasattr(node, "lineno") else ""
    return f"{path.relative_to(CHECKOUT)}{line}"


def operations_of(path: Path) -> Iterator[ast.FunctionDef]:
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.FunctionDef) and any(
            isinstance(d, ast.Name) and d.id == "operation" for d in node.decorator_list
        ):
            yield node


Inside = tuple[Path, ast.AST, bool]


@functools.cache
def told() -> list[Inside]:
    """Return what rules look at of every file, read once, and whether it is in a function."""
    kinds = (ast.Attribute, ast.Call, ast.Import, ast.ImportFrom)
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    found: list[Inside] = []

    def walk(path: Path, node: ast.AST, *, within: bool) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, kinds) and looked_at(child):
                found.append((path, child, within))
            walk(path, child, within=within or isinstance(child, functions))

    for path in FILES:
        walk(path, ast.parse(path.read_text("utf-8")), within=False)
    return found


def looked_at(node: ast.AST) -> bool:
    if isinstance(node, ast.Attribute):
        return node.attr == "commit"
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Name) and bool(node.args)
    return True


def operation_files() -> list[Path]:
    return [p for p in FILES if "operations" in (p.stem, p.parent.name)]


def test_only_the_unit_of_work_commits():
    allowed = {ROOT / "kernel" / "operation.py", ROOT / "migrating.py"}
    for path, node, _within in told():
        if isinstance(node, ast.Attribute):
            assert path in allowed, f"{where(path, node)} commits"


def test_operations_take_a_context_first_and_say_what_they_do():
    found = [(path, op) for path in operation_files() for op in operations_of(path)]
    assert len(found) > 20
    for path, op in found:
        assert op.args.args[0].arg == "ctx", where(path, op)
        assert ast.get_docstring(op), f"{where(path, op)} has no docstring"
        assert re.fullmatch(r"_?[a-z]+(_[a-z]+)*", op.name), where(path, op)


BEGIN = ("Context.begin(", "clock()")


def test_the_domain_reads_no_clock_and_no_request():
    names = {"operations", "queries", "policy", "rules", "reactions", "models"}
    for path in FILES:
        if not names & {path.stem, path.parent.name} or "kernel" in path.parts:
            continue
        text = path.read_text("utf-8")
        for forbidden in ("current_user", "flask.request", "utcnow", ".now(", "date.today", *BEGIN):
            # it is the door, whose context it will be
            knows_the_door = path == ROOT / "accounts" / "queries" / "sign_ins.py"
            assert forbidden not in text or (knows_the_door and forbidden == "clock()"), (
                f"{where(path)} uses {forbidden}"
            )


def test_what_people_are_told_is_translatable():
    errors = {kind.__name__ for kind in errors_below(CommunityError)} - {"Refused"}
    assert "Forbidden" in errors
    for path, node, _within in told():
        if isinstance(node, ast.Call):
            plain = isinstance(node.args[0], ast.Constant | ast.JoinedStr)
            assert node.func.id not in errors or not plain, where(path, node)


def errors_below(kind: type[CommunityError]) -> Iterator[type[CommunityError]]:
    yield kind
    for below in kind.__subclasses__():
        yield from errors_below(below)


def test_events_are_named_after_their_feature():
    for name, event in Event.registry.items():
        if event.__module__.startswith("community."):
            assert name.startswith(event.__module__.split(".")[1] + "."), name


def test_rules_are_named_may_and_read_rules_visible():
    assert len(catalogue) > 20
    for name in catalogue:
        assert name.rsplit(".", 1)[1].startswith(("may_", "visible_")), name


def test_no_file_outgrows_one_idea():
    for path in FILES:
        lines = len(path.read_text("utf-8").splitlines())
        assert lines <= LONGEST, f"{where(path)} has {lines} lines"


LATE = (
    "community/gunicorn_conf.py",
    "community/accounts/formats/passkeys.py",
    "community/academy/commands.py",
)


def test_nothing_of_ours_is_imported_inside_a_function():
    for path, node, within in told():
        if within and isinstance(node, ast.Import | ast.ImportFrom):
            # one must import nothing early, the others take long and are used rarely
            assert where(path).startswith(LATE), where(path, node)


def test_every_route_says_who_may_call_it(shared_app):
    for rule in shared_app.url_map.iter_rules():
        if rule.endpoint != "static":
            view = shared_app.view_functions[rule.endpoint]
            assert access_of(view), f"{rule.endpoint} is marked neither public nor signed_in"


def test_public_routes_are_these_and_no_others(shared_app):
    public = {
        rule.endpoint
        for rule in shared_app.url_map.iter_rules()
        if rule.endpoint != "static"
        and access_of(shared_app.view_functions[rule.endpoint]) == "public"
    }
    assert public == {
        "accounts.ask_for_second",
        "accounts.ask_to_sign_in",
        "accounts.finish",
        "accounts.lost",
        "accounts.register",
        "accounts.reset",
        "accounts.second_by_passkey",
        "accounts.second_factor",
        "accounts.sign_in",
        "accounts.sign_in_with_passkey",
        "accounts.undo",
        "api-docs.openapi_json",
        "api_docs",
        "health.live",
        "health.ready",
        "certificates.ask",
        "certificates.verify",
        "certificates_api.verify",
        "home.landing",
        "home.styleguide",
        "metrics.read",
        "spaces.decline",
        "correspondence.by_link",
        "correspondence.worker",
        "spaces.join",
        "transfers.followed_feed",
        "transfers.space_feed",
        "transfers.thread_feed",
    }


def test_every_feature_is_a_layer_of_the_import_contract():
    contracts = tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))
    [layers] = [
        c["layers"]
        for c in contracts["tool"]["importlinter"]["contracts"]
        if c["name"] == "features depend downwards only"
    ]
    for feature in FEATURES:
        assert any(feature.name in layer for layer in layers), feature.name


def test_no_template_holds_an_inline_script_style_or_foreign_address():
    for path in sorted((CHECKOUT / "templates").rglob("*.html")):
        text = path.read_text("utf-8")
        for jinja in (r"\{#.*?#\}", r"\{%.*?%\}", r"\{\{.*?\}\}"):
            text = re.sub(jinja, "", text, flags=re.DOTALL)
        assert not re.search(r"<script(?![^>]*\bsrc=)", text), where(path)
        # A mail program reads no sheet of ours; a browser never sees a letter.
        assert "<style" not in text or path.parent.name == "mail", where(path)
        assert not re.search(r"\sstyle=", text), where(path)
        assert not re.search(r"\son[a-z]+=\"", text), where(path)
        assert not re.search(r"(src|href)=\"https?://", text), where(path)


@pytest.mark.parametrize("pattern", [r"--(extra-)?index-url", r'"resolved": "http', r"/simple/"])
def test_no_lock_file_holds_an_address(pattern):
    for name in ("requirements/runtime.txt", "requirements/dev.txt", "package-lock.json"):
        assert not re.search(pattern, (CHECKOUT / name).read_text("utf-8")), name


def test_the_import_contracts_hold():
    done = subprocess.run(
        [str(CHECKOUT / ".venv" / "bin" / "lint-imports")],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:]
