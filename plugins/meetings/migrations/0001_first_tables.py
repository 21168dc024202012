"""first tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import portal.db

revision = "0001"
down_revision = None
branch_labels = ("meetings",)
depends_on = None

__all__ = ["portal", "postgresql", "sa"]


def upgrade() -> None:
    op.create_table(
        "meetings_availability",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("membership_id", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("start_minute", sa.Integer(), nullable=False),
        sa.Column("end_minute", sa.Integer(), nullable=False),
        sa.Column("distributor_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "start_minute >= 0 AND start_minute < end_minute AND end_minute <= 1440",
            name=op.f("ck_meetings_availability_window"),
        ),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_meetings_availability_weekday")),
        sa.ForeignKeyConstraint(
            ["distributor_id"],
            ["portal_distributor.id"],
            name=op.f("fk_meetings_availability_distributor_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["membership_id"],
            ["portal_membership.id"],
            name=op.f("fk_meetings_availability_membership_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meetings_availability")),
    )
    with op.batch_alter_table("meetings_availability", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_meetings_availability_distributor_id"), ["distributor_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_meetings_availability_membership_id"), ["membership_id"], unique=False)

    op.create_table(
        "meetings_meeting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("host_membership_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("ends_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("place", sa.String(length=12), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("store_id", sa.Integer(), nullable=False),
        sa.Column("distributor_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_meetings_meeting_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["distributor_id"],
            ["portal_distributor.id"],
            name=op.f("fk_meetings_meeting_distributor_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["host_membership_id"], ["portal_membership.id"], name=op.f("fk_meetings_meeting_host_membership_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["portal_person.id"], name=op.f("fk_meetings_meeting_person_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["store_id", "distributor_id"],
            ["portal_store.id", "portal_store.distributor_id"],
            name="fk_meetings_meeting_store",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meetings_meeting")),
    )
    with op.batch_alter_table("meetings_meeting", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_meetings_meeting_distributor_id"), ["distributor_id"], unique=False)
        batch_op.create_index(
            "ix_meetings_meeting_host", ["distributor_id", "host_membership_id", "starts_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_meetings_meeting_store_id"), ["store_id"], unique=False)

    op.create_table(
        "meetings_taken_cell",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("membership_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("distributor_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["distributor_id"],
            ["portal_distributor.id"],
            name=op.f("fk_meetings_taken_cell_distributor_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meetings_meeting.id"], name=op.f("fk_meetings_taken_cell_meeting_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["membership_id"],
            ["portal_membership.id"],
            name=op.f("fk_meetings_taken_cell_membership_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meetings_taken_cell")),
        sa.UniqueConstraint("membership_id", "starts_at", name=op.f("uq_meetings_taken_cell_membership_id_starts_at")),
    )
    with op.batch_alter_table("meetings_taken_cell", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_meetings_taken_cell_distributor_id"), ["distributor_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_meetings_taken_cell_meeting_id"), ["meeting_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("meetings_taken_cell", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_meetings_taken_cell_meeting_id"))
        batch_op.drop_index(batch_op.f("ix_meetings_taken_cell_distributor_id"))

    op.drop_table("meetings_taken_cell")
    with op.batch_alter_table("meetings_meeting", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_meetings_meeting_store_id"))
        batch_op.drop_index("ix_meetings_meeting_host")
        batch_op.drop_index(batch_op.f("ix_meetings_meeting_distributor_id"))

    op.drop_table("meetings_meeting")
    with op.batch_alter_table("meetings_availability", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_meetings_availability_membership_id"))
        batch_op.drop_index(batch_op.f("ix_meetings_availability_distributor_id"))

    op.drop_table("meetings_availability")
