"""tools/install_solc.py with a stand-in for py-solc-x whose download hangs, fails or succeeds."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
VERSION = "0.8.37"

WRITE_COMPILER = """
def install_solc(version):
    import os, pathlib
    compiler = pathlib.Path(os.environ["SOLCX_BINARY_PATH"], "solc-v" + version)
    compiler.write_text("#!/bin/sh\\necho 'Version: {reported}+commit.0a1b2c3d.Linux'\\n")
    compiler.chmod(0o755)
"""
HANG = """
def install_solc(version):
    import time
    time.sleep(120)
"""
FAIL = """
def install_solc(version):
    raise ConnectionError("no such host")
"""
WRITE_GARBAGE = """
def install_solc(version):
    import os, pathlib
    pathlib.Path(os.environ["SOLCX_BINARY_PATH"], "solc-v" + version).write_text("<html>")
"""


def install(folder: Path, solcx: str, deadline: float = 20) -> Path:
    """Installs with this source as the module `solcx`; answers the compiler."""
    module = folder / "fake"
    module.mkdir()
    (module / "solcx.py").write_text(solcx)
    compiler = folder / "a folder" / f"solc-v{VERSION}"
    subprocess.run(
        [sys.executable, ROOT / "tools/install_solc.py", "--into", compiler, "--deadline", str(deadline)],
        env={**os.environ, "PYTHONPATH": str(module)},
        check=True,
        capture_output=True,
    )
    return compiler


def version_of(compiler: Path) -> str:
    return subprocess.run([compiler, "--version"], check=True, capture_output=True, text=True).stdout


def test_install__when_downloaded__is_the_native_compiler(tmp_path: Path) -> None:
    compiler = install(tmp_path, WRITE_COMPILER.format(reported=VERSION))

    assert not compiler.is_symlink()
    assert version_of(compiler) == f"Version: {VERSION}+commit.0a1b2c3d.Linux\n"
    assert [entry.name for entry in compiler.parent.iterdir()] == [compiler.name]


@pytest.mark.parametrize(
    "solcx",
    [FAIL, WRITE_GARBAGE, WRITE_COMPILER.format(reported="0.8.36")],
    ids=["no network", "not a program", "another version"],
)
def test_install__when_no_sound_download__is_the_wrapper(tmp_path: Path, solcx: str) -> None:
    compiler = install(tmp_path, solcx)

    assert compiler.resolve() == ROOT / "tools/solc" / compiler.name
    assert f"Version: {VERSION}+commit." in version_of(compiler)
    assert [entry.name for entry in compiler.parent.iterdir()] == [compiler.name]


def test_install__when_the_download_hangs__goes_on_at_the_deadline(tmp_path: Path) -> None:
    started = time.monotonic()

    compiler = install(tmp_path, HANG, deadline=0.5)

    assert time.monotonic() - started < 60
    assert compiler.is_symlink()
