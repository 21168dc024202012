"""what stores pay to be open."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import portal.db

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

__all__ = ["portal", "postgresql", "sa"]


def upgrade() -> None:
    op.create_table(
        "trade_store_cost",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("amount", portal.db.Money(), nullable=False),
        sa.Column("told_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("told_by_id", sa.Integer(), nullable=True),
        sa.Column("store_id", sa.Integer(), nullable=False),
        sa.Column("distributor_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_trade_store_cost_amount")),
        sa.ForeignKeyConstraint(
            ["distributor_id"],
            ["portal_distributor.id"],
            name=op.f("fk_trade_store_cost_distributor_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["store_id", "distributor_id"],
            ["portal_store.id", "portal_store.distributor_id"],
            name="fk_trade_store_cost_store",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["told_by_id"], ["portal_person.id"], name=op.f("fk_trade_store_cost_told_by_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trade_store_cost")),
        sa.UniqueConstraint("store_id", "month", "kind", name=op.f("uq_trade_store_cost_store_id_month_kind")),
    )
    with op.batch_alter_table("trade_store_cost", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_trade_store_cost_distributor_id"), ["distributor_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_trade_store_cost_store_id"), ["store_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("trade_store_cost", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_trade_store_cost_store_id"))
        batch_op.drop_index(batch_op.f("ix_trade_store_cost_distributor_id"))

    op.drop_table("trade_store_cost")
