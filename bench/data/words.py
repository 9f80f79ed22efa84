"""Texts as people write them in threads: of our own making, rendered once, used again and again."""

import random

from community.kernel import markdown

VERBS = ["shared", "described", "checked", "opened", "cleaned", "archived", "cited", "mapped"]
THINGS = [
    "the survey tables",
    "a readme file",
    "our sampling plan",
    "the codebook",
    "three years of rainfall data",
    "the consent forms",
    "the interview transcripts",
    "a data management plan",
]
WHO = ["We", "My group", "The library", "Our field team", "Two colleagues", "I"]
WHY = [
    "because nobody could find it a year later",
    "so that others can repeat the work",
    "although the formats differed",
    "before the season began",
    "with help from a colleague in another institute",
    "which took longer than planned",
]
FIRST = ["Amina", "Bram", "Chen", "Dilek", "Esi", "Farid", "Gita", "Hugo", "Ines", "Jon", "Lena"]
LAST = ["Abara", "Berg", "Castro", "Dlamini", "Eriksen", "Fofana", "Haddad", "Ito", "Kaya"]
TITLES = [
    "How do you name files",
    "What counts as data",
    "Who owns field notes",
    "Storage for large files",
]


def name(number: int) -> str:
    """Return a name; some are borne by several people, as in life."""
    return f"{FIRST[number % len(FIRST)]} {LAST[(number // len(FIRST)) % len(LAST)]}"


def title(rng: random.Random, number: int) -> str:
    return f"{rng.choice(TITLES)}, question {number}"


def sentence(rng: random.Random) -> str:
    return f"{rng.choice(WHO)} {rng.choice(VERBS)} {rng.choice(THINGS)} {rng.choice(WHY)}."


def body(rng: random.Random, longest: int = 9) -> str:
    """Return Markdown of one to three paragraphs, 10 to 110 words."""
    sentences = [sentence(rng) for _ in range(rng.randint(1, longest))]
    if len(sentences) > 4:
        sentences.insert(3, "\n\n")
    if len(sentences) > 7:
        sentences.append(f"\n\n- *{rng.choice(THINGS)}*\n- {rng.choice(THINGS)}")
    return " ".join(sentences)


def bodies(rng: random.Random, count: int = 400) -> list[tuple[str, str]]:
    """Return texts with what the platform's own renderer makes of them."""
    texts = [body(rng) for _ in range(count)]
    return [(text, markdown.render(text, lowest_heading=3)) for text in texts]
