"""former secrets of web hooks."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import portal.db

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

__all__ = ["portal", "postgresql", "sa"]


def upgrade() -> None:
    with op.batch_alter_table("portal_web_hook", schema=None) as batch_op:
        batch_op.add_column(sa.Column("former_sealed", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("former_until", portal.db.UtcDateTime(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("portal_web_hook", schema=None) as batch_op:
        batch_op.drop_column("former_until")
        batch_op.drop_column("former_sealed")
