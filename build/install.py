"""Install locked requirements into the running interpreter's environment, saying how far it is.

Usage: ``python build/install.py build runtime`` installs ``requirements/build.txt`` and
``requirements/runtime.txt``; every file is checked against its hash. Standard library only: this
runs before anything is installed.
"""

from __future__ import annotations

import re
import subprocess
import sys
import time
from pathlib import Path

REQUIREMENTS = Path(__file__).resolve().parent.parent / "requirements"
STEP = re.compile(r"(?:Collecting|Requirement already satisfied:) ([A-Za-z0-9._-]+)")
EVERY = 5.0  # seconds between two lines where the output is no terminal


def main(names: list[str]) -> int:
    """Install the named lock files; answer pip's exit code."""
    files = [REQUIREMENTS / f"{name}.txt" for name in names]
    pins = {
        line.partition("==")[0]
        for file in files
        for line in file.read_text("utf-8").splitlines()
        if "==" in line.partition(" ")[0]
    }
    command = [sys.executable, "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    command += ["--require-hashes"]
    for file in files:
        command += ["-r", str(file)]
    print(f"-> Installing {len(pins)} locked packages", flush=True)
    return _run(command, len(pins))


def _run(command: list[str], total: int) -> int:
    """Run pip, show its progress in one line, and show all it said if it fails."""
    terminal = sys.stdout.isatty()
    began = shown = time.monotonic()
    said: list[str] = []
    seen: set[str] = set()
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    for line in process.stdout or ():
        said.append(line)
        step = STEP.match(line)
        if step:
            seen.add(step[1].lower())
            progress = f"   {min(len(seen), total)} of {total} fetched: {step[1]}"
        elif line.startswith("Installing collected packages"):
            progress = f"   all {total} fetched, putting them in place"
        else:
            continue
        if terminal:
            print(f"\r{progress:<70.70}", end="", flush=True)
        elif time.monotonic() - shown >= EVERY:
            shown = time.monotonic()
            print(progress, flush=True)
    if terminal:
        print("\r" + " " * 70 + "\r", end="")
    code = process.wait()
    if code:
        print("".join(said[-30:]), file=sys.stderr)
        print("The packages could not be installed; pip's words are above.", file=sys.stderr)
        print("A network is needed the first time; what was fetched is kept.", file=sys.stderr)
    else:
        print(f"   done in {time.monotonic() - began:.0f} s", flush=True)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
