"""What `locum run` says once it runs: where to look, whose community, where everything stands, and how to stop."""

import click

from bot.app.alone import database_file
from bot.app.installation import Installation
from bot.i18n import say
from bot.settings import Settings
from bot.store.engine import database_url

#: what is bound to everything is looked at on this machine
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - shown, not bound


def page_of(installation: Installation) -> str:
    """Return where the program can be looked at: its page, or where health is answered; empty for nowhere."""
    local = installation.local
    if local is not None and local.address is not None:
        return _shown(*local.address) + "/"
    return _health_of(installation)


def _health_of(installation: Installation) -> str:
    address = installation.app.address
    return "" if address is None else _shown(*address)


def _shown(host: str, port: int) -> str:
    host = _EVERYWHERE.get(host, host)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def introduce(installation: Installation, settings: Settings, language: str) -> None:
    """Print what runs now: a line for each thing that somebody could look for."""
    rows = list(_rows(installation, settings, language))
    wide = max(len(label) for label, _, _ in rows)
    click.echo()
    for label, value, hint in rows:
        click.echo(f"  {click.style(label.ljust(wide), dim=True)}   {click.style(value, bold=True)}")
        if hint:
            click.echo(f"  {' ' * wide}   {hint}")
    click.echo()
    if not installation.listens:
        click.echo(say("run.no_platform", language))
    click.echo(say("run.how_to_stop", language))


def _rows(installation: Installation, settings: Settings, language: str) -> "list[tuple[str, str, str]]":
    """Return for each thing what it is called, what it is, and what is worth knowing about it."""
    app, rows = installation.app, []

    def add(what: str, value: str, hint: str = "") -> None:
        label = say(f"run.label_{what}", language, count=len(app.communities))
        rows.append((label, value, say(f"run.hint_{hint}", language) if hint else ""))

    if installation.local is not None:
        add("page", page_of(installation), "password" if settings.local_password.get_secret_value() else "page")
    add("communities", ", ".join(one.community for one in app.communities))
    add("policies", str(settings.policies), "policies")
    file = database_file(settings)
    url = database_url(settings.database.get_secret_value())
    add("data", url.render_as_string(hide_password=True) if file is None else str(url.database))
    health = _health_of(installation)
    if health:
        add("health", f"{health}/health   {health}/metrics")
    else:
        add("health", str(settings.health_file), "report")
    return rows
