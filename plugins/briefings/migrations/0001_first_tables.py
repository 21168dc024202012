"""first tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import portal.db

revision = "0001"
down_revision = None
branch_labels = ("briefings",)
depends_on = None

__all__ = ["portal", "postgresql", "sa"]


def upgrade() -> None:
    op.create_table(
        "briefings_briefing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("subtitle", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("period_start", sa.Date(), nullable=False),
        sa.Column("period_end", sa.Date(), nullable=False),
        sa.Column("audience", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("lock_version", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("issued_at", portal.db.UtcDateTime(), nullable=True),
        sa.Column("withdrawn_reason", sa.Text(), nullable=False),
        sa.Column("distributor_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("period_end >= period_start", name=op.f("ck_briefings_briefing_period")),
        sa.ForeignKeyConstraint(
            ["created_by_id"],
            ["portal_person.id"],
            name=op.f("fk_briefings_briefing_created_by_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["distributor_id"],
            ["portal_distributor.id"],
            name=op.f("fk_briefings_briefing_distributor_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_briefings_briefing")),
    )
    with op.batch_alter_table("briefings_briefing", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_briefings_briefing_distributor_id"), ["distributor_id"], unique=False)
        batch_op.create_index("ix_briefings_briefing_list", ["distributor_id", "created_at", "id"], unique=False)

    op.create_table(
        "briefings_edition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("briefing_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("missing", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("finished_at", portal.db.UtcDateTime(), nullable=True),
        sa.Column("downloaded_at", portal.db.UtcDateTime(), nullable=True),
        sa.Column("useful", sa.Boolean(), nullable=True),
        sa.Column("store_id", sa.Integer(), nullable=False),
        sa.Column("distributor_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["briefing_id"],
            ["briefings_briefing.id"],
            name=op.f("fk_briefings_edition_briefing_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["distributor_id"],
            ["portal_distributor.id"],
            name=op.f("fk_briefings_edition_distributor_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["file_id"], ["portal_file.id"], name=op.f("fk_briefings_edition_file_id")),
        sa.ForeignKeyConstraint(
            ["store_id", "distributor_id"],
            ["portal_store.id", "portal_store.distributor_id"],
            name="fk_briefings_edition_store",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_briefings_edition")),
        sa.UniqueConstraint(
            "briefing_id", "store_id", "language", name=op.f("uq_briefings_edition_briefing_id_store_id_language")
        ),
    )
    with op.batch_alter_table("briefings_edition", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_briefings_edition_briefing_id"), ["briefing_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_briefings_edition_distributor_id"), ["distributor_id"], unique=False)
        batch_op.create_index("ix_briefings_edition_newest", ["store_id", "language", "state", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_briefings_edition_store_id"), ["store_id"], unique=False)

    op.create_table(
        "briefings_section",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("briefing_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("lede", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("distributor_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["briefing_id"],
            ["briefings_briefing.id"],
            name=op.f("fk_briefings_section_briefing_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["distributor_id"],
            ["portal_distributor.id"],
            name=op.f("fk_briefings_section_distributor_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_briefings_section")),
        sa.UniqueConstraint("briefing_id", "position", name=op.f("uq_briefings_section_briefing_id_position")),
    )
    with op.batch_alter_table("briefings_section", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_briefings_section_distributor_id"), ["distributor_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("briefings_section", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_briefings_section_distributor_id"))

    op.drop_table("briefings_section")
    with op.batch_alter_table("briefings_edition", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_briefings_edition_store_id"))
        batch_op.drop_index("ix_briefings_edition_newest")
        batch_op.drop_index(batch_op.f("ix_briefings_edition_distributor_id"))
        batch_op.drop_index(batch_op.f("ix_briefings_edition_briefing_id"))

    op.drop_table("briefings_edition")
    with op.batch_alter_table("briefings_briefing", schema=None) as batch_op:
        batch_op.drop_index("ix_briefings_briefing_list")
        batch_op.drop_index(batch_op.f("ix_briefings_briefing_distributor_id"))

    op.drop_table("briefings_briefing")
