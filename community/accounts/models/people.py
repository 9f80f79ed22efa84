"""People, what they say about themselves, their sign-ins and their API tokens."""

import datetime as dt
import enum
import uuid
from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, validates

from community.accounts.rules.search import folded
from community.kernel.db import Keyed, choice


class Audience(enum.StrEnum):
    """Whom somebody shows a field of their profile to; each sees what the one before sees."""

    SELF = "self"  # nobody else
    LEADS = "leads"  # whoever owns, organises or facilitates a space they belong to
    SPACES = "spaces"  # whoever belongs to a space they belong to


# Where somebody is, is shown by nobody but themselves; the rest is written for others to read.
AT_FIRST: Mapping[str, Audience] = {
    "pronouns": Audience.SPACES,
    "organisation": Audience.SPACES,
    "place": Audience.SELF,
    "zone": Audience.SELF,
    "languages": Audience.SPACES,
    "about": Audience.SPACES,
    "picture": Audience.SPACES,
}


class User(Keyed):
    """A person with an account; ``email`` is kept in the folded form people are found by.

    ``from_archive``: no account, but a name that what was brought in from elsewhere stands under.
    Nobody can sign in as it, it has no address, and no list of people holds it.
    """

    __tablename__ = "user_account"
    __table_args__ = (
        sa.CheckConstraint(
            "NOT from_archive"
            " OR (password_hash IS NULL AND deactivated_at IS NOT NULL AND NOT admin)",
            name="archived_authors_stay_out",
        ),
    )

    email: Mapped[str] = mapped_column(sa.String(254), unique=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    # what a search for the name compares with; None: written by the release before
    name_folded: Mapped[str | None] = mapped_column(sa.Text, index=True)
    password_hash: Mapped[str | None] = mapped_column(sa.String(255))  # None: cannot sign in yet
    zone: Mapped[str] = mapped_column(sa.String(64), default="UTC")
    language: Mapped[str] = mapped_column(sa.String(16), default="en")
    # the digest of their picture where everybody in their spaces may see it: beside what they say
    face: Mapped[str | None] = mapped_column(sa.String(64))
    admin: Mapped[bool] = mapped_column(default=False)  # runs the installation; no blanket rights
    created_at: Mapped[dt.datetime]
    deactivated_at: Mapped[dt.datetime | None]
    deleted_at: Mapped[dt.datetime | None]  # by themself, for good
    email_verified_at: Mapped[dt.datetime | None]  # a letter to ``email`` was opened
    from_archive: Mapped[bool] = mapped_column(default=False, server_default=sa.false())

    @validates("name")
    def _fold_name(self, _key: str, name: str) -> str:
        self.name_folded = folded(name)
        return name


class Profile(Keyed):
    """What somebody says about themselves, and to whom; ``..._for`` is the audience of a field.

    The name has no audience: it stands beside what one writes. ``words_for_...`` are what a search
    compares with, folded: the name and the fields shown to that audience, and no hidden one.
    """

    __tablename__ = "profile"

    user_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user_account.id"), unique=True)
    pronouns: Mapped[str] = mapped_column(sa.String(40), default="")
    organisation: Mapped[str] = mapped_column(sa.String(120), default="")
    place: Mapped[str] = mapped_column(sa.String(80), default="")
    languages: Mapped[str] = mapped_column(sa.String(120), default="")  # those one speaks
    about: Mapped[str] = mapped_column(sa.Text, default="")  # Markdown
    about_html: Mapped[str] = mapped_column(sa.Text, default="")
    picture: Mapped[str | None] = mapped_column(sa.String(64))  # the digest of the portrait
    pronouns_for: Mapped[Audience] = mapped_column(choice(Audience, name="pronouns_for"))
    organisation_for: Mapped[Audience] = mapped_column(choice(Audience, name="organisation_for"))
    place_for: Mapped[Audience] = mapped_column(choice(Audience, name="place_for"))
    zone_for: Mapped[Audience] = mapped_column(choice(Audience, name="zone_for"))
    languages_for: Mapped[Audience] = mapped_column(choice(Audience, name="languages_for"))
    about_for: Mapped[Audience] = mapped_column(choice(Audience, name="about_for"))
    picture_for: Mapped[Audience] = mapped_column(choice(Audience, name="picture_for"))
    words_for_spaces: Mapped[str] = mapped_column(sa.Text, default="")
    words_for_leads: Mapped[str] = mapped_column(sa.Text, default="")


class Portrait(Keyed):
    """Somebody's picture, square, in two sizes, made anew from what they sent."""

    __tablename__ = "portrait"

    user_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user_account.id"), unique=True)
    digest: Mapped[str] = mapped_column(sa.String(64))  # SHA-256 of the large one, hexadecimal
    large: Mapped[bytes] = mapped_column(sa.LargeBinary)
    small: Mapped[bytes] = mapped_column(sa.LargeBinary)
    made_at: Mapped[dt.datetime]


class SignIn(Keyed):
    """One signed-in browser; the session cookie holds its id, so ending the row ends the cookie."""

    __tablename__ = "sign_in"

    user_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    created_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None]
    device: Mapped[str | None] = mapped_column(sa.String(80))  # coarse: "Firefox on Linux"
    seen_at: Mapped[dt.datetime | None]  # to the hour or so
    # when its owner came back by it after days away, and when they had been seen last
    back_at: Mapped[dt.datetime | None]
    away_since: Mapped[dt.datetime | None]
    proved_at: Mapped[dt.datetime | None]  # when somebody last proved to be the person
    # whether a second factor stood behind it: a code, or a passkey that knew its owner
    strong: Mapped[bool] = mapped_column(default=False, server_default=sa.false())


