"""`flask --app app network ...`: what an administrator does at the command line."""

import os
import sys
import time

import click
from email_validator import EmailNotValidError, validate_email
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext
from flask_migrate import upgrade

from network import jobs, search
from network.config import ROOT
from network.directory.forms import STATES
from network.notices import inbound
from network.notices.jobs import take_in
from network.people.passwords import hashed, problem
from network.setup import set_up

group = AppGroup("network", help="Set up and keep the network.")


@group.command("init")
@click.option("--network", prompt="Name of the network", help="What the network is called.")
@click.option("--district", prompt="District", default="", help="The district, as it stands below the name.")
@click.option(
    "--state",
    prompt="Federal state (two letters, for public holidays; empty for none)",
    default="",
    type=click.Choice(list(STATES), case_sensitive=False),
    show_choices=False,
    help="The state whose public holidays count, for example ST.",
)
@click.option("--name", prompt="Your name", help="Of the first person of the Coordination Office.")
@click.option("--email", prompt="Your e-mail address", help="To sign in with.")
@click.option(
    "--password", prompt="A password of at least 10 characters", hide_input=True, confirmation_prompt=True
)
@with_appcontext
def init(network: str, district: str, state: str, name: str, email: str, password: str) -> None:
    """Make the tables, the network and the first account of the Coordination Office."""
    try:
        address = validate_email(email, check_deliverability=False).normalized.lower()
    except EmailNotValidError:
        raise click.ClickException("This is no e-mail address.") from None
    found = problem(password, name, address)
    if found:
        raise click.ClickException(str(found))
    if not network.strip() or not name.strip():
        raise click.ClickException("The network and the person need a name.")
    upgrade(str(ROOT / "migrations"))
    try:
        set_up(
            network=network.strip(),
            district=district.strip(),
            state=state.upper(),
            email=address,
            name=name.strip(),
            password_hash=hashed(password),
        )
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"Done. Start with `python app.py` and sign in as {address}.")


@group.command("worker")
@with_appcontext
def worker() -> None:
    """Run jobs in a process of its own (with REDIS_URL; set JOBS_IN_PROCESS=0 for the others)."""
    jobs.run_worker(current_app._get_current_object())  # type: ignore[attr-defined]


@group.command("reindex")
@with_appcontext
def reindex() -> None:
    """Write all that search finds anew, while the network goes on: after an upgrade that says so."""

    def tell(done: int, of: int) -> None:
        click.echo(f"{done:,} of {of:,} are done.")

    click.echo("Search is written anew. Nobody has to wait for it, and it may be ended and begun again.")
    begun = time.monotonic()
    done = search.note_all(tell)
    click.echo(f"Done: {done:,} things are found as they are now; it took {time.monotonic() - begun:,.0f} s.")


@group.command("receive-mail")
@with_appcontext
def receive_mail() -> None:
    """Take a mail from standard input, as mail servers hand it over; it is taken in by the running network.

    Ends with 75 if it cannot be kept, by which mail servers know that they should try again.
    """
    content = sys.stdin.buffer.read(current_app.config["MAX_CONTENT_LENGTH"] + 1)
    try:
        name = inbound.hand_over(content)
    except OSError:
        sys.exit(os.EX_TEMPFAIL)
    take_in.later(name)


def ask_for_first_account(app: Flask) -> None:
    """Ask at the terminal for what `network init` needs."""
    with app.app_context():
        init.main(args=[], standalone_mode=False)
    sys.stdout.flush()


def init_app(app: Flask) -> None:
    """Offer the commands."""
    app.cli.add_command(group)
