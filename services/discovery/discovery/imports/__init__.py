"""Imports (D4): a file's bytes as good and refused rows, and the good ones into the store."""

from discovery.imports.run import Options, Progress, run_import, try_import

__all__ = ["Options", "Progress", "run_import", "try_import"]
