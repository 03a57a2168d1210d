"""`python -m contracts generate | check | release`: write the generated files, judge them, keep them as a promise."""

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path

from contracts.compatible import breaks_with
from contracts.generate import generate, generated_files, release, stale
from contracts.schemas import all_schemas

ROOT = Path(__file__).resolve().parents[1]


def main(arguments: list[str] | None = None) -> int:
    """Exit status 0, or 1 where a generated file is stale or an event breaks its last released schema."""
    parser = argparse.ArgumentParser(prog="python -m contracts", description=__doc__)
    parser.add_argument("verb", choices=["generate", "check", "release"])
    parser.add_argument("--root", type=Path, default=ROOT, help="the distribution's folder (default: where it stands)")
    chosen = parser.parse_args(arguments)
    root: Path = chosen.root
    if not (root / "pyproject.toml").is_file():
        parser.error(
            f"{root} holds no pyproject.toml: run this from a checkout, or name its contracts folder by --root"
        )

    if chosen.verb == "generate":
        _say(f"wrote {path.relative_to(root)}" for path in generate(root))
        return 0

    problems = [f"stale: {path.relative_to(root)}" for path in stale(root, generated_files(root))]
    problems += [f"breaking: {change}" for change in breaks_with(root / "released", all_schemas())]
    if problems:
        _say([*problems, "run `python -m contracts generate`, and turn what breaks into an addition or a new .v2"])
        return 1
    if chosen.verb == "release":
        _say(f"kept {path.relative_to(root)}" for path in release(root))
    return 0


def _say(lines: Iterable[str]) -> None:
    for line in lines:
        sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(main())
