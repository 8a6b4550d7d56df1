"""The weekly mail, from the tables to a mail server."""

import uuid
from datetime import UTC, date, datetime, time, timedelta

import pytest
import trustme
from sqlalchemy import insert, text, update

from jobs import registry
from jobs.execution import Execution
from lib import db
from lib.ledger import jobs
from lib.mail.digest import addressees, week_after
from lib.mail.server import MailServer, may_be_regular
from lib.tables import mail_optouts, meal_plan_items, meal_plans, recipe_details, recipes, users
from tests.conftest import forget
from tests.ledger import ask, make_due, take
from tests.mailserver import serving
from tests.recommendation_corpus import fill

DIGEST = registry.kinds()["email-digest"]
MONDAY = week_after(datetime.now(UTC).date())


@pytest.fixture
def set_to(database, monkeypatch):
    """Changes settings."""

    def change(**values):
        for name, value in values.items():
            monkeypatch.setenv(f"MEALPREP_{name.upper()}", str(value))
        forget()

    change(mail_from="MealPrep360 <plans@meals.example>", smtp_security="none")
    yield change
    monkeypatch.undo()
    forget()


@pytest.fixture
def mails(set_to):
    """A mail server that the settings name."""
    with serving() as handler:
        set_to(smtp_host="127.0.0.1", smtp_port=handler.port)
        yield handler


@pytest.fixture
def people(database):
    """Anna and Ben with meals in the next week, Cleo without."""
    with db.transaction() as session:
        fill(session, 60)
        for name in ("anna", "ben", "cleo"):
            address = f"{name}@people.example"
            row = {"id": name, "clerk_id": name, "email": address, "name": name.title()}
            session.execute(insert(users).values(row))
    plan("anna", MONDAY, MONDAY + timedelta(days=6), {1: ["r00001"], 3: ["r00002", "r00003"]})
    plan("ben", MONDAY, MONDAY, {1: ["r00004"]})
    plan("cleo", MONDAY + timedelta(days=7), MONDAY + timedelta(days=13), {1: ["r00001"]})


def plan(user_id, start, end, meals):
    """A plan with dinners by weekday, of which 0 is Sunday."""
    with db.transaction() as session:
        new = insert(meal_plans).values(user_id=user_id, name="Plan", start_date=start, end_date=end)
        plan_id = session.scalar(new.returning(meal_plans.c.id))
        rows = [
            {"meal_plan_id": plan_id, "recipe_id": recipe, "day_of_week": day, "meal_type": "dinner"}
            for day, some in meals.items()
            for recipe in some
        ]
        session.execute(insert(meal_plan_items), rows)
        return plan_id


def attempt(job_id=None, **args):
    """One attempt at a job: its id, outcome and result."""
    job_id = job_id or ask(DIGEST, args)
    lease = take(kinds=registry.kinds())
    assert lease.job_id == job_id
    return job_id, *Execution(DIGEST, lease).run()


def again(job_id):
    """The next attempt at it."""
    make_due(job_id)
    return attempt(job_id)


def items(job_id):
    with db.transaction() as session:
        found = jobs.items(session, job_id, 100).items
    return {item.key: item.error or item.result for item in found}


def test_everybody_with_meals_in_the_next_week_is_written_to_once(mails, people):
    job_id, outcome, result = attempt()
    assert (outcome, result["sent"], result["week"]) == ("succeeded", 2, MONDAY.isoformat())
    assert sorted(mails.to()) == ["anna@people.example", "ben@people.example"]
    assert items(job_id) == {"anna": {"sent": True}, "ben": {"sent": True}}
    assert attempt()[1] == attempt(user_ids=["anna"])[1] == "succeeded"
    assert len(mails.to()) == 2
    assert mails.connections <= 4  # one an attempt, whatever it sends


