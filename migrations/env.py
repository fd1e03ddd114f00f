"""Alembic's door: migrations run on the app's own engine, in one transaction that may write."""

from alembic import context
from flask import current_app

from declarations.database.unfit import in_a_sentence
from declarations.extensions import WRITES

target = current_app.extensions["migrate"].db


def run() -> None:
    """Bring the database to the newest revision, whole or not at all."""
    with target.engine.connect().execution_options(**WRITES) as connection:
        context.configure(
            connection=connection,
            target_metadata=target.metadata,
            render_as_batch=connection.dialect.name == "sqlite",
            compare_type=False,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


with in_a_sentence():
    run()
