"""first tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import portal.db

revision = "0001"
down_revision = None
branch_labels = ("portal",)
depends_on = None

__all__ = ["portal", "postgresql", "sa"]


def upgrade() -> None:
    op.create_table(
        "portal_distributor",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=40), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("timezone", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("settings", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("created_at", portal.db.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portal_distributor")),
        sa.UniqueConstraint("slug", name=op.f("uq_portal_distributor_slug")),
    )
    op.create_table(
        "portal_parked_form",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("fields", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("created_at", portal.db.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portal_parked_form")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_portal_parked_form_secret_hash")),
    )
    op.create_table(
        "portal_person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.String(length=255), nullable=True),
        sa.Column("phone", sa.String(length=32), nullable=True),
        sa.Column("password", sa.String(length=255), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("fs_uniquifier", sa.String(length=64), nullable=False),
        sa.Column("fs_token_uniquifier", sa.String(length=64), nullable=True),
        sa.Column("fs_webauthn_user_handle", sa.String(length=64), nullable=True),
        sa.Column("confirmed_at", portal.db.UtcDateTime(), nullable=True),
        sa.Column("tf_primary_method", sa.String(length=64), nullable=True),
        sa.Column("tf_totp_secret", sa.String(length=255), nullable=True),
        sa.Column("mf_recovery_codes", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("theme", sa.Text(), nullable=False),
        sa.Column("quiet_from", sa.String(length=5), nullable=False),
        sa.Column("quiet_until", sa.String(length=5), nullable=False),
        sa.Column("digest", sa.Boolean(), nullable=False),
        sa.Column("calendar_secret", sa.String(length=64), nullable=True),
        sa.Column("erased_at", portal.db.UtcDateTime(), nullable=True),
        sa.Column("create_datetime", portal.db.UtcDateTime(), nullable=False),
        sa.Column("update_datetime", portal.db.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portal_person")),
        sa.UniqueConstraint("calendar_secret", name=op.f("uq_portal_person_calendar_secret")),
        sa.UniqueConstraint("email", name=op.f("uq_portal_person_email")),
        sa.UniqueConstraint("fs_token_uniquifier", name=op.f("uq_portal_person_fs_token_uniquifier")),
        sa.UniqueConstraint("fs_uniquifier", name=op.f("uq_portal_person_fs_uniquifier")),
        sa.UniqueConstraint("fs_webauthn_user_handle", name=op.f("uq_portal_person_fs_webauthn_user_handle")),
        sa.UniqueConstraint("phone", name=op.f("uq_portal_person_phone")),
    )
    op.create_table(
        "portal_plugin",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("distribution", sa.Text(), nullable=False),
        sa.Column("tables", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("requires", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("permissions", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("migrated_at", portal.db.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portal_plugin")),
        sa.UniqueConstraint("name", name=op.f("uq_portal_plugin_name")),
    )
    op.create_table(
        "portal_worker",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("host", sa.String(length=255), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("queues", sa.Text(), nullable=False),
        sa.Column("started_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("seen_at", portal.db.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portal_worker")),
    )
    with op.batch_alter_table("portal_worker", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_portal_worker_seen_at"), ["seen_at"], unique=False)

    op.create_table(
        "portal_audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("store_id", sa.Integer(), nullable=True),
        sa.Column("action", sa.String(length=80), nullable=False),
        sa.Column("object_kind", sa.String(length=60), nullable=False),
        sa.Column("object_id", sa.Integer(), nullable=True),
        sa.Column("details", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("request_id", sa.String(length=16), nullable=False),
        sa.Column("distributor_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["distributor_id"],
            ["portal_distributor.id"],
            name=op.f("fk_portal_audit_distributor_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["portal_person.id"], name=op.f("fk_portal_audit_person_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portal_audit")),
    )
    with op.batch_alter_table("portal_audit", schema=None) as batch_op:
        batch_op.create_index("ix_portal_audit_at", ["distributor_id", "at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_portal_audit_distributor_id"), ["distributor_id"], unique=False)
        batch_op.create_index("ix_portal_audit_object", ["distributor_id", "object_kind", "object_id"], unique=False)

    op.create_table(
        "portal_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("width_px", sa.Integer(), nullable=True),
        sa.Column("height_px", sa.Integer(), nullable=True),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("removed", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("created_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("distributor_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["portal_person.id"], name=op.f("fk_portal_file_created_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["distributor_id"],
            ["portal_distributor.id"],
            name=op.f("fk_portal_file_distributor_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portal_file")),
    )
    with op.batch_alter_table("portal_file", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_portal_file_distributor_id"), ["distributor_id"], unique=False)
        batch_op.create_index("ix_portal_file_hash", ["distributor_id", "sha256"], unique=False)

    op.create_table(
        "portal_job",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("distributor_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("queue", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=250), nullable=True),
        sa.Column("arguments", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("run_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("lease_seconds", sa.Integer(), nullable=False),
        sa.Column("lease_until", portal.db.UtcDateTime(), nullable=True),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("max_tries", sa.Integer(), nullable=False),
        sa.Column("progress_done", sa.Integer(), nullable=False),
        sa.Column("progress_total", sa.Integer(), nullable=False),
        sa.Column("progress_text", sa.Text(), nullable=False),
        sa.Column("result", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("refusal", sa.Text(), nullable=False),
        sa.Column("created_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("started_at", portal.db.UtcDateTime(), nullable=True),
        sa.Column("finished_at", portal.db.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["distributor_id"], ["portal_distributor.id"], name=op.f("fk_portal_job_distributor_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["portal_person.id"], name=op.f("fk_portal_job_person_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portal_job")),
        sa.UniqueConstraint("key", name=op.f("uq_portal_job_key")),
    )
    with op.batch_alter_table("portal_job", schema=None) as batch_op:
        batch_op.create_index("ix_portal_job_due", ["state", "run_at", "id"], unique=False)
        batch_op.create_index("ix_portal_job_of_distributor", ["distributor_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_portal_job_person_id"), ["person_id"], unique=False)

    op.create_table(
        "portal_passkey",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(length=1024), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.Integer(), nullable=False),
        sa.Column("transports", sa.Text(), nullable=True),
        sa.Column("backup_state", sa.Boolean(), nullable=False),
        sa.Column("device_type", sa.String(length=64), nullable=False),
        sa.Column("extensions", sa.String(length=255), nullable=True),
        sa.Column("create_datetime", portal.db.UtcDateTime(), nullable=False),
        sa.Column("lastuse_datetime", portal.db.UtcDateTime(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("usage", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["portal_person.id"], name=op.f("fk_portal_passkey_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portal_passkey")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_portal_passkey_credential_id")),
    )
    with op.batch_alter_table("portal_passkey", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_portal_passkey_user_id"), ["user_id"], unique=False)

    op.create_table(
        "portal_plugin_activation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plugin", sa.String(length=60), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("settings", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("distributor_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["distributor_id"],
            ["portal_distributor.id"],
            name=op.f("fk_portal_plugin_activation_distributor_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portal_plugin_activation")),
        sa.UniqueConstraint("distributor_id", "plugin", name=op.f("uq_portal_plugin_activation_distributor_id_plugin")),
    )
    with op.batch_alter_table("portal_plugin_activation", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_portal_plugin_activation_distributor_id"), ["distributor_id"], unique=False
        )

    op.create_table(
        "portal_request_key",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("membership_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("location", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("distributor_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["distributor_id"],
            ["portal_distributor.id"],
            name=op.f("fk_portal_request_key_distributor_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portal_request_key")),
        sa.UniqueConstraint(
            "distributor_id",
            "membership_id",
            "key",
            name=op.f("uq_portal_request_key_distributor_id_membership_id_key"),
        ),
    )
    with op.batch_alter_table("portal_request_key", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_portal_request_key_distributor_id"), ["distributor_id"], unique=False)

    op.create_table(
        "portal_role",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("side", sa.String(length=12), nullable=False),
        sa.Column("permissions", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("built_in", sa.Boolean(), nullable=False),
        sa.Column("distributor_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["distributor_id"],
            ["portal_distributor.id"],
            name=op.f("fk_portal_role_distributor_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portal_role")),
        sa.UniqueConstraint("distributor_id", "key", name=op.f("uq_portal_role_distributor_id_key")),
    )
    with op.batch_alter_table("portal_role", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_portal_role_distributor_id"), ["distributor_id"], unique=False)

    op.create_table(
        "portal_schedule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("distributor_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("last_tick", portal.db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["distributor_id"],
            ["portal_distributor.id"],
            name=op.f("fk_portal_schedule_distributor_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portal_schedule")),
        sa.UniqueConstraint("distributor_id", "name", name=op.f("uq_portal_schedule_distributor_id_name")),
    )
    op.create_table(
        "portal_store",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("format", sa.String(length=20), nullable=False),
        sa.Column("tier", sa.String(length=2), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("area_m2", sa.Numeric(precision=10, scale=1, asdecimal=False), nullable=True),
        sa.Column("opened_on", sa.Date(), nullable=True),
        sa.Column("rep_membership_id", sa.Integer(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("distributor_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["distributor_id"],
            ["portal_distributor.id"],
            name=op.f("fk_portal_store_distributor_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portal_store")),
        sa.UniqueConstraint("distributor_id", "number", name=op.f("uq_portal_store_distributor_id_number")),
        sa.UniqueConstraint("id", "distributor_id", name=op.f("uq_portal_store_id_distributor_id")),
    )
    with op.batch_alter_table("portal_store", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_portal_store_distributor_id"), ["distributor_id"], unique=False)
        batch_op.create_index("ix_portal_store_place", ["distributor_id", "region", "format", "tier"], unique=False)
        batch_op.create_index(batch_op.f("ix_portal_store_rep_membership_id"), ["rep_membership_id"], unique=False)

    op.create_table(
        "portal_used_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("counter", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["portal_person.id"], name=op.f("fk_portal_used_code_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portal_used_code")),
        sa.UniqueConstraint("person_id", "counter", name=op.f("uq_portal_used_code_person_id_counter")),
    )
    op.create_table(
        "portal_contact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("position", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("is_main", sa.Boolean(), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("successor_id", sa.Integer(), nullable=True),
        sa.Column("created_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("store_id", sa.Integer(), nullable=False),
        sa.Column("distributor_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["distributor_id"],
            ["portal_distributor.id"],
            name=op.f("fk_portal_contact_distributor_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["store_id", "distributor_id"],
            ["portal_store.id", "portal_store.distributor_id"],
            name="fk_portal_contact_store",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["successor_id"], ["portal_contact.id"], name=op.f("fk_portal_contact_successor_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portal_contact")),
    )
    with op.batch_alter_table("portal_contact", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_portal_contact_distributor_id"), ["distributor_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_portal_contact_store_id"), ["store_id"], unique=False)

    op.create_table(
        "portal_invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.String(length=255), nullable=True),
        sa.Column("phone", sa.String(length=32), nullable=True),
        sa.Column("role_id", sa.Integer(), nullable=False),
        sa.Column("store_id", sa.Integer(), nullable=True),
        sa.Column("invited_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("expires_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("used_at", portal.db.UtcDateTime(), nullable=True),
        sa.Column("revoked_at", portal.db.UtcDateTime(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("distributor_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["distributor_id"],
            ["portal_distributor.id"],
            name=op.f("fk_portal_invitation_distributor_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["invited_by_id"],
            ["portal_person.id"],
            name=op.f("fk_portal_invitation_invited_by_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["portal_person.id"], name=op.f("fk_portal_invitation_person_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["role_id"], ["portal_role.id"], name=op.f("fk_portal_invitation_role_id")),
        sa.ForeignKeyConstraint(
            ["store_id", "distributor_id"],
            ["portal_store.id", "portal_store.distributor_id"],
            name=op.f("fk_portal_invitation_store_id_distributor_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portal_invitation")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_portal_invitation_token_hash")),
    )
    with op.batch_alter_table("portal_invitation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_portal_invitation_distributor_id"), ["distributor_id"], unique=False)

    op.create_table(
        "portal_membership",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("role_id", sa.Integer(), nullable=False),
        sa.Column("store_id", sa.Integer(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("distributor_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["distributor_id"],
            ["portal_distributor.id"],
            name=op.f("fk_portal_membership_distributor_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["portal_person.id"], name=op.f("fk_portal_membership_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["role_id"], ["portal_role.id"], name=op.f("fk_portal_membership_role_id")),
        sa.ForeignKeyConstraint(
            ["store_id", "distributor_id"],
            ["portal_store.id", "portal_store.distributor_id"],
            name=op.f("fk_portal_membership_store_id_distributor_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portal_membership")),
        sa.UniqueConstraint(
            "distributor_id",
            "person_id",
            "store_id",
            name=op.f("uq_portal_membership_distributor_id_person_id_store_id"),
        ),
    )
    with op.batch_alter_table("portal_membership", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_portal_membership_distributor_id"), ["distributor_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_portal_membership_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_portal_membership_role_id"), ["role_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_portal_membership_store_id"), ["store_id"], unique=False)

    op.create_table(
        "portal_search_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("object_id", sa.Integer(), nullable=False),
        sa.Column("words", portal.search.models.Words(), nullable=False),
        sa.Column("store_id", sa.Integer(), nullable=True),
        sa.Column("distributor_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["distributor_id"],
            ["portal_distributor.id"],
            name=op.f("fk_portal_search_entry_distributor_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["store_id", "distributor_id"],
            ["portal_store.id", "portal_store.distributor_id"],
            name="fk_portal_search_entry_store",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portal_search_entry")),
        sa.UniqueConstraint(
            "distributor_id", "kind", "object_id", name=op.f("uq_portal_search_entry_distributor_id_kind_object_id")
        ),
    )
    with op.batch_alter_table("portal_search_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_portal_search_entry_distributor_id"), ["distributor_id"], unique=False)
        batch_op.create_index("ix_portal_search_entry_newest", ["distributor_id", "kind", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_portal_search_entry_store_id"), ["store_id"], unique=False)

    op.create_table(
        "portal_api_token",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("membership_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("prefix", sa.String(length=12), nullable=False),
        sa.Column("scopes", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("created_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("expires_at", portal.db.UtcDateTime(), nullable=True),
        sa.Column("last_used_at", portal.db.UtcDateTime(), nullable=True),
        sa.Column("revoked_at", portal.db.UtcDateTime(), nullable=True),
        sa.Column("distributor_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["distributor_id"],
            ["portal_distributor.id"],
            name=op.f("fk_portal_api_token_distributor_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["membership_id"],
            ["portal_membership.id"],
            name=op.f("fk_portal_api_token_membership_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portal_api_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_portal_api_token_token_hash")),
    )
    with op.batch_alter_table("portal_api_token", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_portal_api_token_distributor_id"), ["distributor_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_portal_api_token_membership_id"), ["membership_id"], unique=False)

    op.create_table(
        "portal_notification",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("membership_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("title", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("body", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("created_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("read_at", portal.db.UtcDateTime(), nullable=True),
        sa.Column("distributor_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["distributor_id"],
            ["portal_distributor.id"],
            name=op.f("fk_portal_notification_distributor_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["membership_id"],
            ["portal_membership.id"],
            name=op.f("fk_portal_notification_membership_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portal_notification")),
    )
    with op.batch_alter_table("portal_notification", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_portal_notification_distributor_id"), ["distributor_id"], unique=False)
        batch_op.create_index("ix_portal_notification_unread", ["membership_id", "read_at", "id"], unique=False)

    op.create_table(
        "portal_preference",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("membership_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("wanted", sa.Boolean(), nullable=False),
        sa.Column("distributor_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["distributor_id"],
            ["portal_distributor.id"],
            name=op.f("fk_portal_preference_distributor_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["membership_id"],
            ["portal_membership.id"],
            name=op.f("fk_portal_preference_membership_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portal_preference")),
        sa.UniqueConstraint(
            "distributor_id",
            "membership_id",
            "kind",
            "channel",
            name=op.f("uq_portal_preference_distributor_id_membership_id_kind_channel"),
        ),
    )
    with op.batch_alter_table("portal_preference", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_portal_preference_distributor_id"), ["distributor_id"], unique=False)

    op.create_table(
        "portal_sign_in",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("started_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("seen_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("expires_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("ended_at", portal.db.UtcDateTime(), nullable=True),
        sa.Column("via", sa.String(length=20), nullable=False),
        sa.Column("device", sa.String(length=200), nullable=False),
        sa.Column("membership_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["membership_id"],
            ["portal_membership.id"],
            name=op.f("fk_portal_sign_in_membership_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["portal_person.id"], name=op.f("fk_portal_sign_in_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portal_sign_in")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_portal_sign_in_secret_hash")),
    )
    with op.batch_alter_table("portal_sign_in", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_portal_sign_in_person_id"), ["person_id"], unique=False)

    op.create_table(
        "portal_delivery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("notification_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("due_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("sent_at", portal.db.UtcDateTime(), nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("distributor_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["distributor_id"],
            ["portal_distributor.id"],
            name=op.f("fk_portal_delivery_distributor_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["notification_id"],
            ["portal_notification.id"],
            name=op.f("fk_portal_delivery_notification_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portal_delivery")),
        sa.UniqueConstraint("notification_id", "channel", name=op.f("uq_portal_delivery_notification_id_channel")),
    )
    with op.batch_alter_table("portal_delivery", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_portal_delivery_distributor_id"), ["distributor_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("portal_delivery", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_portal_delivery_distributor_id"))

    op.drop_table("portal_delivery")
    with op.batch_alter_table("portal_sign_in", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_portal_sign_in_person_id"))

    op.drop_table("portal_sign_in")
    with op.batch_alter_table("portal_preference", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_portal_preference_distributor_id"))

    op.drop_table("portal_preference")
    with op.batch_alter_table("portal_notification", schema=None) as batch_op:
        batch_op.drop_index("ix_portal_notification_unread")
        batch_op.drop_index(batch_op.f("ix_portal_notification_distributor_id"))

    op.drop_table("portal_notification")
    with op.batch_alter_table("portal_api_token", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_portal_api_token_membership_id"))
        batch_op.drop_index(batch_op.f("ix_portal_api_token_distributor_id"))

    op.drop_table("portal_api_token")
    with op.batch_alter_table("portal_search_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_portal_search_entry_store_id"))
        batch_op.drop_index("ix_portal_search_entry_newest")
        batch_op.drop_index(batch_op.f("ix_portal_search_entry_distributor_id"))

    op.drop_table("portal_search_entry")
    with op.batch_alter_table("portal_membership", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_portal_membership_store_id"))
        batch_op.drop_index(batch_op.f("ix_portal_membership_role_id"))
        batch_op.drop_index(batch_op.f("ix_portal_membership_person_id"))
        batch_op.drop_index(batch_op.f("ix_portal_membership_distributor_id"))

    op.drop_table("portal_membership")
    with op.batch_alter_table("portal_invitation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_portal_invitation_distributor_id"))

    op.drop_table("portal_invitation")
    with op.batch_alter_table("portal_contact", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_portal_contact_store_id"))
        batch_op.drop_index(batch_op.f("ix_portal_contact_distributor_id"))

    op.drop_table("portal_contact")
    op.drop_table("portal_used_code")
    with op.batch_alter_table("portal_store", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_portal_store_rep_membership_id"))
        batch_op.drop_index("ix_portal_store_place")
        batch_op.drop_index(batch_op.f("ix_portal_store_distributor_id"))

    op.drop_table("portal_store")
    op.drop_table("portal_schedule")
    with op.batch_alter_table("portal_role", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_portal_role_distributor_id"))

    op.drop_table("portal_role")
    with op.batch_alter_table("portal_request_key", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_portal_request_key_distributor_id"))

    op.drop_table("portal_request_key")
    with op.batch_alter_table("portal_plugin_activation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_portal_plugin_activation_distributor_id"))

    op.drop_table("portal_plugin_activation")
    with op.batch_alter_table("portal_passkey", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_portal_passkey_user_id"))

    op.drop_table("portal_passkey")
    with op.batch_alter_table("portal_job", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_portal_job_person_id"))
        batch_op.drop_index("ix_portal_job_of_distributor")
        batch_op.drop_index("ix_portal_job_due")

    op.drop_table("portal_job")
    with op.batch_alter_table("portal_file", schema=None) as batch_op:
        batch_op.drop_index("ix_portal_file_hash")
        batch_op.drop_index(batch_op.f("ix_portal_file_distributor_id"))

    op.drop_table("portal_file")
    with op.batch_alter_table("portal_audit", schema=None) as batch_op:
        batch_op.drop_index("ix_portal_audit_object")
        batch_op.drop_index(batch_op.f("ix_portal_audit_distributor_id"))
        batch_op.drop_index("ix_portal_audit_at")

    op.drop_table("portal_audit")
    with op.batch_alter_table("portal_worker", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_portal_worker_seen_at"))

    op.drop_table("portal_worker")
    op.drop_table("portal_plugin")
    op.drop_table("portal_person")
    op.drop_table("portal_parked_form")
    op.drop_table("portal_distributor")
