"""What people say about themselves, to whom, and their pictures.

Revises: 8a41c07d5be2

Everybody gets a row, by which their name is found; who has none yet (the release before this one
makes accounts without) is read as somebody who has said nothing.
"""

import unicodedata
import uuid

import sqlalchemy as sa
from alembic import op

revision = "c41f7e02a9d6"
down_revision = "8a41c07d5be2"
branch_labels = None
depends_on = None

BATCH = 1_000
SHOWN_BY_ITSELF = ("pronouns", "organisation", "languages", "about", "picture")
HIDDEN = ("place", "zone")


def _audience(name: str) -> sa.Enum:
    return sa.Enum(
        *("self", "leads", "spaces"),
        name=name,
        native_enum=False,
        create_constraint=True,
        length=32,
    )


def upgrade() -> None:
    profile = op.create_table(
        "profile",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("pronouns", sa.String(length=40), nullable=False),
        sa.Column("organisation", sa.String(length=120), nullable=False),
        sa.Column("place", sa.String(length=80), nullable=False),
        sa.Column("languages", sa.String(length=120), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("about_html", sa.Text(), nullable=False),
        sa.Column("picture", sa.String(length=64), nullable=True),
        sa.Column("pronouns_for", _audience("pronouns_for"), nullable=False),
        sa.Column("organisation_for", _audience("organisation_for"), nullable=False),
        sa.Column("place_for", _audience("place_for"), nullable=False),
        sa.Column("zone_for", _audience("zone_for"), nullable=False),
        sa.Column("languages_for", _audience("languages_for"), nullable=False),
        sa.Column("about_for", _audience("about_for"), nullable=False),
        sa.Column("picture_for", _audience("picture_for"), nullable=False),
        sa.Column("words_for_spaces", sa.Text(), nullable=False),
        sa.Column("words_for_leads", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_profile_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_profile")),
        sa.UniqueConstraint("user_id", name=op.f("uq_profile_user_id")),
    )
    op.create_table(
        "portrait",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("large", sa.LargeBinary(), nullable=False),
        sa.Column("small", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_portrait_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portrait")),
        sa.UniqueConstraint("user_id", name=op.f("uq_portrait_user_id")),
    )
    _fill(profile)


def _fill(profile: sa.Table) -> None:
    people = sa.table("user_account", sa.column("id", sa.Uuid()), sa.column("name", sa.String()))
    rows = op.get_bind().execute(sa.select(people.c.id, people.c.name)).all()
    texts = ("pronouns", "organisation", "place", "languages", "about", "about_html")
    for start in range(0, len(rows), BATCH):
        op.bulk_insert(
            profile,
            [
                {
                    "id": uuid.uuid4(),
                    "user_id": row.id,
                    **dict.fromkeys(texts, ""),
                    "picture": None,
                    **{f"{field}_for": "spaces" for field in SHOWN_BY_ITSELF},
                    **{f"{field}_for": "self" for field in HIDDEN},
                    "words_for_spaces": _folded(row.name),
                    "words_for_leads": "",
                }
                for row in rows[start : start + BATCH]
            ],
        )


def _folded(text: str) -> str:
    """Return a text as it is searched: without case and accents."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def downgrade() -> None:
    op.drop_table("portrait")
    op.drop_table("profile")
