"""Puts the Solidity compiler that foundry.toml names where forge, ape and py-solc-x find it.

The native compiler is downloaded by py-solc-x. Where that cannot be had (no such host reachable, no
build for this machine) the wrapper over npm's WebAssembly build in tools/solc takes its place: the same
compiler, some seconds slower.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DEADLINE_SECONDS = 45.0

DOWNLOAD = "import sys, solcx; solcx.install_solc(sys.argv[1])"


def main() -> int:
    arguments = _read_arguments()
    compiler = ROOT / _compiler_in_foundry_toml() if arguments.into is None else arguments.into
    version = compiler.name.removeprefix("solc-v")

    compiler.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=compiler.parent) as scratch:
        downloaded = _download(version, Path(scratch), arguments.deadline)
        if downloaded:
            downloaded.replace(compiler)
            print(f"    native solc {version}")
            return 0

    _link(ROOT / "tools" / "solc" / compiler.name, compiler)
    if _reported_version(compiler) != version:
        print(f"{compiler} does not run as solc {version}.", file=sys.stderr)
        return 1
    print(f"    solc {version} from npm (the native one could not be downloaded)")
    return 0


def _read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--into", type=Path, help="file to install as (default: foundry.toml's solc)")
    parser.add_argument("--deadline", type=float, default=DEADLINE_SECONDS, help="seconds for the download")
    return parser.parse_args()


def _compiler_in_foundry_toml() -> str:
    settings = tomllib.loads((ROOT / "foundry.toml").read_text(encoding="utf-8"))
    solc: str = settings["profile"]["default"]["solc"]
    return solc


def _download(version: str, folder: Path, deadline: float) -> Path | None:
    """The downloaded compiler if it came in time and runs.

    In a process of its own, since py-solc-x's requests have no timeout.
    """
    try:
        subprocess.run(
            [sys.executable, "-c", DOWNLOAD, version],
            env={**os.environ, "SOLCX_BINARY_PATH": str(folder)},
            timeout=deadline,
            check=True,
            capture_output=True,
        )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError):
        return None
    compiler = folder / f"solc-v{version}"
    return compiler if _reported_version(compiler) == version else None


def _reported_version(compiler: Path) -> str | None:
    try:
        answer = subprocess.run([compiler, "--version"], check=True, capture_output=True, text=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return None
    found = re.search(r"(\d+\.\d+\.\d+)\+commit\.\w+", answer)
    return found[1] if found else None


def _link(wrapper: Path, compiler: Path) -> None:
    """A link, not a copy: the wrapper finds npm's solc from where it really lies."""
    compiler.unlink(missing_ok=True)
    compiler.symlink_to(os.path.relpath(wrapper, compiler.parent.resolve()))


if __name__ == "__main__":
    sys.exit(main())
