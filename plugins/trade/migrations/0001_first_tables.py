"""first tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import portal.db

revision = "0001"
down_revision = None
branch_labels = ("trade",)
depends_on = None

__all__ = ["portal", "postgresql", "sa"]


def upgrade() -> None:
    op.create_table(
        "trade_product",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("barcode", sa.String(length=40), nullable=False),
        sa.Column("brand", sa.Text(), nullable=False),
        sa.Column("own_brand", sa.Boolean(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("pack_size", sa.Integer(), nullable=False),
        sa.Column("price", portal.db.Money(), nullable=True),
        sa.Column("cost", portal.db.Money(), nullable=True),
        sa.Column("shelf_life_days", sa.Integer(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("distributor_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["distributor_id"],
            ["portal_distributor.id"],
            name=op.f("fk_trade_product_distributor_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trade_product")),
        sa.UniqueConstraint("distributor_id", "code", name=op.f("uq_trade_product_distributor_id_code")),
    )
    with op.batch_alter_table("trade_product", schema=None) as batch_op:
        batch_op.create_index("ix_trade_product_barcode", ["barcode"], unique=False)
        batch_op.create_index(batch_op.f("ix_trade_product_distributor_id"), ["distributor_id"], unique=False)

    op.create_table(
        "trade_upload",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("store_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("counts", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("created_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("distributor_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["distributor_id"],
            ["portal_distributor.id"],
            name=op.f("fk_trade_upload_distributor_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["portal_person.id"], name=op.f("fk_trade_upload_person_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trade_upload")),
    )
    with op.batch_alter_table("trade_upload", schema=None) as batch_op:
        batch_op.create_index("ix_trade_upload_at", ["distributor_id", "created_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_trade_upload_distributor_id"), ["distributor_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_trade_upload_sha256"), ["sha256"], unique=False)

    op.create_table(
        "trade_batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("store_id", sa.Integer(), nullable=False),
        sa.Column("distributor_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("units >= 0", name=op.f("ck_trade_batch_units")),
        sa.ForeignKeyConstraint(
            ["distributor_id"],
            ["portal_distributor.id"],
            name=op.f("fk_trade_batch_distributor_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["trade_product.id"], name=op.f("fk_trade_batch_product_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["store_id", "distributor_id"],
            ["portal_store.id", "portal_store.distributor_id"],
            name="fk_trade_batch_store",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trade_batch")),
        sa.UniqueConstraint("store_id", "product_id", "number", name=op.f("uq_trade_batch_store_id_product_id_number")),
    )
    with op.batch_alter_table("trade_batch", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_trade_batch_distributor_id"), ["distributor_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_trade_batch_expires_on"), ["expires_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_trade_batch_number"), ["number"], unique=False)
        batch_op.create_index(batch_op.f("ix_trade_batch_product_id"), ["product_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_trade_batch_store_id"), ["store_id"], unique=False)

    op.create_table(
        "trade_sales_month",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("block", sa.LargeBinary(), nullable=False),
        sa.Column("changed_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("store_id", sa.Integer(), nullable=False),
        sa.Column("distributor_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["distributor_id"],
            ["portal_distributor.id"],
            name=op.f("fk_trade_sales_month_distributor_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["store_id", "distributor_id"],
            ["portal_store.id", "portal_store.distributor_id"],
            name="fk_trade_sales_month_store",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trade_sales_month")),
        sa.UniqueConstraint("store_id", "month", name=op.f("uq_trade_sales_month_store_id_month")),
    )
    with op.batch_alter_table("trade_sales_month", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_trade_sales_month_distributor_id"), ["distributor_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_trade_sales_month_store_id"), ["store_id"], unique=False)

    op.create_table(
        "trade_stock",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("on_hand", sa.Integer(), nullable=False),
        sa.Column("on_order", sa.Integer(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("store_id", sa.Integer(), nullable=False),
        sa.Column("distributor_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("on_hand >= 0", name=op.f("ck_trade_stock_on_hand")),
        sa.ForeignKeyConstraint(
            ["distributor_id"],
            ["portal_distributor.id"],
            name=op.f("fk_trade_stock_distributor_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["trade_product.id"], name=op.f("fk_trade_stock_product_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["store_id", "distributor_id"],
            ["portal_store.id", "portal_store.distributor_id"],
            name="fk_trade_stock_store",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trade_stock")),
        sa.UniqueConstraint("store_id", "product_id", name=op.f("uq_trade_stock_store_id_product_id")),
    )
    with op.batch_alter_table("trade_stock", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_trade_stock_distributor_id"), ["distributor_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_trade_stock_product_id"), ["product_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_trade_stock_store_id"), ["store_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("trade_stock", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_trade_stock_store_id"))
        batch_op.drop_index(batch_op.f("ix_trade_stock_product_id"))
        batch_op.drop_index(batch_op.f("ix_trade_stock_distributor_id"))

    op.drop_table("trade_stock")
    with op.batch_alter_table("trade_sales_month", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_trade_sales_month_store_id"))
        batch_op.drop_index(batch_op.f("ix_trade_sales_month_distributor_id"))

    op.drop_table("trade_sales_month")
    with op.batch_alter_table("trade_batch", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_trade_batch_store_id"))
        batch_op.drop_index(batch_op.f("ix_trade_batch_product_id"))
        batch_op.drop_index(batch_op.f("ix_trade_batch_number"))
        batch_op.drop_index(batch_op.f("ix_trade_batch_expires_on"))
        batch_op.drop_index(batch_op.f("ix_trade_batch_distributor_id"))

    op.drop_table("trade_batch")
    with op.batch_alter_table("trade_upload", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_trade_upload_sha256"))
        batch_op.drop_index(batch_op.f("ix_trade_upload_distributor_id"))
        batch_op.drop_index("ix_trade_upload_at")

    op.drop_table("trade_upload")
    with op.batch_alter_table("trade_product", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_trade_product_distributor_id"))
        batch_op.drop_index("ix_trade_product_barcode")

    op.drop_table("trade_product")
