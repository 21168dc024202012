"""shelf units and sizes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import portal.db

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

__all__ = ["portal", "postgresql", "sa"]


def upgrade() -> None:
    op.create_table(
        "trade_fixture",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("category", sa.String(length=120), nullable=False),
        sa.Column("width_mm", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.Column("store_id", sa.Integer(), nullable=False),
        sa.Column("distributor_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("width_mm > 0", name=op.f("ck_trade_fixture_width_mm")),
        sa.ForeignKeyConstraint(
            ["changed_by_id"], ["portal_person.id"], name=op.f("fk_trade_fixture_changed_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["distributor_id"],
            ["portal_distributor.id"],
            name=op.f("fk_trade_fixture_distributor_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["store_id", "distributor_id"],
            ["portal_store.id", "portal_store.distributor_id"],
            name="fk_trade_fixture_store",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trade_fixture")),
        sa.UniqueConstraint("store_id", "name", name=op.f("uq_trade_fixture_store_id_name")),
    )
    with op.batch_alter_table("trade_fixture", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_trade_fixture_distributor_id"), ["distributor_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_trade_fixture_store_id"), ["store_id"], unique=False)

    op.create_table(
        "trade_shelf",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("fixture_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("height_mm", sa.Integer(), nullable=False),
        sa.Column("clear_mm", sa.Integer(), nullable=False),
        sa.Column("store_id", sa.Integer(), nullable=False),
        sa.Column("distributor_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("clear_mm > 0", name=op.f("ck_trade_shelf_clear_mm")),
        sa.ForeignKeyConstraint(
            ["distributor_id"],
            ["portal_distributor.id"],
            name=op.f("fk_trade_shelf_distributor_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["fixture_id"], ["trade_fixture.id"], name=op.f("fk_trade_shelf_fixture_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["store_id", "distributor_id"],
            ["portal_store.id", "portal_store.distributor_id"],
            name="fk_trade_shelf_store",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trade_shelf")),
        sa.UniqueConstraint("fixture_id", "position", name=op.f("uq_trade_shelf_fixture_id_position")),
    )
    with op.batch_alter_table("trade_shelf", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_trade_shelf_distributor_id"), ["distributor_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_trade_shelf_store_id"), ["store_id"], unique=False)

    op.create_table(
        "trade_placement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("shelf_id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("facings", sa.Integer(), nullable=False),
        sa.Column("store_id", sa.Integer(), nullable=False),
        sa.Column("distributor_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("facings > 0", name=op.f("ck_trade_placement_facings")),
        sa.ForeignKeyConstraint(
            ["distributor_id"],
            ["portal_distributor.id"],
            name=op.f("fk_trade_placement_distributor_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["trade_product.id"], name=op.f("fk_trade_placement_product_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["shelf_id"], ["trade_shelf.id"], name=op.f("fk_trade_placement_shelf_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["store_id", "distributor_id"],
            ["portal_store.id", "portal_store.distributor_id"],
            name="fk_trade_placement_store",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trade_placement")),
        sa.UniqueConstraint("shelf_id", "position", name=op.f("uq_trade_placement_shelf_id_position")),
        sa.UniqueConstraint("shelf_id", "product_id", name=op.f("uq_trade_placement_shelf_id_product_id")),
    )
    with op.batch_alter_table("trade_placement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_trade_placement_distributor_id"), ["distributor_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_trade_placement_product_id"), ["product_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_trade_placement_store_id"), ["store_id"], unique=False)

    with op.batch_alter_table("trade_product", schema=None) as batch_op:
        batch_op.add_column(sa.Column("width_mm", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("height_mm", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("depth_mm", sa.Integer(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("trade_product", schema=None) as batch_op:
        batch_op.drop_column("depth_mm")
        batch_op.drop_column("height_mm")
        batch_op.drop_column("width_mm")

    with op.batch_alter_table("trade_placement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_trade_placement_store_id"))
        batch_op.drop_index(batch_op.f("ix_trade_placement_product_id"))
        batch_op.drop_index(batch_op.f("ix_trade_placement_distributor_id"))

    op.drop_table("trade_placement")
    with op.batch_alter_table("trade_shelf", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_trade_shelf_store_id"))
        batch_op.drop_index(batch_op.f("ix_trade_shelf_distributor_id"))

    op.drop_table("trade_shelf")
    with op.batch_alter_table("trade_fixture", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_trade_fixture_store_id"))
        batch_op.drop_index(batch_op.f("ix_trade_fixture_distributor_id"))

    op.drop_table("trade_fixture")
