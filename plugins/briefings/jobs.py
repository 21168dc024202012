"""Rendering editions outside of requests: one job for each, so that a stop loses nothing and doubles nothing."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from plugins.briefings import services
from plugins.briefings.edition import paper_of
from plugins.briefings.models import FAILED, READY, Edition
from portal.api import Distributor, Job, PdfFailed, checkpoint, clock, current_scope, session, store_generated


def render(edition_id: int) -> None:
    """Make the PDF of one edition, once; a document that cannot be made says so and does not stop the others."""
    edition = _edition(edition_id)
    if edition.state == READY:
        return
    distributor = session.get_one(Distributor, current_scope().distributor_id)
    paper = paper_of(edition.briefing, edition.store, edition.language, distributor)
    checkpoint()  # the layout takes seconds, in which others want to write
    try:
        rendered = paper.render()
    except PdfFailed as error:
        edition = _edition(edition_id)
        edition.state, edition.error = FAILED, str(error)
        return
    edition = _edition(edition_id)
    stored = store_generated(rendered.pdf, f"{edition.briefing.title} {edition.store.number}.pdf", "application/pdf")
    session.flush()
    edition.file_id, edition.pages, edition.missing = stored.id, rendered.pages, list(rendered.missing)
    edition.state, edition.finished_at = READY, clock.now()
    services.tell_store(edition)


def _edition(edition_id: int) -> Edition:
    statement = select(Edition).where(Edition.id == edition_id)
    return session.scalars(statement.options(joinedload(Edition.briefing), joinedload(Edition.store))).one()


JOBS = (Job("briefings.render", render, _l("Make briefings"), queue="pdf", tries=4, lease_seconds=180),)
