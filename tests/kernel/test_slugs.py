"""Names as parts of addresses."""

import pytest

from community.kernel.slugs import free_slug, slug_of


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Academy, cohort 9", "academy-cohort-9"),
        ("  Zürich & Genève! ", "zurich-geneve"),
        ("What is it, Émile?", "what-is-it-emile"),
        ("شبكة", ""),
        ("—", ""),
        ("word " * 20, "-".join(["word"] * 12)),
        ("x" * 300, "x" * 60),
    ],
)
def test_a_slug_is_made_of_the_name_and_cut_at_a_word(name, slug):
    assert slug_of(name) == slug


def test_a_taken_slug_gets_the_first_free_number():
    assert free_slug("lab", set()) == "lab"
    assert free_slug("lab", {"lab", "lab-2", "lab-9"}) == "lab-3"
