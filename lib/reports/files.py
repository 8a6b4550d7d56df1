"""Reports that jobs have drawn, kept until they are old."""

import re
import unicodedata
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from lib.errors import NotFound
from lib.ledger.pruning import Rows
from lib.reports.document import Rendered
from lib.tables import report_files

OLD = (Rows("reportFiles", report_files, "created_at"),)
"""What of it may be forgotten."""

URL = "/reports/files/"
"""Path under which a report is served by its id."""

_LONGEST_NAME = 60


@dataclass(frozen=True)
class ReportFile:
    """A report that was drawn."""

    filename: str
    pages: int
    content: bytes


def filename(kind: str, title: str) -> str:
    """As "meal-plan-week-of-19-october.pdf": plain letters, whatever the title has."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_LONGEST_NAME].strip("-")
    return f"{kind}-{words}.pdf" if words else f"{kind}.pdf"


def keep(session: Session, job_id: str, user_id: str | None, name: str, drawn: Rendered) -> None:
    """Keep a job's report; one that was drawn again takes the place of the first.

    Args:
        user_id: of the key that asked for it, if it is bound to one.
    """
    row = {"user_id": user_id, "filename": name, "pages": drawn.pages, "content": drawn.content}
    statement = insert(report_files).values(id=job_id, **row)
    session.execute(statement.on_conflict_do_update(index_elements=["id"], set_=row))


def get(session: Session, file_id: str, user_id: str | None = None) -> ReportFile:
    """A report.

    Args:
        user_id: whose alone it may be; None: anybody's.

    Raises:
        NotFound: there is none with this id, or it isn't that user's.
    """
    row = session.execute(select(report_files).where(report_files.c.id == file_id)).first()
    if row is None or user_id not in (None, row.user_id):
        raise NotFound("There is no report with this id; old ones are deleted.")
    return ReportFile(row.filename, row.pages, bytes(row.content))
