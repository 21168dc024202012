"""proposals by their day."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import portal.db

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

__all__ = ["portal", "postgresql", "sa"]


def upgrade() -> None:
    with op.batch_alter_table("advice_proposal", schema=None) as batch_op:
        batch_op.create_index("ix_advice_proposal_at", ["distributor_id", "advised_at", "id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("advice_proposal", schema=None) as batch_op:
        batch_op.drop_index("ix_advice_proposal_at")
