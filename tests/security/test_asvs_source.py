"""What our own source does not do at all: so nothing that is typed ever gets there."""

import ast
import functools
import re
from pathlib import Path

import community

ROOT = Path(community.__file__).parent
FILES = sorted(ROOT.rglob("*.py"))
SCRIPTS = ROOT.parent / "static" / "js"

RUNS = {"eval", "exec", "compile", "__import__"}
STARTS = {"system", "popen", "spawnl", "spawnv", "execv", "execve", "execvp", "execl", "execlp"}
UNPACKS = {"pickle", "marshal", "shelve", "dill", "cloudpickle"}
READS_XML = {"xml.etree", "xml.dom", "xml.parsers", "lxml", "xml.sax.expatreader"}
MAKES_HTML = re.compile(
    r"\b(innerHTML|outerHTML)\s*\+?=(?!=)|insertAdjacentHTML|document\.write|setHTMLUnsafe"
    r"|createContextualFragment|parseFromString|\.srcdoc|\beval\(|new Function|javascript:"
    r"|set(?:Timeout|Interval)\(\s*[\"'`]"
)


KINDS = ast.Call | ast.Attribute | ast.Import | ast.ImportFrom


@functools.cache
def nodes() -> list[tuple[str, ast.AST]]:
    return [
        (path.relative_to(ROOT).as_posix(), node)
        for path in FILES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, KINDS)
    ]


@functools.cache
def imported() -> list[tuple[str, str]]:
    """Return each file with each module it imports, and each name it imports from one."""
    found = []
    for path, node in nodes():
        if isinstance(node, ast.Import):
            found += [(path, name.name) for name in node.names]
        elif isinstance(node, ast.ImportFrom):
            found += [(path, f"{node.module}.{name.name}") for name in node.names]
    return found


def within(module: str, names: set[str]) -> bool:
    return any(module == name or module.startswith(f"{name}.") for name in names)


def test_no_text_is_run_as_code():
    for path, node in nodes():
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in RUNS, f"{path}:{node.lineno}"
    for path, module in imported():
        assert not within(module, UNPACKS), f"{path} imports {module}"


def test_one_place_starts_programs_and_asks_no_shell():
    starters = {path for path, module in imported() if within(module, {"subprocess", "pty"})}
    assert starters == {"cli/serve.py"}  # our own processes, by words of our own
    for path, node in nodes():
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", "")
            assert name not in STARTS, f"{path}:{node.lineno}"
            assert "shell" not in {word.arg for word in node.keywords}, f"{path}:{node.lineno}"


def test_xml_is_read_by_the_parser_that_follows_nothing():
    for path, module in imported():
        assert not within(module, READS_XML), f"{path} imports {module}"
    readers = {path for path, module in imported() if within(module, {"defusedxml"})}
    assert readers == {"academy/formats/pictures.py"}


def test_statements_hold_no_text_that_was_put_together():
    """A statement is built of columns and bound values; text is our own, and whole."""
    own = {"backups/databases.py"}  # names of our own tables and columns, quoted
    for path, node in nodes():
        if isinstance(node, ast.Call) and node.args and path not in own:
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name in {"text", "literal_column", "exec_driver_sql"}:
                made = isinstance(node.args[0], ast.JoinedStr | ast.BinOp | ast.Call)
                assert not made, f"{path}:{node.lineno}"


def test_digests_and_ciphers_are_the_ones_we_chose():
    digests = {
        (path, node.attr)
        for path, node in nodes()
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "hashlib"
    }
    assert {name for _path, name in digests} == {"sha256", "blake2b"}
    ciphers = {
        (path, module)
        for path, module in imported()
        if within(module, {"cryptography", "Crypto", "nacl", "ssl"})
        and not within(module, {"cryptography.exceptions"})
    }
    own = {"accounts/formats/codes.py", "kernel/mail.py", "kernel/dkim.py", "kernel/push.py"}
    assert {path for path, _module in ciphers} <= own
    signing = {module for path, module in ciphers if path == "kernel/dkim.py"}
    assert all(within(module, {"cryptography.hazmat.primitives"}) for module in signing), signing
    pushing = {module for path, module in ciphers if path == "kernel/push.py"}
    assert all(within(module, {"cryptography.hazmat.primitives", "ssl"}) for module in pushing)
    sealing = {module for path, module in ciphers if path == "accounts/formats/codes.py"}
    assert sealing == {"cryptography.fernet.Fernet", "cryptography.fernet.InvalidToken"}


def test_scripts_take_for_html_only_what_the_server_made():
    """Five read an answer of our own pages, three show what was sanitised as it was rendered."""
    found = {
        path.relative_to(SCRIPTS).as_posix(): len(MAKES_HTML.findall(path.read_text("utf-8")))
        for path in SCRIPTS.rglob("*.js")
    }
    assert {name: times for name, times in found.items() if times} == {
        "base/acts.js": 1,
        "lib/parts.js": 1,
        "quiz.js": 1,
        "room/view.js": 1,
        "studio/parts.js": 1,
        "thread/polls.js": 1,
        "thread/posts.js": 1,
        "writing/preview.js": 1,
    }
