"""The web server's and the commands' door: settings from the environment, then the app; mistakes end it with sentences."""

import gc

gc.disable()  # nothing of what is made from here until the app stands is ever garbage: looking for it took a tenth of the start

import os  # noqa: E402
import sys  # noqa: E402

from flask import Flask  # noqa: E402

from config import SettingsError, read_settings  # noqa: E402
from declarations import create_app  # noqa: E402
from declarations.database.private_file import make_private  # noqa: E402


def _start() -> Flask:
    try:
        settings = read_settings(os.environ)
        settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        make_private(settings.database_url)
    except SettingsError as mistakes:
        sentences = mistakes.sentences
    except OSError as problem:
        sentences = (f"DATA_DIR cannot be made: {problem}.",)
    else:
        app = create_app(settings)
        gc.freeze()  # nor need it be looked through later; and so the web server's processes share it
        gc.enable()
        return app
    print("Aboveboard cannot start:", *(f"  - {sentence}" for sentence in sentences), sep="\n", file=sys.stderr)
    raise SystemExit(2)


app = _start()
