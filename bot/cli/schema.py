"""`locum schema`: the JSON Schema of the policy files, so that editors complete and check them."""

import json

import click

from bot.policy.json_schema import FILES, policy_schema


@click.command("schema", help="check.command_schema", short_help="check.command_schema")
@click.option("--file", "kind", type=click.Choice(FILES), help="check.option_file")
def schema(kind: str | None) -> None:
    """Print the schema of every kind of file, or of one."""
    click.echo(json.dumps(policy_schema(kind), ensure_ascii=False, indent=2))
