"""The list has an order, which begins as the one in which the items were written."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("checklist_item") as batch:
        batch.add_column(sa.Column("position", sa.Integer(), nullable=True))
    op.execute("UPDATE checklist_item SET position = id")
    with op.batch_alter_table("checklist_item") as batch:
        batch.alter_column("position", existing_type=sa.Integer(), nullable=False)


def downgrade() -> None:
    with op.batch_alter_table("checklist_item") as batch:
        batch.drop_column("position")