class ApiToken(Keyed):
    """A bearer token for a person's program; only its digest is kept."""

    __tablename__ = "api_token"

    user_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    label: Mapped[str] = mapped_column(sa.String(80))
    digest: Mapped[str] = mapped_column(sa.String(64), unique=True)  # SHA-256, hexadecimal
    created_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]
    revoked_at: Mapped[dt.datetime | None]
    # what it may be used for, a blank between; tokens older than scopes may do what they could
    scopes: Mapped[str] = mapped_column(sa.String(80), server_default="read write account")
    used_at: Mapped[dt.datetime | None]  # to the hour or so


class Purpose(enum.StrEnum):
    """What opening a letter proves an address for."""

    VERIFY = "verify"  # the address of an account
    RESET = "reset"  # a password was lost
    CHANGE = "change"  # the next address of an account
    UNDO = "undo"  # the former address of an account, to have it back


class EmailProof(Keyed):
    """A link in a letter that proves an address, once; only its secret's digest is kept.

    Who asked to reset a password is nobody yet: ``user_id`` is None there, so that a row is made
    whether somebody has the address or not.
    """

    __tablename__ = "email_proof"
    __table_args__ = (sa.Index("ix_email_proof_email", "email", "purpose"),)

    purpose: Mapped[Purpose] = mapped_column(choice(Purpose))
    user_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    email: Mapped[str] = mapped_column(sa.String(254))  # folded
    digest: Mapped[str] = mapped_column(sa.String(64), unique=True)  # SHA-256, hexadecimal
    created_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None]  # used, or another took its place


class Registration(Keyed):
    """Somebody who wants an account and has not opened our letter yet; it owns no address.

    ``invitation_id`` is what a feature above lets them in by; accounts only hands it on.
    """

    __tablename__ = "registration"

    email: Mapped[str] = mapped_column(sa.String(254))  # folded
    name: Mapped[str] = mapped_column(sa.String(120))
    password_hash: Mapped[str] = mapped_column(sa.String(255))
    zone: Mapped[str] = mapped_column(sa.String(64))
    language: Mapped[str] = mapped_column(sa.String(16))
    invitation_id: Mapped[uuid.UUID | None]
    digest: Mapped[str] = mapped_column(sa.String(64), unique=True)  # SHA-256, hexadecimal
    created_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime] = mapped_column(index=True)


class RegistrationMode(enum.StrEnum):
    """Who may make an account."""

    OPEN = "open"  # whoever has an address
    INVITATION = "invitation"  # whoever was invited
    CLOSED = "closed"  # nobody


class SiteSettings(Keyed):
    """What an administrator decides while the site runs: one row, made by the first change."""

    __tablename__ = "site_settings"
    __table_args__ = (sa.CheckConstraint("one = 1", name="one"),)

    one: Mapped[int] = mapped_column(default=1, unique=True)  # there is no second
    registration: Mapped[RegistrationMode] = mapped_column(
        choice(RegistrationMode), server_default=RegistrationMode.INVITATION.value
    )
    changed_at: Mapped[dt.datetime]
    changed_by: Mapped[uuid.UUID | None]  # None: at the command line
