"""uploads are looked at and undone."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import portal.db

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

__all__ = ["portal", "postgresql", "sa"]


def upgrade() -> None:
    op.create_table(
        "trade_column_map",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("headings", sa.String(length=64), nullable=False),
        sa.Column("columns", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("told_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("told_by_id", sa.Integer(), nullable=True),
        sa.Column("distributor_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["distributor_id"],
            ["portal_distributor.id"],
            name=op.f("fk_trade_column_map_distributor_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["told_by_id"], ["portal_person.id"], name=op.f("fk_trade_column_map_told_by_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trade_column_map")),
        sa.UniqueConstraint(
            "distributor_id", "kind", "headings", name=op.f("uq_trade_column_map_distributor_id_kind_headings")
        ),
    )
    with op.batch_alter_table("trade_column_map", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_trade_column_map_distributor_id"), ["distributor_id"], unique=False)

    op.create_table(
        "trade_upload_before",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("upload_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("store_id", sa.Integer(), nullable=True),
        sa.Column("key", sa.String(length=20), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=True),
        sa.Column("after", sa.String(length=64), nullable=False),
        sa.Column("distributor_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["distributor_id"],
            ["portal_distributor.id"],
            name=op.f("fk_trade_upload_before_distributor_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["upload_id"], ["trade_upload.id"], name=op.f("fk_trade_upload_before_upload_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trade_upload_before")),
    )
    with op.batch_alter_table("trade_upload_before", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_trade_upload_before_distributor_id"), ["distributor_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_trade_upload_before_upload_id"), ["upload_id"], unique=False)

    with op.batch_alter_table("trade_upload", schema=None) as batch_op:
        batch_op.add_column(sa.Column("state", sa.String(length=12), nullable=False, server_default="taken_in"))
        batch_op.add_column(sa.Column("file_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("undone_at", portal.db.UtcDateTime(), nullable=True))
        batch_op.create_index(batch_op.f("ix_trade_upload_file_id"), ["file_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_trade_upload_file_id"), "portal_file", ["file_id"], ["id"], ondelete="SET NULL"
        )
    with op.batch_alter_table("trade_upload", schema=None) as batch_op:
        batch_op.alter_column("state", server_default=None)  # it was for the uploads that there are


def downgrade() -> None:
    with op.batch_alter_table("trade_upload", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_trade_upload_file_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_trade_upload_file_id"))
        batch_op.drop_column("undone_at")
        batch_op.drop_column("file_id")
        batch_op.drop_column("state")

    with op.batch_alter_table("trade_upload_before", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_trade_upload_before_upload_id"))
        batch_op.drop_index(batch_op.f("ix_trade_upload_before_distributor_id"))

    op.drop_table("trade_upload_before")
    with op.batch_alter_table("trade_column_map", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_trade_column_map_distributor_id"))

    op.drop_table("trade_column_map")
