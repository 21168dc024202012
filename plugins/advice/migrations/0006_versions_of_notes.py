"""versions of notes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import portal.db

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

__all__ = ["portal", "postgresql", "sa"]


def upgrade() -> None:
    op.create_table(
        "advice_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("note_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("gain", portal.db.Money(), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("audience", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("shown_pictures", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("change", sa.String(length=200), nullable=False),
        sa.Column("writers", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("edits", sa.Integer(), nullable=False),
        sa.Column("review_note", sa.Text(), nullable=False),
        sa.Column("approved_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("changed_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("published_at", portal.db.UtcDateTime(), nullable=True),
        sa.Column("distributor_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["approved_by_id"], ["portal_person.id"], name=op.f("fk_advice_version_approved_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["distributor_id"],
            ["portal_distributor.id"],
            name=op.f("fk_advice_version_distributor_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["note_id"], ["advice_note.id"], name=op.f("fk_advice_version_note_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_advice_version")),
        sa.UniqueConstraint("note_id", "number", name=op.f("uq_advice_version_note_id_number")),
    )
    with op.batch_alter_table("advice_version", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_advice_version_distributor_id"), ["distributor_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_advice_version_note_id"), ["note_id"], unique=False)
        batch_op.create_index(
            "uq_advice_version_working",
            ["note_id"],
            unique=True,
            sqlite_where=sa.text("state <> 'published'"),
            postgresql_where=sa.text("state <> 'published'"),
        )

    with op.batch_alter_table("advice_note", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("shown_pictures", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True)
        )
        batch_op.add_column(
            sa.Column(
                "writers", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False, server_default="[]"
            )
        )
        batch_op.add_column(sa.Column("edits", sa.Integer(), nullable=False, server_default="0"))

    with op.batch_alter_table("advice_note", schema=None) as batch_op:
        batch_op.alter_column("writers", server_default=None)  # they were for the notes that there are
        batch_op.alter_column("edits", server_default=None)
    _remember_what_is_published()

    with op.batch_alter_table("advice_recipient", schema=None) as batch_op:
        batch_op.add_column(sa.Column("seen_version", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("answered_version", sa.Integer(), nullable=True))


def _remember_what_is_published() -> None:
    """Each note that was published gets its present text as a version."""
    if op.get_bind().dialect.name == "postgresql":
        none = "CAST('[]' AS JSONB)"
        pictures = f"(SELECT COALESCE(JSONB_AGG(p.position ORDER BY p.position), {none})"
    else:
        none, pictures = "'[]'", "(SELECT JSON_GROUP_ARRAY(p.position)"
    pictures += " FROM advice_picture p WHERE p.note_id = n.id)"
    op.execute(
        f"""
        INSERT INTO advice_version (note_id, number, state, title, kind, reason, text, gain, minutes, audience, shown_pictures,
            change, writers, edits, review_note, approved_by_id, created_at, changed_at, published_at, distributor_id)
        SELECT n.id, n.version, 'published', n.title, n.kind, n.reason, n.text, n.gain, n.minutes, n.audience, {pictures},
            '', {none}, 0, '', n.reviewer_id, n.created_at, n.changed_at, n.published_at, n.distributor_id
        FROM advice_note n WHERE n.state IN ('published', 'withdrawn')
        """  # noqa: S608 (texts of this file)
    )


def downgrade() -> None:
    with op.batch_alter_table("advice_recipient", schema=None) as batch_op:
        batch_op.drop_column("answered_version")
        batch_op.drop_column("seen_version")

    with op.batch_alter_table("advice_note", schema=None) as batch_op:
        batch_op.drop_column("edits")
        batch_op.drop_column("writers")
        batch_op.drop_column("shown_pictures")

    with op.batch_alter_table("advice_version", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_advice_version_working",
            sqlite_where=sa.text("state <> 'published'"),
            postgresql_where=sa.text("state <> 'published'"),
        )
        batch_op.drop_index(batch_op.f("ix_advice_version_note_id"))
        batch_op.drop_index(batch_op.f("ix_advice_version_distributor_id"))

    op.drop_table("advice_version")
