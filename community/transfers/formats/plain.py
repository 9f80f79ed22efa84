"""Plain text of mail as Markdown that comes out as it was meant.

Quotes stay quotes, what is set out with spaces stays as it was set, long lines flow, short lines
end where they ended. Nothing of it is taken for Markdown that was not written as such.
"""

import re

DEEPEST = 6  # quotes within quotes; what lies deeper stands there
_QUOTED = re.compile(r"(?:>[ \t]?)+")
_BARE = re.compile(r"(https?://[^\s<>]+)", re.IGNORECASE)
_SET_OUT = re.compile(r"\A(?: {2,}|\t)\S|\S {3,}\S|\S\t+\S")
_ENDS_EARLY = 55  # code points: who breaks a line before that means it
_SPECIAL = re.compile(r"([\\`*\[\]<|~])|(?<![^\W_])(_)|(_)(?![^\W_])|(&)(?=#?\w{1,40};)")
_SHORT = re.compile(r":(?=[a-z0-9_+-]{1,30}:)")
_FIRST = re.compile(r"\A(\s*)(?:([#>+=-])|(\d{1,9})([.)])(?=\s|\Z))")
_RULE = re.compile(r"\A\s*[-_*=~#.+]{4,}\s*\Z")


def as_markdown(text: str, *, flowed: bool = False, joined: bool = False) -> str:
    """Return plain text as Markdown; ``flowed`` and ``joined`` are format and DelSp of RFC 3676."""
    lines = unflowed(text, joined=joined) if flowed else text.expandtabs(8).split("\n")
    blocks: list[tuple[int, list[str]]] = []  # the depth of a quote, and its lines
    for line in lines:
        depth, rest = (0, line.rstrip()) if _is_signature(line) else _depth_of(line)
        if not blocks or blocks[-1][0] != depth:
            blocks.append((depth, []))
        blocks[-1][1].append(rest)
    made = []
    for depth, inner in blocks:
        said = _block(inner)
        if said:
            made.append("\n".join(f"{'> ' * depth}{line}".rstrip() for line in said))
    return "\n\n".join(made)


def _is_signature(line: str) -> bool:
    return line in {"-- ", "--"}


def _depth_of(line: str) -> tuple[int, str]:
    marks = _QUOTED.match(line)
    if marks is None:
        return 0, line.rstrip()
    depth = min(marks[0].count(">"), DEEPEST)
    return depth, line[marks.end() :].rstrip()


def unflowed(text: str, *, joined: bool) -> list[str]:
    """Return the lines of a text in which soft breaks are undone (RFC 3676, section 4)."""
    made: list[str] = []
    open_at: int | None = None  # the depth of a line that goes on
    for line in text.split("\n"):
        if line == "-- ":
            made.append(line)
            open_at = None
            continue
        depth = len(line) - len(line.lstrip(">"))
        rest = line[depth:]
        rest = rest.removeprefix(" ")  # space-stuffed
        soft = rest.endswith(" ")
        if joined and soft:
            rest = rest[:-1]
        if open_at == depth and made:
            made[-1] += rest
        else:
            made.append(f"{'>' * depth}{' ' if depth else ''}{rest}")
        open_at = depth if soft else None
    return made


def _block(lines: list[str]) -> list[str]:
    """Return the lines of one depth as Markdown: paragraphs, what is set out, signatures."""
    made: list[str] = []
    for paragraph in _paragraphs(lines):
        if made:
            made.append("")
        if paragraph[0] == "--":
            signature = paragraph[1:]
            made += ["---", "", *_hard(signature)] if signature else ["---"]
        elif any(_SET_OUT.search(line) for line in paragraph):
            made += _fenced(paragraph)
        else:
            made += _flowing(paragraph)
    return made


def _paragraphs(lines: list[str]) -> list[list[str]]:
    found: list[list[str]] = [[]]
    signed = False
    for line in lines:
        if line.strip() == "--" and not signed:
            found.append([line.strip()])
            signed = True
        elif line.strip():
            found[-1].append(line)
        elif found[-1]:
            found.append([])
    return [each for each in found if each]


def _fenced(lines: list[str]) -> list[str]:
    longest = max((len(run) for line in lines for run in re.findall(r"`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    return [fence, *lines, fence]


def _flowing(lines: list[str]) -> list[str]:
    """Return a paragraph: a line that ends early ends for good, another one flows on."""
    made = []
    for at, line in enumerate(lines):
        words = escaped(line)
        last = at == len(lines) - 1
        early = len(line) < _ENDS_EARLY or (not last and _FIRST.match(lines[at + 1]))
        made.append(f"{words}\\" if early and not last else words)
    return made


def _hard(lines: list[str]) -> list[str]:
    return [f"{escaped(line)}\\" for line in lines[:-1]] + [escaped(lines[-1])]


def escaped(line: str) -> str:
    """Return a line of which Markdown takes nothing but bare addresses for its own."""
    parts = _BARE.split(line.strip())
    made = "".join(
        part if at % 2 else _SHORT.sub(r"\\:", _SPECIAL.sub(_backslash, part))
        for at, part in enumerate(parts)
    )
    if _RULE.match(line):
        return re.sub(r"([-_*=~#.+])", r"\\\1", line.strip())
    first = _FIRST.match(made)
    if first is None:
        return made
    if first[2]:
        return f"{first[1]}\\{made[len(first[1]) :]}"
    return f"{first[3]}\\{made[len(first[3]) :]}"


def _backslash(found: re.Match[str]) -> str:
    return f"\\{found[0]}"
