"""Templates compiled once for a process, whichever of its applications renders them first."""

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket


class Compiled(BytecodeCache):
    """Keeps what templates were compiled to, in memory.

    A bucket's key is of the name and the file, its checksum of the source. The options of the
    environment are in neither: only applications that ``create_app`` made may share it.
    """

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        kept = self.kept.get((bucket.key, bucket.checksum))
        if kept is not None:
            bucket.bytecode_from_string(kept)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key, bucket.checksum] = bucket.bytecode_to_string()


_COMPILED = Compiled()


def compiled_once(app: Flask) -> Flask:
    """Have an application take what others of this process have compiled; returns it."""
    app.jinja_env.bytecode_cache = _COMPILED
    return app
