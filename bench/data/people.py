"""Members, their sign-ins, and the spaces they belong to."""

import dataclasses
import datetime as dt
import random
import uuid
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from bench.data import words
from bench.data.bulk import insert
from bench.sizes import EXTRA, MANY, Size
from community.accounts.models import AT_FIRST, Audience, Profile, SignIn, User
from community.accounts.rules import folded
from community.kernel.keys import new_key
from community.spaces.models import Membership, Role, Space, SpaceKind

OF_MANY = 49  # people in each of one member's many spaces, besides them
RUN_SPACES = 5  # 700, 350, 5,000, 20 and 500 learners; besides the runs of the size


@dataclasses.dataclass(slots=True)
class People:
    """Ids of everybody; ``extra`` fill the large matrices only. ``owner`` runs all there is.

    ``many`` are spaces to all of which one member belongs, ``busy``.
    """

    owner: uuid.UUID
    members: list[uuid.UUID]
    extra: list[uuid.UUID]
    network: uuid.UUID
    rooms: uuid.UUID
    peers: list[uuid.UUID]
    many: list[uuid.UUID]
    of_space: dict[uuid.UUID, list[uuid.UUID]]

    @property
    def busy(self) -> uuid.UUID:
        """Who belongs to all of ``many``, besides the network and two peer spaces."""
        return self.members[-1]


def load(connection: sa.Connection, size: Size, now: dt.datetime) -> People:
    """Load accounts, sign-ins and spaces; members belong to the network and to two peer ones."""
    joined = now - dt.timedelta(days=90)
    peers = [new_key() for _ in range(size.spaces - size.runs - RUN_SPACES - 2)]
    people = People(
        owner=new_key(),
        members=[new_key() for _ in range(size.members)],
        extra=[new_key() for _ in range(EXTRA)],
        network=new_key(),
        rooms=new_key(),
        peers=peers,
        many=[new_key() for _ in range(MANY)],
        of_space={},
    )
    everybody = [people.owner, *people.members, *people.extra]
    insert(connection, User, (_user(key, n, joined) for n, key in enumerate(everybody)))
    insert(connection, Profile, (_profile(key, n) for n, key in enumerate(everybody)))
    insert(connection, SignIn, _sign_ins([people.owner, *people.members], now))
    insert(connection, Space, _spaces(people, joined))
    half = len(people.members) * 2 // 5
    belong = {people.network: people.members, people.rooms: people.members[half:]}
    belong |= {peer: [] for peer in peers}
    for at, key in enumerate(people.members):
        for number in sorted({at % len(peers), (at * 7 + 3) % len(peers)}):
            belong[peers[number]].append(key)
    for number, key in enumerate(people.many):
        start = number * OF_MANY % (len(people.members) - OF_MANY)
        belong[key] = list({people.busy, *people.members[start : start + OF_MANY]})
    people.of_space = belong
    insert(connection, Membership, members(belong, joined))
    owned = {people.network: [people.owner], people.rooms: [people.owner]}
    insert(connection, Membership, members(owned, joined, Role.OWNER))
    return people


def members(
    belong: dict[uuid.UUID, list[uuid.UUID]], joined: dt.datetime, role: Role = Role.MEMBER
) -> Iterator[dict[str, Any]]:
    """Return the rows of memberships: a space to those who belong to it."""
    for space_id, keys in belong.items():
        for key in keys:
            yield {
                "id": new_key(),
                "space_id": space_id,
                "user_id": key,
                "role": role,
                "joined_at": joined,
                "ended_at": None,
            }


def _user(key: uuid.UUID, number: int, at: dt.datetime) -> dict[str, Any]:
    return {
        "id": key,
        "email": f"person-{number}@example.org",
        "name": words.name(number),
        "name_folded": folded(words.name(number)),
        "password_hash": None,
        "zone": ("Africa/Nairobi", "Europe/Amsterdam", "Asia/Kolkata", "America/Bogota")[
            number % 4
        ],
        "language": "en",
        "admin": number == 0,
        "created_at": at,
        "deactivated_at": None,
    }


def _profile(key: uuid.UUID, number: int) -> dict[str, Any]:
    """Return a profile as most people fill it in; every tenth hides where they are."""
    rng = random.Random(number)
    place = f"{words.LAST[number % len(words.LAST)]} River"
    about = " ".join(words.sentence(rng) for _ in range(4))
    said = {
        "pronouns": ("she/her", "he/him", "they/them")[number % 3],
        "organisation": f"Institute {number % 40}",
        "place": place,
        "languages": "English, French",
        "about": about,
    }
    audiences = {**AT_FIRST, "place": Audience.LEADS if number % 10 == 0 else Audience.SPACES}
    shown = [value for field, value in said.items() if audiences[field] is Audience.SPACES]
    return {
        "id": new_key(),
        "user_id": key,
        **said,
        "about_html": f"<p>{about}</p>",
        "picture": None,
        **{f"{field}_for": audience for field, audience in audiences.items()},
        "words_for_spaces": "\n".join(folded(text) for text in (words.name(number), *shown)),
        "words_for_leads": folded(place) if number % 10 == 0 else "",
    }


def _sign_ins(keys: list[uuid.UUID], now: dt.datetime) -> Iterator[dict[str, Any]]:
    for key in keys:
        yield {
            "id": new_key(),
            "user_id": key,
            "created_at": now,
            "expires_at": now + dt.timedelta(days=30),
            "ended_at": None,
        }


def _spaces(people: People, at: dt.datetime) -> Iterator[dict[str, Any]]:
    named = [(people.network, "network", "The whole network"), (people.rooms, "rooms", "Rooms")]
    named += [(key, f"peers-{n}", f"Peer network {n}") for n, key in enumerate(people.peers)]
    named += [(key, f"many-{n}", f"Working group {n}") for n, key in enumerate(people.many)]
    for key, slug, name in named:
        yield {
            "id": key,
            "slug": slug,
            "name": name,
            "kind": SpaceKind.NETWORK,
            "summary": "Where we learn from each other.",
            "created_at": at,
            "archived_at": None,
        }
