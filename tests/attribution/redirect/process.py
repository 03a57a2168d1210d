"""Runs one redirect as a process of its own: `python process.py '<settings as JSON>'`."""

import sys

from attribution.redirect.app import serve
from attribution.redirect.settings import RedirectSettings

if __name__ == "__main__":
    serve(RedirectSettings.model_validate_json(sys.argv[1]))
