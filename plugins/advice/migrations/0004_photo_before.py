"""photo before."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import portal.db

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

__all__ = ["portal", "postgresql", "sa"]


def upgrade() -> None:
    with op.batch_alter_table("advice_proposal", schema=None) as batch_op:
        batch_op.add_column(sa.Column("before_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_advice_proposal_before_id"), "portal_file", ["before_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("advice_proposal", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_advice_proposal_before_id"), type_="foreignkey")
        batch_op.drop_column("before_id")
