"""Groups of comparable stores."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import portal.db

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

__all__ = ["portal", "postgresql", "sa"]


def upgrade() -> None:
    op.create_table(
        "trade_cohort",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("quarter", sa.Date(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("members", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("formed_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("distributor_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["distributor_id"],
            ["portal_distributor.id"],
            name=op.f("fk_trade_cohort_distributor_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trade_cohort")),
        sa.UniqueConstraint(
            "distributor_id", "quarter", "label", name=op.f("uq_trade_cohort_distributor_id_quarter_label")
        ),
    )
    with op.batch_alter_table("trade_cohort", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_trade_cohort_distributor_id"), ["distributor_id"], unique=False)

    op.create_table(
        "trade_cohort_month",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("steps", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("published_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("distributor_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cohort_id"], ["trade_cohort.id"], name=op.f("fk_trade_cohort_month_cohort_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["distributor_id"],
            ["portal_distributor.id"],
            name=op.f("fk_trade_cohort_month_distributor_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trade_cohort_month")),
        sa.UniqueConstraint("cohort_id", "month", name=op.f("uq_trade_cohort_month_cohort_id_month")),
    )
    with op.batch_alter_table("trade_cohort_month", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_trade_cohort_month_distributor_id"), ["distributor_id"], unique=False)

    op.create_table(
        "trade_cohort_seat",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("quarter", sa.Date(), nullable=False),
        sa.Column("store_id", sa.Integer(), nullable=False),
        sa.Column("distributor_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cohort_id"], ["trade_cohort.id"], name=op.f("fk_trade_cohort_seat_cohort_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["distributor_id"],
            ["portal_distributor.id"],
            name=op.f("fk_trade_cohort_seat_distributor_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["store_id", "distributor_id"],
            ["portal_store.id", "portal_store.distributor_id"],
            name="fk_trade_cohort_seat_store",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trade_cohort_seat")),
        sa.UniqueConstraint("store_id", "quarter", name=op.f("uq_trade_cohort_seat_store_id_quarter")),
    )
    with op.batch_alter_table("trade_cohort_seat", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_trade_cohort_seat_cohort_id"), ["cohort_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_trade_cohort_seat_distributor_id"), ["distributor_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_trade_cohort_seat_store_id"), ["store_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("trade_cohort_seat", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_trade_cohort_seat_store_id"))
        batch_op.drop_index(batch_op.f("ix_trade_cohort_seat_distributor_id"))
        batch_op.drop_index(batch_op.f("ix_trade_cohort_seat_cohort_id"))

    op.drop_table("trade_cohort_seat")
    with op.batch_alter_table("trade_cohort_month", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_trade_cohort_month_distributor_id"))

    op.drop_table("trade_cohort_month")
    with op.batch_alter_table("trade_cohort", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_trade_cohort_distributor_id"))

    op.drop_table("trade_cohort")
