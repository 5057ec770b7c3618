"""`flask --app app network ...`: what an administrator does at the command line."""

import click
from flask import Flask
from flask.cli import AppGroup

from network.jobs import run_worker

group = AppGroup("network", help="Set up and keep the network.")


@group.command("worker")
@click.pass_context
def worker(context: click.Context) -> None:
    """Run jobs in a process of its own (with REDIS_URL; set JOBS_IN_PROCESS=0 for the others)."""
    run_worker(context.obj.load_app())


def init_app(app: Flask) -> None:
    """Offer the commands."""
    app.cli.add_command(group)
