"""Operator commands of notices: `flask notices …`."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup

from app.core.deciding import operator_option

from . import jobs
from .news import News, NewsRefused

notices = AppGroup("notices", help="What people are told.")


@notices.command("news")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@operator_option
def send_news(file: Path, operator: str) -> None:
    """Tell those who asked for news of what stands in FILE, each once. Sent again, it reaches who was missed."""
    try:
        wanted = News.parse(file.read_text())
    except NewsRefused as refusal:
        raise click.ClickException(str(refusal)) from None
    told = jobs.send_news(wanted, f"operator:{operator}")
    click.echo(f"{told} people were told of {wanted.name}")
