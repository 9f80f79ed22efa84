"""Saying who one is, to whom, and showing one's face.

``User.face`` and the words a search compares with follow from the profile; nothing else sets them.
"""

from collections.abc import Mapping

from community.accounts.events import ProfileChanged
from community.accounts.formats.pictures import Squares
from community.accounts.models import AT_FIRST, Audience, Portrait, Profile, User
from community.accounts.policy import find_account, visible_profiles
from community.accounts.rules import folded
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.keys import new_key
from community.kernel.markdown import render
from community.kernel.operation import operation, record
from community.kernel.revocation import look_again

ABOUT_HEADING = 3  # the page of a person has its own above
SEARCHED = ("pronouns", "organisation", "place", "languages", "about")


@operation
def change_profile(
    ctx: Context,
    *,
    name: str | None = None,
    zone: str | None = None,
    language: str | None = None,
    pronouns: str | None = None,
    organisation: str | None = None,
    place: str | None = None,
    languages: str | None = None,
    about: str | None = None,
    visible: Mapping[str, Audience] | None = None,
) -> User:
    """Change what the actor says about themselves, and who sees which field; None: as it is.

    ``visible`` is by the names in ``AT_FIRST``. The same again changes nothing.
    """
    user = find_account(ctx, ctx.person, lock=True)
    profile = _profile(ctx, user)
    said = {
        "pronouns": pronouns,
        "organisation": organisation,
        "place": place,
        "languages": languages,
        "about": about,
        **{f"{field}_for": audience for field, audience in (visible or {}).items()},
    }
    if about is not None and about != profile.about:
        profile.about_html = render(about, lowest_heading=ABOUT_HEADING, id_prefix="about-")
    changed = [
        *_set(user, {"name": name, "zone": zone, "language": language}),
        *_set(profile, said),
    ]
    if changed:
        _follow(ctx, user, profile)
    return user


@operation
def set_picture(ctx: Context, squares: Squares) -> Profile:
    """Show a picture in place of the actor's initials; the one before is gone."""
    user = find_account(ctx, ctx.person, lock=True)
    profile = _profile(ctx, user)
    if profile.picture == squares.digest:
        return profile
    portrait = db.session.query(Portrait).filter_by(user_id=user.id).one_or_none()
    if portrait is None:
        portrait = Portrait(id=new_key(), user_id=user.id)
        db.session.add(portrait)
    portrait.large, portrait.small = squares.large, squares.small
    portrait.digest, portrait.made_at = squares.digest, ctx.now
    profile.picture = squares.digest
    _follow(ctx, user, profile)
    return profile


@operation
def remove_picture(ctx: Context) -> Profile:
    """Take the actor's picture away; where there is none, nothing changes."""
    user = find_account(ctx, ctx.person, lock=True)
    profile = _profile(ctx, user)
    if profile.picture is not None:
        portrait = db.session.query(Portrait).filter_by(user_id=user.id).one()
        db.session.delete(portrait)
        profile.picture = None
        _follow(ctx, user, profile)
    return profile


def new_profile(user: User) -> Profile:
    """Give somebody a profile that says nothing yet but their name."""
    profile = Profile(
        id=new_key(),
        user_id=user.id,
        **dict.fromkeys((*SEARCHED, "about_html"), ""),
        **{f"{field}_for": audience for field, audience in AT_FIRST.items()},
    )
    _index(user, profile)
    db.session.add(profile)
    return profile


def _profile(ctx: Context, user: User) -> Profile:
    """Return the profile of the actor, whose account is locked."""
    found: Profile | None = db.session.scalar(visible_profiles(ctx))
    return found or new_profile(user)


def _set(row: User | Profile, wanted: Mapping[str, object]) -> list[str]:
    """Set what is given and differs; returns the names of what did."""
    changed = [
        field
        for field, value in wanted.items()
        if value is not None and value != getattr(row, field)
    ]
    for field in changed:
        setattr(row, field, wanted[field])
    return changed


def _follow(ctx: Context, user: User, profile: Profile) -> None:
    """Bring up to date all that follows from what somebody says, and tell that it changed."""
    user.face = profile.picture if profile.picture_for is Audience.SPACES else None
    _index(user, profile)
    look_again(user.id)
    record(ProfileChanged(user_id=user.id))


def _index(user: User, profile: Profile) -> None:
    """Keep the words that a search of each audience compares with: no hidden field is among them.

    One line a field, so that nobody is found by the end of one and the beginning of the next.
    """

    def words(audience: Audience) -> list[str]:
        shown = [f for f in SEARCHED if getattr(profile, f"{f}_for") is audience]
        return [folded(getattr(profile, field)) for field in shown]

    profile.words_for_spaces = "\n".join([folded(user.name), *words(Audience.SPACES)])
    profile.words_for_leads = "\n".join(words(Audience.LEADS))
