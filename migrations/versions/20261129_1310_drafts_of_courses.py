"""Drafts of courses.

Revises: 4e8d61c75b20
"""

import sqlalchemy as sa
from alembic import op

revision = "7b53e0d91c46"
down_revision = "4e8d61c75b20"
branch_labels = None
depends_on = None

PHASE = sa.Enum(
    "before", "during", "after", name="phase", native_enum=False, create_constraint=True, length=32
)


def changed() -> tuple[sa.Column, ...]:
    return (
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
    )


def key(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"))


def upgrade() -> None:
    op.create_table(
        "course_draft",
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("based_on", sa.Uuid(), nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("licence", sa.String(length=64), nullable=False),
        sa.Column("summary", sa.String(length=300), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("edits", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        *changed(),
        key("course_draft", "course_id", "course"),
        key("course_draft", "based_on", "course_version"),
        key("course_draft", "changed_by", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_draft")),
        sa.UniqueConstraint("course_id", name=op.f("uq_course_draft_course_id")),
    )
    op.create_table(
        "draft_module",
        sa.Column("draft_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("lineage", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("summary", sa.String(length=300), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("opens_later", sa.Boolean(), nullable=False),
        *changed(),
        key("draft_module", "draft_id", "course_draft"),
        key("draft_module", "changed_by", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_module")),
        sa.UniqueConstraint("draft_id", "slug", name=op.f("uq_draft_module_draft_id_slug")),
        sa.UniqueConstraint("draft_id", "lineage", name=op.f("uq_draft_module_draft_id_lineage")),
    )
    op.create_table(
        "draft_activity",
        sa.Column("draft_id", sa.Uuid(), nullable=False),
        sa.Column("module_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("lineage", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("phase", PHASE, nullable=True),
        sa.Column("front", sa.JSON(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        *changed(),
        key("draft_activity", "draft_id", "course_draft"),
        key("draft_activity", "module_id", "draft_module"),
        key("draft_activity", "changed_by", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_activity")),
        sa.UniqueConstraint("module_id", "slug", name=op.f("uq_draft_activity_module_id_slug")),
        sa.UniqueConstraint("draft_id", "lineage", name=op.f("uq_draft_activity_draft_id_lineage")),
    )
    op.create_table(
        "draft_asset",
        sa.Column("draft_id", sa.Uuid(), nullable=False),
        sa.Column("path", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=80), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        key("draft_asset", "draft_id", "course_draft"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_asset")),
        sa.UniqueConstraint("draft_id", "path", name=op.f("uq_draft_asset_draft_id_path")),
    )


def downgrade() -> None:
    for table in ("draft_asset", "draft_activity", "draft_module", "course_draft"):
        op.drop_table(table)
