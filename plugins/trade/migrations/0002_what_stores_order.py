"""what stores order."""

import zlib
from collections.abc import Callable

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import portal.db

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

__all__ = ["portal", "postgresql", "sa"]


def upgrade() -> None:
    _repack(lambda raw: b"\x04" + raw)  # blocks say how wide their counts are; those of before were 4 bytes wide
    op.create_table(
        "trade_order",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("deliver_on", sa.Date(), nullable=True),
        sa.Column("requested_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("requested_by_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", portal.db.UtcDateTime(), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("closed_at", portal.db.UtcDateTime(), nullable=True),
        sa.Column("store_id", sa.Integer(), nullable=False),
        sa.Column("distributor_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["portal_person.id"], name=op.f("fk_trade_order_answered_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["distributor_id"],
            ["portal_distributor.id"],
            name=op.f("fk_trade_order_distributor_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["requested_by_id"], ["portal_person.id"], name=op.f("fk_trade_order_requested_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["store_id", "distributor_id"],
            ["portal_store.id", "portal_store.distributor_id"],
            name="fk_trade_order_store",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trade_order")),
    )
    with op.batch_alter_table("trade_order", schema=None) as batch_op:
        batch_op.create_index("ix_trade_order_at", ["distributor_id", "requested_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_trade_order_distributor_id"), ["distributor_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_trade_order_store_id"), ["store_id"], unique=False)

    op.create_table(
        "trade_order_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("advised_units", sa.Integer(), nullable=True),
        sa.Column("pack_size", sa.Integer(), nullable=False),
        sa.Column("cost", portal.db.Money(), nullable=True),
        sa.Column("store_id", sa.Integer(), nullable=False),
        sa.Column("distributor_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("units > 0", name=op.f("ck_trade_order_line_units")),
        sa.ForeignKeyConstraint(
            ["distributor_id"],
            ["portal_distributor.id"],
            name=op.f("fk_trade_order_line_distributor_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["trade_order.id"], name=op.f("fk_trade_order_line_order_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["trade_product.id"], name=op.f("fk_trade_order_line_product_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["store_id", "distributor_id"],
            ["portal_store.id", "portal_store.distributor_id"],
            name="fk_trade_order_line_store",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trade_order_line")),
        sa.UniqueConstraint("order_id", "product_id", name=op.f("uq_trade_order_line_order_id_product_id")),
    )
    with op.batch_alter_table("trade_order_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_trade_order_line_distributor_id"), ["distributor_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_trade_order_line_product_id"), ["product_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_trade_order_line_store_id"), ["store_id"], unique=False)


def downgrade() -> None:
    _repack(_four_bytes_wide)
    with op.batch_alter_table("trade_order_line", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_trade_order_line_store_id"))
        batch_op.drop_index(batch_op.f("ix_trade_order_line_product_id"))
        batch_op.drop_index(batch_op.f("ix_trade_order_line_distributor_id"))

    op.drop_table("trade_order_line")
    with op.batch_alter_table("trade_order", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_trade_order_store_id"))
        batch_op.drop_index(batch_op.f("ix_trade_order_distributor_id"))
        batch_op.drop_index("ix_trade_order_at")

    op.drop_table("trade_order")


def _repack(change: Callable[[bytes], bytes]) -> None:
    """Write each block of sales anew, one after the other, as there may be more of them than memory."""
    connection = op.get_bind()
    months = sa.table("trade_sales_month", sa.column("id", sa.Integer), sa.column("block", sa.LargeBinary))
    for id in connection.scalars(sa.select(months.c.id)).all():
        block = connection.scalar(sa.select(months.c.block).where(months.c.id == id))
        changed = zlib.compress(change(zlib.decompress(block)), 3)
        connection.execute(sa.update(months).where(months.c.id == id).values(block=changed))


def _four_bytes_wide(raw: bytes) -> bytes:
    import numpy as np

    width, count = raw[0], int.from_bytes(raw[1:5], "little")
    head, units = raw[1 : 5 + 4 * count], raw[5 + 4 * count :]
    return head + np.frombuffer(units, f"<i{width}").astype("<i4").tobytes()