def test_those_who_are_named_and_have_nothing_planned_are_passed_over(mails, people):
    job_id, outcome, result = attempt(user_ids=["cleo", "anna", "nobody"])
    assert (outcome, result["sent"], result["skipped"]) == ("succeeded", 1, 2)
    assert mails.to() == ["anna@people.example"]
    assert items(job_id) == {"cleo": {"sent": False}, "anna": {"sent": True}, "nobody": {"sent": False}}


def test_who_wants_no_mail_has_none(mails, people):
    with db.transaction() as session:
        session.execute(insert(mail_optouts).values(user_id="anna"))
    attempt()
    attempt(user_ids=["anna"])
    assert mails.to() == ["ben@people.example"]


def test_a_plan_counts_on_its_own_days_only(mails, people):
    with db.transaction() as session:
        session.execute(text("delete from meal_plans where user_id in ('anna', 'ben')"))
    plan("anna", MONDAY + timedelta(days=5), MONDAY + timedelta(days=8), {1: ["r00001"]})
    plan("ben", MONDAY - timedelta(days=3), MONDAY + timedelta(days=1), {2: ["r00001"]})
    attempt()
    assert mails.to() == ["ben@people.example"]


def test_a_server_that_is_down_is_tried_again(mails, people, set_to):
    port = mails.port
    set_to(smtp_port=1)
    job_id, outcome, _ = attempt()
    assert outcome == "raised"
    assert items(job_id) == {}
    set_to(smtp_port=port)
    assert again(job_id)[1] == "succeeded"
    assert len(mails.to()) == 2


def test_a_refused_recipient_is_the_items_failure(mails, people):
    mails.says["anna@people.example"] = "550 no such user"
    job_id, outcome, result = attempt()
    assert (outcome, result["sent"], result["failed"]) == ("failed", 1, 1)
    assert items(job_id)["anna"] == "The mail server refuses this recipient; it answers 550."
    assert items(job_id)["ben"] == {"sent": True}


def test_a_recipient_who_must_wait_holds_nobody_up_and_is_tried_again(mails, people):
    mails.says["anna@people.example"] = "451 greylisted"
    job_id, outcome, _ = attempt()
    assert outcome == "raised"
    assert items(job_id) == {"ben": {"sent": True}}
    mails.says.clear()
    assert again(job_id)[1] == "succeeded"
    assert mails.to() == ["ben@people.example", "anna@people.example"]


@pytest.mark.parametrize(("said", "outcome"), [("554 this is spam", "failed"), ("452 full", "raised")])
def test_a_message_that_is_not_taken_may_be_tried_again(mails, people, said, outcome):
    mails.at_the_end = said
    job_id, ended, _ = attempt(user_ids=["anna"])
    assert ended == outcome
    attempt(user_ids=["anna"]) if outcome == "failed" else again(job_id)
    assert mails.to() == ["anna@people.example"]


def test_a_message_of_which_nobody_knows_is_not_sent_again(mails, people):
    mails.at_the_end = "hang up"
    job_id, outcome, _ = attempt(user_ids=["anna", "ben"])
    assert outcome == "raised"
    _, outcome, result = again(job_id)
    assert (outcome, result["sent"], result["failed"]) == ("failed", 1, 1)
    assert items(job_id)["anna"].startswith("Nobody knows whether")
    assert mails.to() == ["ben@people.example"]


@pytest.mark.parametrize("address", ["no address", "a@b\r\nBcc: c@people.example", "", "@"])
def test_an_address_that_is_none_is_the_items_failure(mails, people, address):
    with db.transaction() as session:
        session.execute(update(users).where(users.c.id == "anna").values(email=address))
    job_id, outcome, _ = attempt()
    assert outcome == "failed"
    assert items(job_id) == {"anna": "This address can't be written to.", "ben": {"sent": True}}
    assert mails.to() == ["ben@people.example"]


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"smtp_host": ""}, "MEALPREP_SMTP_HOST"),
        ({"smtp_host": "127.0.0.1", "mail_from": ""}, "MEALPREP_MAIL_FROM"),
        ({"smtp_host": "127.0.0.1", "smtp_user": "cook"}, "MEALPREP_SMTP_SECURITY"),
    ],
)
def test_settings_that_do_not_do_are_told(set_to, people, values, told):
    set_to(**values)
    job_id, outcome, _ = attempt()
    assert outcome == "failed"
    with db.transaction() as session:
        assert told in jobs.get(session, job_id).error


