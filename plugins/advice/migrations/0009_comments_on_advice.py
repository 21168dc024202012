"""Comments on advice."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import portal.db

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

__all__ = ["portal", "postgresql", "sa"]


def upgrade() -> None:
    op.create_table(
        "advice_comment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("note_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("by_store", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("store_id", sa.Integer(), nullable=False),
        sa.Column("distributor_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["portal_person.id"], name=op.f("fk_advice_comment_author_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["distributor_id"],
            ["portal_distributor.id"],
            name=op.f("fk_advice_comment_distributor_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["note_id"], ["advice_note.id"], name=op.f("fk_advice_comment_note_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["store_id", "distributor_id"],
            ["portal_store.id", "portal_store.distributor_id"],
            name="fk_advice_comment_store",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_advice_comment")),
    )
    with op.batch_alter_table("advice_comment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_advice_comment_distributor_id"), ["distributor_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_advice_comment_store_id"), ["store_id"], unique=False)
        batch_op.create_index("ix_advice_comment_thread", ["note_id", "store_id", "id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("advice_comment", schema=None) as batch_op:
        batch_op.drop_index("ix_advice_comment_thread")
        batch_op.drop_index(batch_op.f("ix_advice_comment_store_id"))
        batch_op.drop_index(batch_op.f("ix_advice_comment_distributor_id"))

    op.drop_table("advice_comment")
