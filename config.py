"""Settings of the portal, read once from the environment; every default works without a server."""

import os
from pathlib import Path


def _flag(name: str, default: bool = False) -> bool:
    return os.environ.get(name, "1" if default else "0").lower() in {"1", "true", "yes", "on"}


def _counts(name: str) -> dict[str, int]:
    """Numbers by name, from a text such as pdf=2,messages=1."""
    pairs = (part.partition("=") for part in os.environ.get(name, "").split(",") if part)
    return {key.strip(): int(count) for key, _, count in pairs}


class Config:
    """What a running portal needs to know; docs/operators.md explains each line."""

    DATA_DIR = Path(os.environ.get("DATA_DIR", Path(__file__).parent / "var")).resolve()
    DATABASE_URL = os.environ.get("DATABASE_URL") or f"sqlite:///{DATA_DIR / 'storewise.db'}"
    MIGRATION_DATABASE_URL = os.environ.get("MIGRATION_DATABASE_URL", "")  # empty: DATABASE_URL
    REDIS_URL = os.environ.get("REDIS_URL", "")
    FILES_URL = os.environ.get("FILES_URL", "")
    SECRET_KEY = os.environ.get("SECRET_KEY", "")
    SECURITY_PASSWORD_SALT = os.environ.get("SECURITY_PASSWORD_SALT", "")
    SERVER_NAME_ALLOWED = [name for name in os.environ.get("ALLOWED_HOSTS", "").split(",") if name]
    PUBLIC_URL = os.environ.get("PUBLIC_URL", "http://127.0.0.1:8000")
    TRUSTED_PROXIES = int(os.environ.get("TRUSTED_PROXIES", "0"))
    SECURE_COOKIES = _flag("SECURE_COOKIES", PUBLIC_URL.startswith("https://"))

    PLUGINS = tuple(
        name
        for name in os.environ.get("PLUGINS", "trade,advice,complaints,events,meetings,briefings").split(",")
        if name
    )
    DISCOVER_ENTRY_POINTS = _flag("DISCOVER_ENTRY_POINTS", True)

    SMTP_URL = os.environ.get("SMTP_URL", "")
    MAIL_FROM = os.environ.get("MAIL_FROM", "Storewise <no-reply@localhost>")
    ALLOW_PRIVATE_ADDRESSES = _flag("ALLOW_PRIVATE_ADDRESSES")

    QUEUE_LIMITS = _counts("QUEUE_LIMITS")
    METRICS_TOKEN = os.environ.get("METRICS_TOKEN", "")

    MAX_CONTENT_LENGTH = int(os.environ.get("MAX_UPLOAD_MB", "60")) * 1024 * 1024
    MAX_FORM_MEMORY_SIZE = 2 * 1024 * 1024
    MAX_FORM_PARTS = 500
    LANGUAGES = ("zh_Hans", "en")
    DEFAULT_LANGUAGE = "zh_Hans"
    DEFAULT_TIMEZONE = "Asia/Shanghai"
    DEMO = _flag("DEMO")
    DEVELOPMENT = _flag("DEVELOPMENT")
    TESTING = False
