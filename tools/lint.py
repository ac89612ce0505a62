"""Run every check of this house, one line each; what a check complains about follows its line.

    python -m tools.lint            all of them
    python -m tools.lint NAME …     some: ruff, format, mypy, layers, templates, catalogues, tree

All checks run even when one fails; the command fails when any did.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv/bin"

CHECKS: dict[str, list[str | Path]] = {
    "ruff": [BIN / "ruff", "check", "--quiet", "."],
    "format": [BIN / "ruff", "format", "--check", "--quiet", "."],
    "layers": [BIN / "lint-imports", "--no-logo"],
    "templates": [BIN / "djlint", "src/itac", "--lint", "--quiet"],
    "catalogues": [BIN / "python", "-m", "tools.check_catalogues"],
    "tree": [BIN / "python", "-m", "tools.check_tree"],
    "mypy": [BIN / "mypy", "--no-error-summary"],
}


def passes(name: str, environment: dict[str, str]) -> bool:
    """Run one check and say how it went."""
    begun = time.monotonic()
    done = subprocess.run(
        CHECKS[name], cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    verdict = "passes" if done.returncode == 0 else "FAILS"
    print(f"{name}: {verdict} ({time.monotonic() - begun:.1f} s)", flush=True)
    if done.returncode:
        print(done.stdout.strip(), flush=True)
    return done.returncode == 0


def main(names: list[str]) -> int:
    """0 when every chosen check passes."""
    unknown = [name for name in names if name not in CHECKS]
    if unknown:
        print(__doc__)
        return 0 if unknown in (["--help"], ["-h"]) else 2
    # Django's settings make a data directory; checks get one to throw away.
    with tempfile.TemporaryDirectory(prefix="itac-lint-") as data:
        environment = os.environ | {"ITAC_DATA": data, "PATH": f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}"}
        failed = [name for name in names or CHECKS if not passes(name, environment)]
    print(f"Checks that fail: {', '.join(failed)}." if failed else "All checks pass.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
