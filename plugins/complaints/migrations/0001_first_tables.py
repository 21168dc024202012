"""first tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import portal.db

revision = "0001"
down_revision = None
branch_labels = ("complaints",)
depends_on = None

__all__ = ["portal", "postgresql", "sa"]


def upgrade() -> None:
    op.create_table(
        "complaints_counter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("distributor_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["distributor_id"],
            ["portal_distributor.id"],
            name=op.f("fk_complaints_counter_distributor_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaints_counter")),
        sa.UniqueConstraint("distributor_id", "year", name=op.f("uq_complaints_counter_distributor_id_year")),
    )
    with op.batch_alter_table("complaints_counter", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_complaints_counter_distributor_id"), ["distributor_id"], unique=False)

    op.create_table(
        "complaints_complaint",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("category", sa.String(length=16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("product", sa.String(length=120), nullable=False),
        sa.Column("product_id", sa.String(length=40), nullable=False),
        sa.Column("batch", sa.String(length=60), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("quantity", sa.Numeric(precision=12, scale=3), nullable=True),
        sa.Column("quantity_unit", sa.String(length=12), nullable=False),
        sa.Column("delivery_note", sa.String(length=60), nullable=False),
        sa.Column("wish", sa.String(length=12), nullable=False),
        sa.Column("severity", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("about_rep", sa.Boolean(), nullable=False),
        sa.Column("about_membership_id", sa.Integer(), nullable=True),
        sa.Column("owner_membership_id", sa.Integer(), nullable=True),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("filed_by_store", sa.Boolean(), nullable=False),
        sa.Column("created_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("acknowledged_at", portal.db.UtcDateTime(), nullable=True),
        sa.Column("first_answered_at", portal.db.UtcDateTime(), nullable=True),
        sa.Column("remedied_at", portal.db.UtcDateTime(), nullable=True),
        sa.Column("confirmed_at", portal.db.UtcDateTime(), nullable=True),
        sa.Column("closed_at", portal.db.UtcDateTime(), nullable=True),
        sa.Column("reopened_at", portal.db.UtcDateTime(), nullable=True),
        sa.Column("times_reopened", sa.Integer(), nullable=False),
        sa.Column("answer_due_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("resolve_due_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("next_due_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("late_told_at", portal.db.UtcDateTime(), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("store_id", sa.Integer(), nullable=False),
        sa.Column("distributor_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by_id"],
            ["portal_person.id"],
            name=op.f("fk_complaints_complaint_created_by_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["distributor_id"],
            ["portal_distributor.id"],
            name=op.f("fk_complaints_complaint_distributor_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["owner_membership_id"],
            ["portal_membership.id"],
            name=op.f("fk_complaints_complaint_owner_membership_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["store_id", "distributor_id"],
            ["portal_store.id", "portal_store.distributor_id"],
            name="fk_complaints_complaint_store",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaints_complaint")),
        sa.UniqueConstraint("distributor_id", "number", name=op.f("uq_complaints_complaint_distributor_id_number")),
    )
    with op.batch_alter_table("complaints_complaint", schema=None) as batch_op:
        batch_op.create_index(
            "ix_complaints_complaint_age", ["distributor_id", "is_open", "created_at", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_complaints_complaint_created_by_id"), ["created_by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_complaints_complaint_distributor_id"), ["distributor_id"], unique=False)
        batch_op.create_index(
            "ix_complaints_complaint_due", ["distributor_id", "is_open", "next_due_at", "id"], unique=False
        )
        batch_op.create_index(
            "ix_complaints_complaint_owner", ["owner_membership_id", "is_open", "next_due_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_complaints_complaint_store_id"), ["store_id"], unique=False)

    op.create_table(
        "complaints_message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("complaint_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("by_store", sa.Boolean(), nullable=False),
        sa.Column("internal", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state_after", sa.String(length=16), nullable=False),
        sa.Column("created_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("store_id", sa.Integer(), nullable=False),
        sa.Column("distributor_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["portal_person.id"], name=op.f("fk_complaints_message_author_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["complaint_id"],
            ["complaints_complaint.id"],
            name=op.f("fk_complaints_message_complaint_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["distributor_id"],
            ["portal_distributor.id"],
            name=op.f("fk_complaints_message_distributor_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["store_id", "distributor_id"],
            ["portal_store.id", "portal_store.distributor_id"],
            name="fk_complaints_message_store",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaints_message")),
    )
    with op.batch_alter_table("complaints_message", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_complaints_message_author_id"), ["author_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_complaints_message_complaint_id"), ["complaint_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_complaints_message_distributor_id"), ["distributor_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_complaints_message_store_id"), ["store_id"], unique=False)

    op.create_table(
        "complaints_photo",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("complaint_id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("internal", sa.Boolean(), nullable=False),
        sa.Column("store_id", sa.Integer(), nullable=False),
        sa.Column("distributor_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["complaint_id"],
            ["complaints_complaint.id"],
            name=op.f("fk_complaints_photo_complaint_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["distributor_id"],
            ["portal_distributor.id"],
            name=op.f("fk_complaints_photo_distributor_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["file_id"], ["portal_file.id"], name=op.f("fk_complaints_photo_file_id")),
        sa.ForeignKeyConstraint(
            ["message_id"], ["complaints_message.id"], name=op.f("fk_complaints_photo_message_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["store_id", "distributor_id"],
            ["portal_store.id", "portal_store.distributor_id"],
            name="fk_complaints_photo_store",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaints_photo")),
    )
    with op.batch_alter_table("complaints_photo", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_complaints_photo_complaint_id"), ["complaint_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_complaints_photo_distributor_id"), ["distributor_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_complaints_photo_file_id"), ["file_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_complaints_photo_message_id"), ["message_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_complaints_photo_store_id"), ["store_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("complaints_photo", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_complaints_photo_store_id"))
        batch_op.drop_index(batch_op.f("ix_complaints_photo_message_id"))
        batch_op.drop_index(batch_op.f("ix_complaints_photo_file_id"))
        batch_op.drop_index(batch_op.f("ix_complaints_photo_distributor_id"))
        batch_op.drop_index(batch_op.f("ix_complaints_photo_complaint_id"))

    op.drop_table("complaints_photo")
    with op.batch_alter_table("complaints_message", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_complaints_message_store_id"))
        batch_op.drop_index(batch_op.f("ix_complaints_message_distributor_id"))
        batch_op.drop_index(batch_op.f("ix_complaints_message_complaint_id"))
        batch_op.drop_index(batch_op.f("ix_complaints_message_author_id"))

    op.drop_table("complaints_message")
    with op.batch_alter_table("complaints_complaint", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_complaints_complaint_store_id"))
        batch_op.drop_index("ix_complaints_complaint_owner")
        batch_op.drop_index("ix_complaints_complaint_due")
        batch_op.drop_index(batch_op.f("ix_complaints_complaint_distributor_id"))
        batch_op.drop_index(batch_op.f("ix_complaints_complaint_created_by_id"))
        batch_op.drop_index("ix_complaints_complaint_age")

    op.drop_table("complaints_complaint")
    with op.batch_alter_table("complaints_counter", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_complaints_counter_distributor_id"))

    op.drop_table("complaints_counter")
