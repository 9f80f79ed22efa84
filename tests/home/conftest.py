import pytest
from factories.home import Cast, make_cast
from flask import Flask


@pytest.fixture
def cast(app: Flask) -> Cast:
    """A run in its second week with a person of each role, and somebody outside."""
    return make_cast(app)
