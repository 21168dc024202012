"""when notes are published, and until when they hold."""

import sqlalchemy as sa
from alembic import op

import portal.db

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("advice_note", schema=None) as batch_op:
        batch_op.add_column(sa.Column("publish_at", portal.db.UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column("planned_by_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("tells_again", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("valid_until", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("over", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.create_index(batch_op.f("ix_advice_note_publish_at"), ["publish_at"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_advice_note_planned_by_id"), "portal_person", ["planned_by_id"], ["id"], ondelete="SET NULL"
        )

    with op.batch_alter_table("advice_note", schema=None) as batch_op:
        batch_op.alter_column("tells_again", server_default=None)  # they were for the notes that there are
        batch_op.alter_column("over", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("advice_note", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_advice_note_planned_by_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_advice_note_publish_at"))
        batch_op.drop_column("over")
        batch_op.drop_column("valid_until")
        batch_op.drop_column("tells_again")
        batch_op.drop_column("planned_by_id")
        batch_op.drop_column("publish_at")
