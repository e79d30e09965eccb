"""The WSGI entry point: `gunicorn wsgi:app`."""

import gc

from app import create_app

app = create_app()
gc.freeze()  # what start-up made stays: looking through all of it would hold up a request now and then
