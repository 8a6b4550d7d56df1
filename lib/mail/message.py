"""The weekly mail as a message: text and HTML of the same content."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from email.errors import HeaderParseError, MessageError
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import parseaddr
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from lib.errors import Invalid
from lib.mail.digest import Digest
from lib.settings import Settings

_FOLDER = Path(__file__).parent / "templates"


class _Addresses(UnstructuredHeader, BaseHeader):
    """A header of URLs, which programs read as they stand: never encoded and never broken (RFC 2369)."""

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


def _policy() -> Policy:
    headers = HeaderRegistry()
    headers.map_to_type("list-unsubscribe", _Addresses)
    return SMTP.clone(header_factory=headers)


_POLICY = _policy()


@dataclass(frozen=True, slots=True)
class Links:
    """Where the app shows things, and where mails are stopped; empty where nobody said."""

    app: str
    unsubscribe: str

    def recipe(self, recipe_id: str) -> str:
        """The page of a recipe."""
        return f"{self.app}/recipes/{quote(recipe_id, safe='')}" if self.app else ""

    def plan(self, plan_id: str) -> str:
        """The page of a plan."""
        return f"{self.app}/meal-plans/{quote(plan_id, safe='')}" if self.app else ""


def links(config: Settings, user_id: str) -> Links:
    """Those for a person."""
    stop = config.mail_unsubscribe.replace("{user}", quote(user_id, safe=""))
    return Links(config.app_url.rstrip("/"), stop)


def message(digest: Digest, config: Settings, now: datetime) -> EmailMessage:
    """The mail.

    Raises:
        Invalid: the person's address, or the sender's, is none.
    """
    found = links(config, digest.user_id)
    sender = _address(*parseaddr(config.mail_from))
    mail = EmailMessage(_POLICY)
    mail["From"] = sender
    mail["To"] = _address(" ".join(digest.name.split()), digest.email)
    mail["Subject"] = subject(digest)
    mail["Date"] = now
    mail["Message-ID"] = f"<digest.{key(digest.user_id, digest.monday)}@{sender.domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    if found.unsubscribe:
        mail["List-Unsubscribe"] = f"<{found.unsubscribe}>"
    if found.unsubscribe.startswith("https:"):
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"  # RFC 8058
    mail.set_content(text(digest, found))
    mail.add_alternative(html(digest, found), subtype="html")
    return mail


def key(user_id: str, monday: date) -> str:
    """Names a person's mail about a week, and tells nobody whose it is."""
    return hashlib.sha256(f"{user_id} {monday}".encode()).hexdigest()[:32]


def subject(digest: Digest) -> str:
    """As "Your week from 7 December: 14 meals"."""
    count = len(digest.dishes)
    return f"Your week from {_day(digest.monday)}: {count} {'meal' if count == 1 else 'meals'}"


def text(digest: Digest, links: Links) -> str:
    """The part without markup."""
    return _templates().get_template("digest.txt").render(digest=digest, links=links)


def html(digest: Digest, links: Links) -> str:
    """The part with markup; every value in it is escaped."""
    return _templates().get_template("digest.html").render(digest=digest, links=links)


def _address(name: str, spec: str) -> Address:
    try:
        return Address(name, addr_spec=spec)
    except (ValueError, IndexError, HeaderParseError, MessageError) as error:
        raise Invalid("This address can't be written to.") from error


def _day(day: date) -> str:
    return f"{day.day} {day:%B}"


def _week(monday: date) -> str:
    sunday = monday + timedelta(days=6)
    first = str(monday.day) if monday.month == sunday.month else _day(monday)
    return f"{first} – {_day(sunday)}"


def _one_line(words: str) -> str:
    return " ".join(words.split())


@lru_cache
def _templates() -> Environment:
    found = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    found.filters |= {
        "weekday": lambda day: f"{day:%A}",
        "day": _day,
        "week": _week,
        "one_line": _one_line,
    }
    return found
