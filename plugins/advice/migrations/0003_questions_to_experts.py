"""questions to experts."""

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
    op.create_table(
        "advice_question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("owner_membership_id", sa.Integer(), nullable=True),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("asked_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("clock_from", portal.db.UtcDateTime(), nullable=False),
        sa.Column("answer_due_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("answered_at", portal.db.UtcDateTime(), nullable=True),
        sa.Column("closed_at", portal.db.UtcDateTime(), nullable=True),
        sa.Column("late_told_at", portal.db.UtcDateTime(), nullable=True),
        sa.Column("rating", sa.Integer(), nullable=True),
        sa.Column("rating_reason", sa.Text(), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("store_id", sa.Integer(), nullable=False),
        sa.Column("distributor_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["advice_note.id"], name=op.f("fk_advice_question_article_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["portal_person.id"], name=op.f("fk_advice_question_asked_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["distributor_id"],
            ["portal_distributor.id"],
            name=op.f("fk_advice_question_distributor_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["owner_membership_id"],
            ["portal_membership.id"],
            name=op.f("fk_advice_question_owner_membership_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["store_id", "distributor_id"],
            ["portal_store.id", "portal_store.distributor_id"],
            name="fk_advice_question_store",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_advice_question")),
    )
    with op.batch_alter_table("advice_question", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_advice_question_article_id"), ["article_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_advice_question_asked_by_id"), ["asked_by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_advice_question_distributor_id"), ["distributor_id"], unique=False)
        batch_op.create_index(
            "ix_advice_question_due", ["distributor_id", "state", "answer_due_at", "id"], unique=False
        )
        batch_op.create_index("ix_advice_question_own", ["store_id", "state", "asked_at", "id"], unique=False)
        batch_op.create_index(
            "ix_advice_question_owner", ["owner_membership_id", "state", "answer_due_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_advice_question_store_id"), ["store_id"], unique=False)

    op.create_table(
        "advice_question_owner",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("membership_id", sa.Integer(), nullable=False),
        sa.Column("distributor_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["distributor_id"],
            ["portal_distributor.id"],
            name=op.f("fk_advice_question_owner_distributor_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["membership_id"],
            ["portal_membership.id"],
            name=op.f("fk_advice_question_owner_membership_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_advice_question_owner")),
        sa.UniqueConstraint("distributor_id", "kind", name=op.f("uq_advice_question_owner_distributor_id_kind")),
    )
    with op.batch_alter_table("advice_question_owner", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_advice_question_owner_distributor_id"), ["distributor_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_advice_question_owner_membership_id"), ["membership_id"], unique=False)

    op.create_table(
        "advice_question_message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("by_store", sa.Boolean(), nullable=False),
        sa.Column("internal", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("store_id", sa.Integer(), nullable=False),
        sa.Column("distributor_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["portal_person.id"], name=op.f("fk_advice_question_message_author_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["distributor_id"],
            ["portal_distributor.id"],
            name=op.f("fk_advice_question_message_distributor_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["advice_question.id"],
            name=op.f("fk_advice_question_message_question_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["store_id", "distributor_id"],
            ["portal_store.id", "portal_store.distributor_id"],
            name="fk_advice_question_message_store",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_advice_question_message")),
    )
    with op.batch_alter_table("advice_question_message", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_advice_question_message_author_id"), ["author_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_advice_question_message_distributor_id"), ["distributor_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_advice_question_message_question_id"), ["question_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_advice_question_message_store_id"), ["store_id"], unique=False)

    op.create_table(
        "advice_question_picture",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("internal", sa.Boolean(), nullable=False),
        sa.Column("store_id", sa.Integer(), nullable=False),
        sa.Column("distributor_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["distributor_id"],
            ["portal_distributor.id"],
            name=op.f("fk_advice_question_picture_distributor_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["file_id"], ["portal_file.id"], name=op.f("fk_advice_question_picture_file_id")),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["advice_question_message.id"],
            name=op.f("fk_advice_question_picture_message_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["advice_question.id"],
            name=op.f("fk_advice_question_picture_question_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["store_id", "distributor_id"],
            ["portal_store.id", "portal_store.distributor_id"],
            name="fk_advice_question_picture_store",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_advice_question_picture")),
    )
    with op.batch_alter_table("advice_question_picture", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_advice_question_picture_distributor_id"), ["distributor_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_advice_question_picture_file_id"), ["file_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_advice_question_picture_message_id"), ["message_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_advice_question_picture_question_id"), ["question_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_advice_question_picture_store_id"), ["store_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("advice_question_picture", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_advice_question_picture_store_id"))
        batch_op.drop_index(batch_op.f("ix_advice_question_picture_question_id"))
        batch_op.drop_index(batch_op.f("ix_advice_question_picture_message_id"))
        batch_op.drop_index(batch_op.f("ix_advice_question_picture_file_id"))
        batch_op.drop_index(batch_op.f("ix_advice_question_picture_distributor_id"))

    op.drop_table("advice_question_picture")
    with op.batch_alter_table("advice_question_message", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_advice_question_message_store_id"))
        batch_op.drop_index(batch_op.f("ix_advice_question_message_question_id"))
        batch_op.drop_index(batch_op.f("ix_advice_question_message_distributor_id"))
        batch_op.drop_index(batch_op.f("ix_advice_question_message_author_id"))

    op.drop_table("advice_question_message")
    with op.batch_alter_table("advice_question_owner", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_advice_question_owner_membership_id"))
        batch_op.drop_index(batch_op.f("ix_advice_question_owner_distributor_id"))

    op.drop_table("advice_question_owner")
    with op.batch_alter_table("advice_question", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_advice_question_store_id"))
        batch_op.drop_index("ix_advice_question_owner")
        batch_op.drop_index("ix_advice_question_own")
        batch_op.drop_index("ix_advice_question_due")
        batch_op.drop_index(batch_op.f("ix_advice_question_distributor_id"))
        batch_op.drop_index(batch_op.f("ix_advice_question_asked_by_id"))
        batch_op.drop_index(batch_op.f("ix_advice_question_article_id"))

    op.drop_table("advice_question")
