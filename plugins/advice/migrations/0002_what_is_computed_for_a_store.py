"""what is computed for a store."""

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
        "advice_proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("gain", portal.db.Money(), nullable=True),
        sa.Column("risk", portal.db.Money(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("summary", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("evidence", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("advised_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("computed_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("seen_at", portal.db.UtcDateTime(), nullable=True),
        sa.Column("answered_at", portal.db.UtcDateTime(), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("choice", sa.String(length=24), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("done_at", portal.db.UtcDateTime(), nullable=True),
        sa.Column("proof_id", sa.Integer(), nullable=True),
        sa.Column("store_id", sa.Integer(), nullable=False),
        sa.Column("distributor_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["answered_by_id"],
            ["portal_person.id"],
            name=op.f("fk_advice_proposal_answered_by_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["distributor_id"],
            ["portal_distributor.id"],
            name=op.f("fk_advice_proposal_distributor_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["proof_id"], ["portal_file.id"], name=op.f("fk_advice_proposal_proof_id")),
        sa.ForeignKeyConstraint(
            ["store_id", "distributor_id"],
            ["portal_store.id", "portal_store.distributor_id"],
            name="fk_advice_proposal_store",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_advice_proposal")),
    )
    with op.batch_alter_table("advice_proposal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_advice_proposal_distributor_id"), ["distributor_id"], unique=False)
        batch_op.create_index("ix_advice_proposal_store", ["store_id", "state", "advised_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_advice_proposal_store_id"), ["store_id"], unique=False)
        batch_op.create_index(
            "uq_advice_proposal_open",
            ["store_id", "kind", "subject"],
            unique=True,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )

    op.create_table(
        "advice_store_target",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("factor", sa.Double(), nullable=False),
        sa.Column("fill", sa.Double(), nullable=True),
        sa.Column("set_on", sa.Date(), nullable=False),
        sa.Column("store_id", sa.Integer(), nullable=False),
        sa.Column("distributor_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["distributor_id"],
            ["portal_distributor.id"],
            name=op.f("fk_advice_store_target_distributor_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["store_id", "distributor_id"],
            ["portal_store.id", "portal_store.distributor_id"],
            name="fk_advice_store_target_store",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_advice_store_target")),
        sa.UniqueConstraint("store_id", name=op.f("uq_advice_store_target_store_id")),
    )
    with op.batch_alter_table("advice_store_target", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_advice_store_target_distributor_id"), ["distributor_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_advice_store_target_store_id"), ["store_id"], unique=False)

    op.create_table(
        "advice_measurement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("weeks", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(length=20), nullable=False),
        sa.Column("lift", sa.Double(), nullable=True),
        sa.Column("low", sa.Double(), nullable=True),
        sa.Column("high", sa.Double(), nullable=True),
        sa.Column("visible", sa.Double(), nullable=True),
        sa.Column("theta", sa.Double(), nullable=True),
        sa.Column("se", sa.Double(), nullable=True),
        sa.Column("donors", sa.Integer(), nullable=False),
        sa.Column("reasons", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("measured_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("store_id", sa.Integer(), nullable=False),
        sa.Column("distributor_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["distributor_id"],
            ["portal_distributor.id"],
            name=op.f("fk_advice_measurement_distributor_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["advice_proposal.id"], name=op.f("fk_advice_measurement_proposal_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["store_id", "distributor_id"],
            ["portal_store.id", "portal_store.distributor_id"],
            name="fk_advice_measurement_store",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_advice_measurement")),
        sa.UniqueConstraint("proposal_id", "weeks", name=op.f("uq_advice_measurement_proposal_id_weeks")),
    )
    with op.batch_alter_table("advice_measurement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_advice_measurement_distributor_id"), ["distributor_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_advice_measurement_kind"), ["kind"], unique=False)
        batch_op.create_index(batch_op.f("ix_advice_measurement_store_id"), ["store_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("advice_measurement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_advice_measurement_store_id"))
        batch_op.drop_index(batch_op.f("ix_advice_measurement_kind"))
        batch_op.drop_index(batch_op.f("ix_advice_measurement_distributor_id"))

    op.drop_table("advice_measurement")
    with op.batch_alter_table("advice_store_target", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_advice_store_target_store_id"))
        batch_op.drop_index(batch_op.f("ix_advice_store_target_distributor_id"))

    op.drop_table("advice_store_target")
    with op.batch_alter_table("advice_proposal", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_advice_proposal_open",
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )
        batch_op.drop_index(batch_op.f("ix_advice_proposal_store_id"))
        batch_op.drop_index("ix_advice_proposal_store")
        batch_op.drop_index(batch_op.f("ix_advice_proposal_distributor_id"))

    op.drop_table("advice_proposal")
