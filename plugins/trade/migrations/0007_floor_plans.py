"""Floor plans."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import portal.db

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

__all__ = ["portal", "postgresql", "sa"]


def upgrade() -> None:
    op.create_table(
        "trade_floor_plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("width_cm", sa.Integer(), nullable=False),
        sa.Column("depth_cm", sa.Integer(), nullable=False),
        sa.Column("door_x_cm", sa.Integer(), nullable=False),
        sa.Column("door_y_cm", sa.Integer(), nullable=False),
        sa.Column("till_x_cm", sa.Integer(), nullable=False),
        sa.Column("till_y_cm", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.Column("store_id", sa.Integer(), nullable=False),
        sa.Column("distributor_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("width_cm > 0 AND depth_cm > 0", name=op.f("ck_trade_floor_plan_size_cm")),
        sa.ForeignKeyConstraint(
            ["changed_by_id"], ["portal_person.id"], name=op.f("fk_trade_floor_plan_changed_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["distributor_id"],
            ["portal_distributor.id"],
            name=op.f("fk_trade_floor_plan_distributor_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["store_id", "distributor_id"],
            ["portal_store.id", "portal_store.distributor_id"],
            name="fk_trade_floor_plan_store",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trade_floor_plan")),
        sa.UniqueConstraint("store_id", name=op.f("uq_trade_floor_plan_store_id")),
    )
    with op.batch_alter_table("trade_floor_plan", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_trade_floor_plan_distributor_id"), ["distributor_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_trade_floor_plan_store_id"), ["store_id"], unique=False)

    op.create_table(
        "trade_floor_zone",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("floor_id", sa.Integer(), nullable=False),
        sa.Column("category", sa.String(length=120), nullable=False),
        sa.Column("x_cm", sa.Integer(), nullable=False),
        sa.Column("y_cm", sa.Integer(), nullable=False),
        sa.Column("width_cm", sa.Integer(), nullable=False),
        sa.Column("depth_cm", sa.Integer(), nullable=False),
        sa.Column("shelf_cm", sa.Integer(), nullable=False),
        sa.Column("power", sa.Boolean(), nullable=False),
        sa.Column("low", sa.Boolean(), nullable=False),
        sa.Column("fixed", sa.Boolean(), nullable=False),
        sa.Column("goods", sa.String(length=20), nullable=False),
        sa.Column("chilled", sa.Boolean(), nullable=False),
        sa.Column("heavy", sa.Boolean(), nullable=False),
        sa.Column("bought", sa.String(length=20), nullable=False),
        sa.Column("store_id", sa.Integer(), nullable=False),
        sa.Column("distributor_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("width_cm > 0 AND depth_cm > 0 AND shelf_cm > 0", name=op.f("ck_trade_floor_zone_size_cm")),
        sa.ForeignKeyConstraint(
            ["distributor_id"],
            ["portal_distributor.id"],
            name=op.f("fk_trade_floor_zone_distributor_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["floor_id"], ["trade_floor_plan.id"], name=op.f("fk_trade_floor_zone_floor_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["store_id", "distributor_id"],
            ["portal_store.id", "portal_store.distributor_id"],
            name="fk_trade_floor_zone_store",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trade_floor_zone")),
        sa.UniqueConstraint("floor_id", "category", name=op.f("uq_trade_floor_zone_floor_id_category")),
    )
    with op.batch_alter_table("trade_floor_zone", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_trade_floor_zone_distributor_id"), ["distributor_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_trade_floor_zone_store_id"), ["store_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("trade_floor_zone", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_trade_floor_zone_store_id"))
        batch_op.drop_index(batch_op.f("ix_trade_floor_zone_distributor_id"))

    op.drop_table("trade_floor_zone")
    with op.batch_alter_table("trade_floor_plan", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_trade_floor_plan_store_id"))
        batch_op.drop_index(batch_op.f("ix_trade_floor_plan_distributor_id"))

    op.drop_table("trade_floor_plan")
