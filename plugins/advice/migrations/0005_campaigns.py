"""campaigns."""

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
        "advice_campaign",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("channel", sa.String(length=24), nullable=False),
        sa.Column("category", sa.String(length=120), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=True),
        sa.Column("product_name", sa.Text(), nullable=False),
        sa.Column("price_cut", sa.Integer(), nullable=False),
        sa.Column("cost", portal.db.Money(), nullable=False),
        sa.Column("support", portal.db.Money(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("planned_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("planned_by_id", sa.Integer(), nullable=True),
        sa.Column("cancelled_at", portal.db.UtcDateTime(), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("store_id", sa.Integer(), nullable=False),
        sa.Column("distributor_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_advice_campaign_days")),
        sa.CheckConstraint("price_cut >= 0 AND price_cut < 100", name=op.f("ck_advice_campaign_price_cut")),
        sa.ForeignKeyConstraint(
            ["distributor_id"],
            ["portal_distributor.id"],
            name=op.f("fk_advice_campaign_distributor_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["planned_by_id"], ["portal_person.id"], name=op.f("fk_advice_campaign_planned_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["trade_product.id"], name=op.f("fk_advice_campaign_product_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["store_id", "distributor_id"],
            ["portal_store.id", "portal_store.distributor_id"],
            name="fk_advice_campaign_store",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_advice_campaign")),
    )
    with op.batch_alter_table("advice_campaign", schema=None) as batch_op:
        batch_op.create_index("ix_advice_campaign_days", ["distributor_id", "starts_on", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_advice_campaign_distributor_id"), ["distributor_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_advice_campaign_planned_by_id"), ["planned_by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_advice_campaign_product_id"), ["product_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_advice_campaign_store_id"), ["store_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("advice_campaign", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_advice_campaign_store_id"))
        batch_op.drop_index(batch_op.f("ix_advice_campaign_product_id"))
        batch_op.drop_index(batch_op.f("ix_advice_campaign_planned_by_id"))
        batch_op.drop_index(batch_op.f("ix_advice_campaign_distributor_id"))
        batch_op.drop_index("ix_advice_campaign_days")

    op.drop_table("advice_campaign")
