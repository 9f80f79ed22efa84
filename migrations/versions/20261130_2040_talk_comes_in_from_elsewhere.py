"""Archives of mail are brought into spaces.

Revises: 859bc32f07d0
"""

import sqlalchemy as sa
from alembic import op

revision = "5d20c9e47ab1"
down_revision = "859bc32f07d0"
branch_labels = None
depends_on = None

OUT = "NOT from_archive OR (password_hash IS NULL AND deactivated_at IS NOT NULL AND NOT admin)"
GOING_ON = sa.text("state IN ('reading', 'writing', 'leaving')")
# The release before knows nobody who has no account: to it they are accounts that were deleted, of
# an address by which they are known again on the way up.
STAYS_OUT = sa.text(
    "UPDATE user_account SET deleted_at = deactivated_at,"
    " email = replace(email, '@deleted.invalid', '@archive.invalid') WHERE from_archive"
)
COMES_BACK = sa.text(
    "UPDATE user_account SET from_archive = true, deleted_at = NULL,"
    " email = replace(email, '@archive.invalid', '@deleted.invalid')"
    " WHERE email LIKE '%@archive.invalid' AND deleted_at IS NOT NULL"
    " AND password_hash IS NULL AND NOT admin"
)


def upgrade() -> None:
    with op.batch_alter_table("user_account") as table:
        table.add_column(
            sa.Column("from_archive", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        table.create_check_constraint(
            op.f("ck_user_account_archived_authors_stay_out"), sa.text(OUT)
        )
    op.execute(COMES_BACK)
    op.add_column("thread", sa.Column("history", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "mail_import",
        sa.Column("space_id", sa.Uuid(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("stored_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                *("mail", "talk"),
                name="import_kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                *("reading", "writing", "done", "failed", "leaving", "gone"),
                name="mail_state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.Column("kept", sa.Integer(), nullable=False),
        sa.Column("written", sa.Integer(), nullable=False),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["space_id"], ["space.id"], name=op.f("fk_mail_import_space_id_space")
        ),
        sa.ForeignKeyConstraint(
            ["by_id"], ["user_account.id"], name=op.f("fk_mail_import_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["stored_id"], ["stored_file.id"], name=op.f("fk_mail_import_stored_id_stored_file")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_import")),
    )
    for column in ("space_id", "by_id", "stored_id"):
        op.create_index(op.f(f"ix_mail_import_{column}"), "mail_import", [column])
    op.create_index(
        "uq_mail_import_going_on",
        "mail_import",
        ["space_id"],
        unique=True,
        postgresql_where=GOING_ON,
        sqlite_where=GOING_ON,
    )
    op.create_table(
        "mail_author",
        sa.Column("space_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["space_id"], ["space.id"], name=op.f("fk_mail_author_space_id_space")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_mail_author_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_author")),
        sa.UniqueConstraint("space_id", "key", name=op.f("uq_mail_author_space_id_key")),
        sa.UniqueConstraint("user_id", name=op.f("uq_mail_author_user_id")),
    )
    op.create_table(
        "mail_message",
        sa.Column("space_id", sa.Uuid(), nullable=False),
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("root", sa.String(64), nullable=False),
        sa.Column("parent", sa.String(64), nullable=True),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("offset", sa.BigInteger(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("notes", sa.String(120), nullable=False),
        sa.Column("post_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["space_id"], ["space.id"], name=op.f("fk_mail_message_space_id_space")
        ),
        sa.ForeignKeyConstraint(
            ["import_id"], ["mail_import.id"], name=op.f("fk_mail_message_import_id_mail_import")
        ),
        sa.ForeignKeyConstraint(
            ["post_id"], ["post.id"], name=op.f("fk_mail_message_post_id_post")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_message")),
        sa.UniqueConstraint("space_id", "key", name=op.f("uq_mail_message_space_id_key")),
        sa.UniqueConstraint("import_id", "place", name=op.f("uq_mail_message_import_id_place")),
        sa.UniqueConstraint("post_id", name=op.f("uq_mail_message_post_id")),
    )


def downgrade() -> None:
    for table in ("mail_message", "mail_author"):
        op.drop_table(table)
    op.drop_index("uq_mail_import_going_on", table_name="mail_import")
    for column in ("space_id", "by_id", "stored_id"):
        op.drop_index(op.f(f"ix_mail_import_{column}"), table_name="mail_import")
    op.drop_table("mail_import")
    with op.batch_alter_table("thread") as table:
        table.drop_column("history")
    op.execute(STAYS_OUT)
    with op.batch_alter_table("user_account") as table:
        table.drop_constraint(op.f("ck_user_account_archived_authors_stay_out"), type_="check")
        table.drop_column("from_archive")
