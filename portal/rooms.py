"""The core's own blueprints, jobs and places in the navigation."""

from flask_babel import lazy_gettext as _l

from portal.accounts import letters
from portal.accounts.join_views import blueprint as join
from portal.accounts.views import blueprint as account
from portal.admin.colleague_views import blueprint as colleagues
from portal.admin.people_views import blueprint as admin_people
from portal.admin.plugin_views import blueprint as admin_plugins
from portal.admin.role_views import blueprint as admin_roles
from portal.admin.settings_views import blueprint as admin_settings
from portal.audit.views import blueprint as audit
from portal.calendar.views import blueprint as calendar
from portal.contracts import NavItem
from portal.home.health import blueprint as health
from portal.home.views import blueprint as home
from portal.jobs import housekeeping
from portal.jobs.views import blueprint as jobs
from portal.notifications import channel_jobs, digests
from portal.notifications import jobs as messages
from portal.notifications.channel_views import blueprint as channels
from portal.notifications.views import blueprint as notifications
from portal.notifications.views import dev_blueprint as dev
from portal.offline.views import blueprint as offline
from portal.operations.metrics import blueprint as metrics
from portal.search.views import blueprint as search
from portal.stores.exchange_views import blueprint as stores_exchange
from portal.stores.views import blueprint as stores
from portal.webhooks import jobs as web_hook_jobs
from portal.webhooks.views import blueprint as web_hooks

PEOPLE = (account, join, colleagues, admin_people, admin_roles, admin_plugins, admin_settings, audit)
CONNECTIONS = (channels, web_hooks)
BLUEPRINTS = (
    home,
    calendar,
    stores,
    stores_exchange,
    health,
    metrics,
    search,
    jobs,
    notifications,
    offline,
    dev,
    *CONNECTIONS,
    *PEOPLE,
)

MESSAGES = (*messages.JOBS, *digests.JOBS, *channel_jobs.JOBS, *web_hook_jobs.JOBS)
JOBS = (*housekeeping.JOBS, *letters.JOBS, *MESSAGES)

NAV_ITEMS = (
    NavItem(_l("Today"), "home.today", "home", "", "store", order=10, tab=True),
    NavItem(_l("Calendar"), "calendar.index", "calendar", "", "store", order=30, tab=True),
    NavItem(_l("Calendar"), "calendar.index", "calendar", "", "distributor", "daily", order=30),
    NavItem(_l("More"), "home.more", "dots", "", "store", order=90, tab=True),
    NavItem(_l("Today"), "home.today", "home", "", "distributor", "daily", order=5),
    NavItem(_l("Stores"), "stores.index", "building-store", "portal.see_stores", "distributor", "daily", order=40),
    NavItem(_l("Search"), "search.index", "search", "", "distributor", "daily", order=8),
    NavItem(_l("Search"), "search.index", "search", "", "store", order=45),
    NavItem(_l("My store"), "stores.mine", "building-store", "portal.see_own_store", "store", "tools", order=50),
    NavItem(_l("Background work"), "jobs.index", "subtask", "portal.operate_jobs", "distributor", "admin", order=80),
    NavItem(_l("Colleagues"), "colleagues.index", "users", "portal.invite_colleagues", "store", "tools", order=58),
    NavItem(_l("Members"), "admin_people.index", "users", "portal.manage_people", "distributor", "admin", order=10),
    NavItem(_l("Roles"), "admin_roles.index", "shield-lock", "portal.manage_roles", "distributor", "admin", order=20),
    NavItem(_l("Plug-ins"), "admin_plugins.index", "puzzle", "portal.manage_plugins", "distributor", "admin", order=30),
    NavItem(
        _l("Settings"), "admin_settings.index", "settings", "portal.manage_settings", "distributor", "admin", order=40
    ),
    NavItem(
        _l("Channels"), "channels.index", "message-share", "portal.manage_connections", "distributor", "admin", order=50
    ),
    NavItem(
        _l("Web hooks"), "web_hooks.index", "webhook", "portal.manage_connections", "distributor", "admin", order=55
    ),
    NavItem(_l("Audit log"), "audit.index", "history", "portal.see_audit", "distributor", "admin", order=70),
)