@pytest.mark.filterwarnings("ignore:Requiring AUTH")  # aiosmtpd overlooks TLS from the first byte
@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_encrypted_with_a_login(people, set_to, tmp_path, monkeypatch, security):
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    with serving(authority.issue_cert("127.0.0.1"), implicit=security == "tls") as mails:
        set_to(smtp_host="127.0.0.1", smtp_port=mails.port, smtp_security=security)
        set_to(smtp_user="cook", smtp_password="wrong")
        job_id, outcome, _ = attempt()
        assert outcome == "raised"  # nobody vouches for its certificate
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
        assert again(job_id)[1] == "failed"  # the password is wrong
        set_to(smtp_password="s3cret")
        assert attempt()[1] == "succeeded"
    assert len(mails.to()) == 2


def test_without_starttls_no_password_is_sent(mails, people, set_to):
    set_to(smtp_security="starttls", smtp_user="cook", smtp_password="s3cret")
    job_id, outcome, _ = attempt()
    assert outcome == "failed"
    with db.transaction() as session:
        assert "STARTTLS" in jobs.get(session, job_id).error
    assert mails.to() == []


def begun(job_id, **columns):
    """Puts times of a job's into the past."""
    with db.transaction() as session:
        for column, at in columns.items():
            session.execute(
                text(f"update compute.jobs set {column} = :at where id = :id"), {"at": at, "id": job_id}
            )


def ago(days):
    return datetime.now(UTC) - timedelta(days=days)


def test_a_week_that_is_over_is_written_about_no_more(mails, people, set_to):
    port = mails.port
    set_to(smtp_port=1)
    job_id, _, _ = attempt()
    begun(job_id, created_at=ago(15), started_at=ago(15))
    set_to(smtp_port=port)
    assert again(job_id)[1] == "failed"
    assert mails.to() == []


def test_a_job_that_is_asked_for_long_before_it_runs_is_about_the_week_after_it_runs(mails, people):
    job_id = ask(DIGEST)
    begun(job_id, created_at=ago(19))
    _, outcome, result = attempt(job_id)
    assert (outcome, result["week"]) == ("succeeded", MONDAY.isoformat())


def test_a_tick_that_is_made_up_for_later_is_about_the_ticks_week(mails, people):
    with db.transaction() as session:
        fill_plan = update(meal_plans).values(start_date=MONDAY - timedelta(days=7))
        session.execute(fill_plan.where(meal_plans.c.user_id == "anna"))
    job_id = ask(DIGEST)
    begun(job_id, tick=datetime.combine(MONDAY - timedelta(days=9), time(15), UTC))
    _, outcome, result = attempt(job_id)
    assert (outcome, result["week"]) == ("succeeded", (MONDAY - timedelta(days=7)).isoformat())
    assert mails.to() == ["anna@people.example"]


def test_who_opts_out_while_others_are_written_to_has_no_mail(mails, people, monkeypatch):
    def opted_out(server):
        with db.transaction() as session:
            session.execute(insert(mail_optouts).values(user_id="ben"))
        return entered(server)

    entered = MailServer.__enter__
    monkeypatch.setattr(MailServer, "__enter__", opted_out)  # after the addressees were read
    job_id, outcome, _ = attempt()
    assert outcome == "succeeded"
    assert items(job_id) == {"anna": {"sent": True}, "ben": {"sent": False}}
    assert mails.to() == ["anna@people.example"]


def test_a_hundred_thousand_may_be_named(mails, people):
    named = ["anna", *(f"nobody{number}" for number in range(99_999))]
    with db.transaction() as session:
        assert addressees(session, MONDAY, named) == ["anna"]


