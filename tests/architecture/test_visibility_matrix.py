"""Role by state by surface: one sees what the one rule says, and hidden equals absent.

The surfaces are those of the application itself: a GET route that the matrix does not hold fails.
"""

import io
import zipfile

import pytest
from architecture.eyes import secrets_of
from architecture.requests import ROLES, absences, address_of, said
from architecture.surfaces import LISTS, SURFACES
from architecture.surfaces.surface import is_admin

from community.kernel.doors import access_of
from community.kernel.sheets import XLSX

SHOWN = {200, 302, 303, 409}  # 409: an archived space is read, not written
REFUSED = {403}
HIDDEN = {404, 401, 302}  # the last two: asked to sign in first


def test_every_get_route_is_in_the_matrix(shared_app):
    routes = {rule.endpoint for rule in shared_app.url_map.iter_rules() if "GET" in rule.methods}
    assert routes - {"static"} == set(SURFACES)


def test_the_roles_are_those_of_the_world(world):
    assert set(ROLES) == set(world.roles)


@pytest.mark.parametrize("endpoint", SURFACES)
def test_each_surface_shows_what_the_rule_says(shared_app, world, eyes, client, endpoint):
    surface = SURFACES[endpoint]
    public = access_of(shared_app.view_functions[endpoint]) == "public"
    wrong, shown, nothing = [], 0, {}
    for args in surface.asks(world):
        where = address_of(shared_app, endpoint, args)
        answer = client.get(where)
        sees = (public or eyes.user_id is not None) and surface.sees(eyes, world, args)
        may = sees and surface.may(eyes, world, args)
        shown += may
        expected = SHOWN if may else REFUSED if sees else HIDDEN
        if answer.status_code not in expected:
            wrong.append(f"{where} answers {answer.status_code}, not one of {expected}")
        if not sees:
            for none in absences(eyes, world, args):
                elsewhere = address_of(shared_app, endpoint, none)
                if elsewhere not in nothing:  # the same for most of what is asked
                    nothing[elsewhere] = said(client.get(elsewhere), elsewhere)
                if said(answer, where) != nothing[elsewhere]:
                    wrong.append(f"{where} differs from {elsewhere}")
        if not surface.tells:
            wrong += [f"{where} tells {text}" for text in leaks(world, eyes, answer, args)]
    assert wrong == []
    members = {"progress_api.progress", "progress.mine", "cohorts.place", "certificates.own"}
    members |= {"discussions.edit", "discussions.restore"}  # a member's words are theirs alone
    members |= {"moderation.decision"}  # the member was warned
    knows = "member" if endpoint in members else "owner"
    if endpoint.startswith("administration.") or surface.sees is is_admin:
        knows = "admin"
    assert shown or eyes.name != knows, "the matrix never sees this surface open"


@pytest.mark.parametrize("endpoint", LISTS)
def test_each_list_holds_all_that_one_sees_and_nothing_else(
    shared_app, world, eyes, client, endpoint
):
    """By the ids of its items; what a list of one space holds is told by the rule, there."""
    for args in SURFACES[endpoint].asks(world):
        answer = client.get(address_of(shared_app, endpoint, {**args, "?limit": 100}))
        if answer.status_code == 200:
            found = {item.get("id") or item["user"]["id"] for item in answer.get_json()["items"]}
            assert found == {str(key) for key in LISTS[endpoint](eyes, world, args)}, args


def leaks(world, eyes, answer, args):
    """Yield what stands in an answer that its reader must not see, but what they asked for."""
    text = text_of(answer) + (answer.location or "")
    asked = " ".join(str(value) for value in args.values())
    for secret in secrets_of(world.here) + secrets_of(world.there):
        if secret.text in text and secret.text not in asked and not secret.sees(eyes):
            yield secret.text


def text_of(answer):
    """Return what an answer says; a workbook is read as the texts in it."""
    if answer.mimetype != XLSX:
        return answer.get_data().decode(errors="replace")  # a picture is none
    with zipfile.ZipFile(io.BytesIO(answer.get_data())) as book:
        return "".join(book.read(name).decode() for name in book.namelist())
