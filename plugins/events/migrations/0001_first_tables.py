"""first tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import portal.db

revision = "0001"
down_revision = None
branch_labels = ("events",)
depends_on = None

__all__ = ["portal", "postgresql", "sa"]


def upgrade() -> None:
    op.create_table(
        "events_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("starts_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("ends_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("deadline_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("seats_taken", sa.Integer(), nullable=False),
        sa.Column("seats_per_store", sa.Integer(), nullable=False),
        sa.Column("audience", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("created_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("distributor_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_events_event_ends_after_start")),
        sa.CheckConstraint("seats_taken >= 0 AND seats_taken <= seats", name=op.f("ck_events_event_never_oversold")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["portal_person.id"], name=op.f("fk_events_event_created_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["distributor_id"],
            ["portal_distributor.id"],
            name=op.f("fk_events_event_distributor_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events_event")),
    )
    with op.batch_alter_table("events_event", schema=None) as batch_op:
        batch_op.create_index("ix_events_event_coming", ["distributor_id", "state", "starts_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_events_event_distributor_id"), ["distributor_id"], unique=False)

    op.create_table(
        "events_invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("opened_at", portal.db.UtcDateTime(), nullable=True),
        sa.Column("declined_at", portal.db.UtcDateTime(), nullable=True),
        sa.Column("store_id", sa.Integer(), nullable=False),
        sa.Column("distributor_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["distributor_id"],
            ["portal_distributor.id"],
            name=op.f("fk_events_invitation_distributor_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events_event.id"], name=op.f("fk_events_invitation_event_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["store_id", "distributor_id"],
            ["portal_store.id", "portal_store.distributor_id"],
            name="fk_events_invitation_store",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events_invitation")),
        sa.UniqueConstraint("event_id", "store_id", name=op.f("uq_events_invitation_event_id_store_id")),
    )
    with op.batch_alter_table("events_invitation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_events_invitation_distributor_id"), ["distributor_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_events_invitation_event_id"), ["event_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_events_invitation_store_id"), ["store_id"], unique=False)

    op.create_table(
        "events_registration",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("attendees", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("created_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("changed_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("cancelled_at", portal.db.UtcDateTime(), nullable=True),
        sa.Column("store_id", sa.Integer(), nullable=False),
        sa.Column("distributor_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("seats > 0", name=op.f("ck_events_registration_some_seats")),
        sa.ForeignKeyConstraint(
            ["distributor_id"],
            ["portal_distributor.id"],
            name=op.f("fk_events_registration_distributor_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events_event.id"], name=op.f("fk_events_registration_event_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["portal_person.id"], name=op.f("fk_events_registration_person_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["store_id", "distributor_id"],
            ["portal_store.id", "portal_store.distributor_id"],
            name="fk_events_registration_store",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events_registration")),
    )
    with op.batch_alter_table("events_registration", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_events_registration_distributor_id"), ["distributor_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_events_registration_event_id"), ["event_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_events_registration_store_id"), ["store_id"], unique=False)
        batch_op.create_index(
            "uq_events_registration_live",
            ["event_id", "store_id"],
            unique=True,
            sqlite_where=sa.text("cancelled_at IS NULL"),
            postgresql_where=sa.text("cancelled_at IS NULL"),
        )


def downgrade() -> None:
    with op.batch_alter_table("events_registration", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_events_registration_live",
            sqlite_where=sa.text("cancelled_at IS NULL"),
            postgresql_where=sa.text("cancelled_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_events_registration_store_id"))
        batch_op.drop_index(batch_op.f("ix_events_registration_event_id"))
        batch_op.drop_index(batch_op.f("ix_events_registration_distributor_id"))

    op.drop_table("events_registration")
    with op.batch_alter_table("events_invitation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_events_invitation_store_id"))
        batch_op.drop_index(batch_op.f("ix_events_invitation_event_id"))
        batch_op.drop_index(batch_op.f("ix_events_invitation_distributor_id"))

    op.drop_table("events_invitation")
    with op.batch_alter_table("events_event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_events_event_distributor_id"))
        batch_op.drop_index("ix_events_event_coming")

    op.drop_table("events_event")