def test_the_schedule_waits_for_a_server_and_a_way_out(set_to):
    assert not may_be_regular(None)
    set_to(smtp_host="127.0.0.1")
    assert not may_be_regular(None)
    set_to(mail_unsubscribe="https://meals.example/stop/{user}")
    assert may_be_regular(None)


def test_what_the_mail_says(mails, people, set_to):
    set_to(app_url="https://meals.example/", mail_unsubscribe="https://meals.example/stop/{user}")
    with db.transaction() as session:
        named = update(recipes).where(recipes.c.id == "r00002")
        session.execute(named.values(title="Mac & <b>Cheese</b>\r\nBcc: x@people.example"))
        session.execute(update(users).where(users.c.id == "anna").values(name='Anna "<i>"\r\nX: y'))
        for recipe, step in (
            ("r00001", "Thaw overnight in the fridge."),
            ("r00002", "Thaw in the refrigerator for 24 hours."),
            ("r00003", "Bake from frozen; do not thaw."),
        ):
            details = {"recipe_id": recipe, "content_sha256": "", "defrost_instructions": [step]}
            session.execute(insert(recipe_details).values(details))
    assert attempt(user_ids=["anna"])[1] == "succeeded"
    (address, mail), *_ = mails.taken
    assert mail["To"].addresses[0].addr_spec == address == "anna@people.example"
    assert mail["To"].addresses[0].display_name == 'Anna "<i>" X: y'
    assert mail["Subject"] == f"Your week from {MONDAY.day} {MONDAY:%B}: 3 meals"
    assert mail["List-Unsubscribe"] == "<https://meals.example/stop/anna>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["Bcc"] is mail["X"] is None
    plain = mail.get_body(("plain",)).get_content()
    markup = mail.get_body(("html",)).get_content()
    assert "Mac & <b>Cheese</b> Bcc: x@people.example (1 serving)" in plain
    assert "Mac &amp; &lt;b&gt;Cheese&lt;/b&gt;" in markup
    assert "<b>" not in markup
    assert "<i>" not in markup
    for part in (plain, markup):
        assert part.count("https://meals.example/recipes/r00001") == 1
        assert "https://meals.example/stop/anna" in part
        assert "https://meals.example/meal-plans/" in part
        assert "Sunday evening" in part  # before Monday's dish
        assert "Tuesday evening" in part  # before one of Wednesday's two
        assert part.count("evening") == 3  # and no other
    thawed = plain.partition("FROM THE FREEZER")[2].partition("YOU MIGHT")[0]
    assert "Dish r00001" in thawed
    assert "Mac &" in thawed
    assert "Dish r00003" not in thawed
    assert "YOU MIGHT ALSO LIKE" in plain
    assert date.fromisoformat(str(MONDAY)).strftime("MONDAY, ") in plain


def test_a_long_way_out_leaves_as_it_stands(mails, people, set_to):
    user_id = str(uuid.uuid4())
    way_out = f"https://app.mealprep360.example/account/notifications/weekly/stop?user={user_id}"
    set_to(mail_unsubscribe=way_out.replace(user_id, "{user}"))
    with db.transaction() as session:
        row = {"id": user_id, "clerk_id": "dora", "email": "dora@people.example", "name": "Dora"}
        session.execute(insert(users).values(row))
    plan(user_id, MONDAY, MONDAY, {1: ["r00004"]})
    attempt(user_ids=[user_id])
    assert f"\r\nList-Unsubscribe: <{way_out}>\r\n".encode() in mails.raw[0]
    assert b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in mails.raw[0]


def test_without_addresses_nothing_is_linked(mails, people):
    attempt(user_ids=["anna"])
    (_, mail), *_ = mails.taken
    assert mail["List-Unsubscribe"] is None
    for kind in ("plain", "html"):
        part = mail.get_body((kind,)).get_content()
        assert "http" not in part
        assert "Unsubscribe" not in part
