"""notes."""

import sqlalchemy as sa
from alembic import op

import portal.db

revision = "0001"
down_revision = None
branch_labels = ("[[ name ]]",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "[[ name ]]_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("written_by_id", sa.Integer(), nullable=True),
        sa.Column("done_at", portal.db.UtcDateTime(), nullable=True),
        sa.Column("store_id", sa.Integer(), nullable=False),
        sa.Column("distributor_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["distributor_id"],
            ["portal_distributor.id"],
            name=op.f("fk_[[ name ]]_note_distributor_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["store_id", "distributor_id"],
            ["portal_store.id", "portal_store.distributor_id"],
            name="fk_[[ name ]]_note_store",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["written_by_id"],
            ["portal_person.id"],
            name=op.f("fk_[[ name ]]_note_written_by_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_[[ name ]]_note")),
    )
    with op.batch_alter_table("[[ name ]]_note") as batch:
        batch.create_index(op.f("ix_[[ name ]]_note_distributor_id"), ["distributor_id"])
        batch.create_index(op.f("ix_[[ name ]]_note_store_id"), ["store_id"])
        batch.create_index(op.f("ix_[[ name ]]_note_written_by_id"), ["written_by_id"])


def downgrade() -> None:
    op.drop_table("[[ name ]]_note")
