"""first tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import portal.db

revision = "0001"
down_revision = None
branch_labels = ("advice",)
depends_on = None

__all__ = ["portal", "postgresql", "sa"]


def upgrade() -> None:
    op.create_table(
        "advice_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("gain", portal.db.Money(), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("audience", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("reviewer_id", sa.Integer(), nullable=True),
        sa.Column("review_note", sa.Text(), nullable=False),
        sa.Column("created_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("changed_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("published_at", portal.db.UtcDateTime(), nullable=True),
        sa.Column("distributor_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["portal_person.id"], name=op.f("fk_advice_note_author_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["distributor_id"],
            ["portal_distributor.id"],
            name=op.f("fk_advice_note_distributor_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["reviewer_id"], ["portal_person.id"], name=op.f("fk_advice_note_reviewer_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_advice_note")),
    )
    with op.batch_alter_table("advice_note", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_advice_note_distributor_id"), ["distributor_id"], unique=False)
        batch_op.create_index("ix_advice_note_state", ["distributor_id", "state", "changed_at", "id"], unique=False)

    op.create_table(
        "advice_picture",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("note_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("caption", sa.Text(), nullable=False),
        sa.Column("distributor_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["distributor_id"],
            ["portal_distributor.id"],
            name=op.f("fk_advice_picture_distributor_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["file_id"], ["portal_file.id"], name=op.f("fk_advice_picture_file_id")),
        sa.ForeignKeyConstraint(
            ["note_id"], ["advice_note.id"], name=op.f("fk_advice_picture_note_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_advice_picture")),
        sa.UniqueConstraint("note_id", "position", name=op.f("uq_advice_picture_note_id_position")),
    )
    with op.batch_alter_table("advice_picture", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_advice_picture_distributor_id"), ["distributor_id"], unique=False)

    op.create_table(
        "advice_recipient",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("note_id", sa.Integer(), nullable=False),
        sa.Column("published_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("seen_at", portal.db.UtcDateTime(), nullable=True),
        sa.Column("answered_at", portal.db.UtcDateTime(), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("useful", sa.Boolean(), nullable=True),
        sa.Column("store_id", sa.Integer(), nullable=False),
        sa.Column("distributor_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["answered_by_id"],
            ["portal_person.id"],
            name=op.f("fk_advice_recipient_answered_by_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["distributor_id"],
            ["portal_distributor.id"],
            name=op.f("fk_advice_recipient_distributor_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["note_id"], ["advice_note.id"], name=op.f("fk_advice_recipient_note_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["store_id", "distributor_id"],
            ["portal_store.id", "portal_store.distributor_id"],
            name="fk_advice_recipient_store",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_advice_recipient")),
        sa.UniqueConstraint("note_id", "store_id", name=op.f("uq_advice_recipient_note_id_store_id")),
    )
    with op.batch_alter_table("advice_recipient", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_advice_recipient_distributor_id"), ["distributor_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_advice_recipient_note_id"), ["note_id"], unique=False)
        batch_op.create_index("ix_advice_recipient_open", ["store_id", "state", "published_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_advice_recipient_store_id"), ["store_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("advice_recipient", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_advice_recipient_store_id"))
        batch_op.drop_index("ix_advice_recipient_open")
        batch_op.drop_index(batch_op.f("ix_advice_recipient_note_id"))
        batch_op.drop_index(batch_op.f("ix_advice_recipient_distributor_id"))

    op.drop_table("advice_recipient")
    with op.batch_alter_table("advice_picture", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_advice_picture_distributor_id"))

    op.drop_table("advice_picture")
    with op.batch_alter_table("advice_note", schema=None) as batch_op:
        batch_op.drop_index("ix_advice_note_state")
        batch_op.drop_index(batch_op.f("ix_advice_note_distributor_id"))

    op.drop_table("advice_note")
