"""Every table of the core, imported in one place so that mappers and migrations know them all."""

from portal.accounts import models as accounts
from portal.audit import models as audit
from portal.files import models as files
from portal.host import models as host
from portal.jobs import models as jobs
from portal.notifications import models as notifications
from portal.once import RequestKey
from portal.parked import ParkedForm
from portal.search import models as search
from portal.stores import models as stores
from portal.webhooks import models as webhooks

__all__ = [
    "ParkedForm",
    "RequestKey",
    "accounts",
    "audit",
    "files",
    "host",
    "jobs",
    "notifications",
    "search",
    "stores",
    "webhooks",
]
