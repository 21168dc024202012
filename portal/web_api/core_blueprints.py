"""The API blueprints of the core."""

from portal.admin.people_api import colleagues, people
from portal.admin.web_api import distributor, plugins, role_list
from portal.audit.web_api import blueprint as audit
from portal.calendar.web_api import blueprint as calendar
from portal.home.web_api import blueprint as today
from portal.jobs.web_api import blueprint as jobs
from portal.notifications.channel_api import blueprint as channels
from portal.notifications.web_api import blueprint as notifications
from portal.search.web_api import blueprint as search
from portal.stores.web_api import blueprint as stores
from portal.stores.web_api import contacts, imports
from portal.web_api.blueprint import ApiBlueprint
from portal.web_api.me import blueprint as me
from portal.webhooks.web_api import blueprint as web_hooks

CORE_BLUEPRINTS: tuple[ApiBlueprint, ...] = (
    me, today, calendar, notifications, search, stores, contacts, imports, people, colleagues, role_list, plugins, distributor, channels, web_hooks,
    jobs, audit,
)  # fmt: skip
