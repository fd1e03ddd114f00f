"""`flask register sample`: a sample out of a built register with its work paper, drawn on the host."""

from pathlib import Path
from tempfile import TemporaryDirectory

import click
from flask.cli import AppGroup, with_appcontext

from config import LANGUAGES
from declarations import clock
from declarations.errors import NotFound
from declarations.extensions import db
from declarations.registers.storage import hand_out
from declarations.sampling import commands, queries
from declarations.sampling.drawing import How, Method
from declarations.sampling.population import drawn_from, facts_of
from declarations.sampling.work_paper import Scope, write_work_paper
from workflows.case import Refused

register = AppGroup("register", help="What audit does with a built register.")


@register.command("sample")
@click.argument("register_id", metavar="REGISTER")
@click.option("--method", type=click.Choice([method.value for method in Method]), default="random", show_default=True)
@click.option("--size", type=int, default=25, show_default=True, help="How many entries, 1 to 1,000.")
@click.option("--seed", required=True, help="Up to 60 letters and digits; the same seed draws the same entries.")
@click.option("--by", default="", help="Who prepares the work paper, as its first sheet shall say.")
@click.option("--language", type=click.Choice(list(LANGUAGES)), default="en", show_default=True)
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, help="Where the work paper goes; it must not be there yet."
)
@with_appcontext
def sample(register_id: str, method: str, size: int, seed: str, by: str, language: str, out: Path) -> None:
    """Draw a sample out of REGISTER (the last part of its page's address) and write its work paper. The record notes it."""
    how = Method(method)
    try:
        commands.check(size, seed)
        row = queries.any_register(db.session(), register_id)
        population, drawn = drawn_from(row, method=how, size=size, seed=seed)
        kept, said = commands.kept(drawn), commands.facts(row, population, drawn, How(how, size, seed))
        scope = Scope(
            row, how, size, seed, population.entries, population.value_minor, population.without_value, population.currency,
            drawn.interval_minor, by or "–", clock.now(), language,
        )  # fmt: skip
        with TemporaryDirectory() as folder:
            made = Path(folder) / "sample.xlsx"
            rows = facts_of(row, {item.number for item in drawn.items})
            made.write_bytes(write_work_paper(scope, kept, rows, folder=Path(folder)))
            db.session.rollback()
            commands.note_from_the_host(register_id=register_id, said=said)
            hand_out(made, out)
    except NotFound:
        raise click.ClickException(f"There is no built register {register_id} to draw from.") from None
    except Refused as problem:
        raise click.ClickException(problem.sentence) from None
    except FileExistsError:
        raise click.ClickException(f"{out} is there already.") from None
    click.echo(f"{len(drawn.items)} of {population.entries} entries drawn from register.jsonl, SHA-256 {row.lines_sha256}")


COMMANDS: list[click.Command] = [register]
