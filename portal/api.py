"""Everything a plug-in may use of the portal: the one module it imports, behind which the core moves freely."""

from portal import clock
from portal.access import open_to_all, requires, signed_in, takes_pictures, writes
from portal.accounts.acting import acting_viewer, as_whom
from portal.accounts.models import Distributor, Membership, Person, Role
from portal.accounts.viewer import Viewer, current_viewer, role_title, viewer_or_none
from portal.audit.services import record
from portal.charts import PRINT_WIDTHS, Bar, CoverBar, RowChart, draw, draw_shelf
from portal.clock_words import ShownClock, duration, shown_clock
from portal.clocks import Clock, clock_of
from portal.contracts import (
    AuditTitle,
    BriefingQuery,
    BriefingSection,
    CalendarEntry,
    Chart,
    DemoBuilder,
    HomeCard,
    Job,
    KeyFigure,
    NavItem,
    NotificationKind,
    Permission,
    PersonalData,
    Plugin,
    PublicSignal,
    SearchHit,
    Span,
    StoreSignal,
    Subscription,
    Table,
    TimelineEntry,
)
from portal.db import Model, Money, UtcDateTime, db
from portal.editorial import to_html as markdown_to_html
from portal.errors import Conflict, NotAllowed, NotFound, RuleBroken
from portal.fields import AmountField, DayField, LinesField, LocalDateTimeField
from portal.files.cells import CellRefused, as_date, as_int, as_text
from portal.files.coded import CodedTable, code_rows
from portal.files.exports import Sheet, write_csv, write_xlsx
from portal.files.limits import CSV, MEGABYTE, XLSX, Limits
from portal.files.models import StoredFile
from portal.files.sending import send_bytes, send_stored, send_thumbnail
from portal.files.services import delete_stored, read_stored, store_generated, store_upload, thumbnail
from portal.files.spreadsheets import peek_table, read_coded, read_table
from portal.files.tables import CellError, Column, Record, Records, TableBroken, TableData
from portal.forms import PortalForm
from portal.host import the_host
from portal.i18n import local_date, local_dt, local_time, money, number
from portal.jobs.services import checkpoint, enqueue, reading_only
from portal.jobs.working_off import work_off
from portal.notifications.recipients import members_of_stores, members_who_may
from portal.notifications.services import notify
from portal.paging import Order, Page, keyset
from portal.pdf import BRIEFING_STYLESHEET, PdfFailed
from portal.pdf import render as render_document
from portal.pdf.model import PdfDocument
from portal.questions import day_asked, id_asked
from portal.reading import Reading
from portal.sealing import secret_for
from portal.search.services import find, index
from portal.signals import signal
from portal.stores.audience import Audience, AudienceFields
from portal.stores.forms import format_title
from portal.stores.models import FORMATS, TIERS, Contact, Store
from portal.stores.queries import by_number as store_by_number
from portal.stores.queries import store as store_by_id
from portal.tenancy import (
    DistributorOwned,
    Prepared,
    Scope,
    StoreOwned,
    acting_for,
    current_scope,
    delete_rows,
    insert_rows,
    update_rows,
)
from portal.web_api import fields as api_fields
from portal.web_api.audience import AudienceSchema, audience_of
from portal.web_api.blueprint import PICTURE_TYPES, ApiBlueprint, PageArguments, page_of
from portal.worktime import WorkCalendar, due_after

session = db.session

__all__ = [
    "BRIEFING_STYLESHEET",
    "CSV",
    "FORMATS",
    "MEGABYTE",
    "PICTURE_TYPES",
    "PRINT_WIDTHS",
    "TIERS",
    "XLSX",
    "AmountField",
    "ApiBlueprint",
    "Audience",
    "AudienceFields",
    "AudienceSchema",
    "AuditTitle",
    "Bar",
    "BriefingQuery",
    "BriefingSection",
    "CalendarEntry",
    "CellError",
    "CellRefused",
    "Chart",
    "Clock",
    "CodedTable",
    "Column",
    "Conflict",
    "Contact",
    "CoverBar",
    "DayField",
    "DemoBuilder",
    "Distributor",
    "DistributorOwned",
    "HomeCard",
    "Job",
    "KeyFigure",
    "Limits",
    "LinesField",
    "LocalDateTimeField",
    "Membership",
    "Model",
    "Money",
    "NavItem",
    "NotAllowed",
    "NotFound",
    "NotificationKind",
    "Order",
    "Page",
    "PageArguments",
    "PdfDocument",
    "PdfFailed",
    "Permission",
    "Person",
    "PersonalData",
    "Plugin",
    "PortalForm",
    "Prepared",
    "PublicSignal",
    "Reading",
    "Record",
    "Records",
    "Role",
    "RowChart",
    "RuleBroken",
    "Scope",
    "SearchHit",
    "Sheet",
    "ShownClock",
    "Span",
    "Store",
    "StoreOwned",
    "StoreSignal",
    "StoredFile",
    "Subscription",
    "Table",
    "TableBroken",
    "TableData",
    "TimelineEntry",
    "UtcDateTime",
    "Viewer",
    "WorkCalendar",
    "acting_for",
    "acting_viewer",
    "api_fields",
    "as_date",
    "as_int",
    "as_text",
    "as_whom",
    "audience_of",
    "checkpoint",
    "clock",
    "clock_of",
    "code_rows",
    "current_scope",
    "current_viewer",
    "day_asked",
    "delete_rows",
    "delete_stored",
    "draw",
    "draw_shelf",
    "due_after",
    "duration",
    "enqueue",
    "find",
    "format_title",
    "id_asked",
    "index",
    "insert_rows",
    "keyset",
    "local_date",
    "local_dt",
    "local_time",
    "markdown_to_html",
    "members_of_stores",
    "members_who_may",
    "money",
    "notify",
    "number",
    "open_to_all",
    "page_of",
    "peek_table",
    "read_coded",
    "read_stored",
    "read_table",
    "reading_only",
    "record",
    "render_document",
    "requires",
    "role_title",
    "secret_for",
    "send_bytes",
    "send_stored",
    "send_thumbnail",
    "session",
    "shown_clock",
    "signal",
    "signed_in",
    "store_by_id",
    "store_by_number",
    "store_generated",
    "store_upload",
    "takes_pictures",
    "the_host",
    "thumbnail",
    "update_rows",
    "viewer_or_none",
    "work_off",
    "write_csv",
    "write_xlsx",
    "writes",
]
