"""Start the #ITAC demo: make its data at the first start, then become `itac run`.

    python3 tools/start_demo.py

Reads ITAC_DATA, HOST and PORT. Data that a start left half-made (a broken connection, a full disk) is recognised
by a mark and made again; finished data is kept. Imports the standard library alone.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ITAC = ROOT / ".venv/bin/itac"


def make_data(data: Path) -> int:
    """The demo's data, once. Returns the exit code of `itac init`, 0 when data was there."""
    half_made = data.with_name(data.name + ".half-made")
    if half_made.exists():
        shutil.rmtree(data, ignore_errors=True)
    elif data.is_dir() and any(data.iterdir()):
        return 0
    data.parent.mkdir(parents=True, exist_ok=True)
    half_made.touch()
    code = subprocess.run([ITAC, "init", "--demo", data], cwd=ROOT).returncode
    if code == 0:
        half_made.unlink()
    return code


def main() -> int:
    """An exit code when something failed. When all is well the process becomes `itac run` instead."""
    if len(sys.argv) > 1:
        print(__doc__)
        return 0
    data = (ROOT / os.environ.get("ITAC_DATA", ".data/demo")).resolve()
    os.environ["ITAC_DATA"] = str(data)
    code = make_data(data)
    if code:
        print(f"The demo's data could not be made in {data}; the reason stands above.", file=sys.stderr)
        return code
    sys.stdout.flush()
    return os.execv(ITAC, [str(ITAC), "run"])


if __name__ == "__main__":
    sys.exit(main())
