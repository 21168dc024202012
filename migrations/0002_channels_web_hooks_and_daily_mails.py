"""Channels, web hooks and daily mails."""

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
    op.create_table(
        "portal_channel",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("shown", sa.String(length=200), nullable=False),
        sa.Column("kinds", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("answered_at", portal.db.UtcDateTime(), nullable=True),
        sa.Column("failing_since", portal.db.UtcDateTime(), nullable=True),
        sa.Column("distributor_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["distributor_id"],
            ["portal_distributor.id"],
            name=op.f("fk_portal_channel_distributor_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portal_channel")),
    )
    with op.batch_alter_table("portal_channel", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_portal_channel_distributor_id"), ["distributor_id"], unique=False)

    op.create_table(
        "portal_web_hook",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("sealed_secret", sa.Text(), nullable=False),
        sa.Column("events", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("answered_at", portal.db.UtcDateTime(), nullable=True),
        sa.Column("failing_since", portal.db.UtcDateTime(), nullable=True),
        sa.Column("distributor_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["distributor_id"],
            ["portal_distributor.id"],
            name=op.f("fk_portal_web_hook_distributor_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portal_web_hook")),
    )
    with op.batch_alter_table("portal_web_hook", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_portal_web_hook_distributor_id"), ["distributor_id"], unique=False)

    op.create_table(
        "portal_channel_post",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("channel_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("created_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("tried_at", portal.db.UtcDateTime(), nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("distributor_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["portal_channel.id"], name=op.f("fk_portal_channel_post_channel_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["distributor_id"],
            ["portal_distributor.id"],
            name=op.f("fk_portal_channel_post_distributor_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portal_channel_post")),
        sa.UniqueConstraint("channel_id", "key", name=op.f("uq_portal_channel_post_channel_id_key")),
    )
    with op.batch_alter_table("portal_channel_post", schema=None) as batch_op:
        batch_op.create_index("ix_portal_channel_post_age", ["distributor_id", "created_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_portal_channel_post_distributor_id"), ["distributor_id"], unique=False)
        batch_op.create_index("ix_portal_channel_post_log", ["channel_id", "id"], unique=False)

    op.create_table(
        "portal_web_hook_delivery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hook_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=36), nullable=False),
        sa.Column("event", sa.String(length=80), nullable=False),
        sa.Column("ids", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("created_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("tried_at", portal.db.UtcDateTime(), nullable=True),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("distributor_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["distributor_id"],
            ["portal_distributor.id"],
            name=op.f("fk_portal_web_hook_delivery_distributor_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["hook_id"], ["portal_web_hook.id"], name=op.f("fk_portal_web_hook_delivery_hook_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portal_web_hook_delivery")),
        sa.UniqueConstraint("key", name=op.f("uq_portal_web_hook_delivery_key")),
    )
    with op.batch_alter_table("portal_web_hook_delivery", schema=None) as batch_op:
        batch_op.create_index("ix_portal_web_hook_delivery_age", ["distributor_id", "created_at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_portal_web_hook_delivery_distributor_id"), ["distributor_id"], unique=False
        )
        batch_op.create_index("ix_portal_web_hook_delivery_log", ["hook_id", "id"], unique=False)

    with op.batch_alter_table("portal_delivery", schema=None) as batch_op:
        batch_op.add_column(sa.Column("digest_at", portal.db.UtcDateTime(), nullable=True))
        batch_op.create_index("ix_portal_delivery_state", ["distributor_id", "state", "due_at"], unique=False)

    with op.batch_alter_table("portal_person", schema=None) as batch_op:
        batch_op.add_column(sa.Column("digest_hour", sa.Integer(), server_default="8", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("portal_person", schema=None) as batch_op:
        batch_op.drop_column("digest_hour")

    with op.batch_alter_table("portal_delivery", schema=None) as batch_op:
        batch_op.drop_index("ix_portal_delivery_state")
        batch_op.drop_column("digest_at")

    with op.batch_alter_table("portal_web_hook_delivery", schema=None) as batch_op:
        batch_op.drop_index("ix_portal_web_hook_delivery_log")
        batch_op.drop_index(batch_op.f("ix_portal_web_hook_delivery_distributor_id"))
        batch_op.drop_index("ix_portal_web_hook_delivery_age")

    op.drop_table("portal_web_hook_delivery")
    with op.batch_alter_table("portal_channel_post", schema=None) as batch_op:
        batch_op.drop_index("ix_portal_channel_post_log")
        batch_op.drop_index(batch_op.f("ix_portal_channel_post_distributor_id"))
        batch_op.drop_index("ix_portal_channel_post_age")

    op.drop_table("portal_channel_post")
    with op.batch_alter_table("portal_web_hook", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_portal_web_hook_distributor_id"))

    op.drop_table("portal_web_hook")
    with op.batch_alter_table("portal_channel", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_portal_channel_distributor_id"))

    op.drop_table("portal_channel")
