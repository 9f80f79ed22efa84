"""A page of a list that somebody made up is refused by name, whatever it holds."""

import itertools

import pytest
import sqlalchemy as sa
from factories.accounts import make_user
from factories.spaces import join, make_space

from community.kernel.db import UtcDateTime
from community.kernel.paging import Listing, page_of
from community.spaces.models import Role, Space, SpaceKind

VALUES = [
    "x",
    "true",
    "s:a\x00",
    "i:1",
    "i:99999999999999999999999999",
    "i:-99999999999999999999999999",
    "f:nan",
    "f:1e999",
    "n:sNaN",
    "n:1e999999999",
    "b:AAAA",
    "uuid:00000000-0000-0000-0000-000000000000",
    "dt:0001-01-01T00:00:00+14:00",
    "dt:9999-12-31T23:59:59-14:00",
    "dt:2020-01-01",
    "t:1",
]
LISTS = [
    "/api/v1/spaces",
    "/api/v1/spaces/{space}/members",
    "/api/v1/spaces/{space}/invitations",
    "/api/v1/spaces/{space}/threads",
    "/api/v1/spaces/{space}/sessions",
    "/api/v1/courses",
    "/api/v1/runs",
    "/api/v1/me/tokens",
    "/spaces/network/people",
    "/spaces/network/threads",
    "/spaces/network/sessions",
]

_WHEN = sa.bindparam("when", type_=UtcDateTime())


@pytest.mark.parametrize("address", LISTS)
def test_a_made_up_bookmark_is_refused_or_finds_nothing(browse, app, address):
    owner = make_user(app)
    space = make_space(app, slug="network", kind=SpaceKind.NETWORK)
    join(app, space, owner, Role.OWNER)
    client, answers = browse(owner), set()
    # each value in each place, beside one that changes from value to value
    pairs = list(zip(VALUES, itertools.cycle(VALUES[3:14:2])))
    both = pairs + [(second, first) for first, second in pairs]
    for (first, second), way in itertools.product(both, "><"):
        for bookmark in (f"{way}{first}~{second}", f"{way}i:1~{first}~{second}"):
            given = client.get(address.format(space=space), query_string={"page": bookmark})
            assert given.status_code in {200, 422}, bookmark
            answers.add(given.status_code)
    assert 422 in answers


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize("page", [None, ">i:1", "<i:1"])
def test_a_list_that_is_broken_is_not_blamed_on_the_bookmark(page):
    table = sa.table("no_such_table", sa.column("id", sa.Integer))
    with pytest.raises(sa.exc.DBAPIError, match="no_such_table"):
        page_of(sa.select(table.c.id).order_by(table.c.id), page=page)


@pytest.mark.usefixtures("inside")
def test_a_value_of_ours_that_is_none_is_our_fault_too():
    spaces = Listing(sa.select(Space.id).where(Space.created_at < _WHEN).order_by(Space.id))
    with pytest.raises(sa.exc.StatementError):
        spaces.page({"when": "not an instant"})
