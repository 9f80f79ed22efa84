"""How long a film is, by its own head, whatever stands in it."""

import io

import pytest
from factories.files import MP4, SECONDS, WEBM, mp4, webm
from hypothesis import given, settings
from hypothesis import strategies as st

from community.kernel.files.lengths import LONGEST, film_seconds


@pytest.mark.parametrize("film", [MP4, WEBM])
def test_a_film_says_how_long_it_is(film):
    assert film_seconds(io.BytesIO(film)) == SECONDS


@pytest.mark.parametrize("make", [mp4, webm])
@pytest.mark.parametrize("seconds", [0, LONGEST + 1])
def test_a_length_that_none_can_have_is_none(make, seconds):
    assert film_seconds(io.BytesIO(make(seconds))) is None


@settings(max_examples=200, deadline=None)
@given(st.sampled_from([MP4, WEBM]), st.data())
def test_a_film_that_is_damaged_is_told_or_not_and_nothing_else(film, data):
    start = data.draw(st.integers(0, len(film)))
    end = data.draw(st.integers(start, min(len(film), start + 12)))
    noise = data.draw(st.binary(max_size=12))
    found = film_seconds(io.BytesIO(film[:start] + noise + film[end:]))
    assert found is None or 0 < found <= LONGEST
