"""Receipts."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import portal.db

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

__all__ = ["portal", "postgresql", "sa"]


def upgrade() -> None:
    op.create_table(
        "trade_receipt_block",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("block", sa.LargeBinary(), nullable=False),
        sa.Column("changed_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("store_id", sa.Integer(), nullable=False),
        sa.Column("distributor_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["distributor_id"],
            ["portal_distributor.id"],
            name=op.f("fk_trade_receipt_block_distributor_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["store_id", "distributor_id"],
            ["portal_store.id", "portal_store.distributor_id"],
            name="fk_trade_receipt_block_store",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trade_receipt_block")),
        sa.UniqueConstraint("store_id", "month", name=op.f("uq_trade_receipt_block_store_id_month")),
    )
    with op.batch_alter_table("trade_receipt_block", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_trade_receipt_block_distributor_id"), ["distributor_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_trade_receipt_block_store_id"), ["store_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("trade_receipt_block", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_trade_receipt_block_store_id"))
        batch_op.drop_index(batch_op.f("ix_trade_receipt_block_distributor_id"))

    op.drop_table("trade_receipt_block")
