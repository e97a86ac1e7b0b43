"""A PostgreSQL of the tests' own: the programs of the package pgserver, on a socket in a folder of its own.

Nothing listens on the network, and it is gone when the tests are. Run by root, it belongs to `nobody`, since
PostgreSQL refuses root.
"""

from __future__ import annotations

import atexit
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path

import psycopg

START_SECONDS = 60
_OWNER = "nobody"

SAFE = {"fsync": "on"}
"""What is committed outlives a crash of the machine, as in production."""
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
"""Outlives a crash of any process, but not of the machine, which no test crashes."""

_ALWAYS = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "deadlock_timeout": "200ms",
    "log_lock_waits": "on",
}


class Server:
    def __init__(self, settings: dict[str, str]) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="heitje-pg-"))
        self.folder.chmod(0o755)
        self._programs = self._own_programs()
        self._settings = _ALWAYS | settings
        self._process: subprocess.Popen[bytes] | None = None
        if self._is_root:
            owner = pwd.getpwnam(_OWNER)
            os.chown(self.folder, owner.pw_uid, owner.pw_gid)
        words = ["initdb", "-D", str(self._data), "-U", "postgres", "--auth=trust", "--encoding=UTF8"]
        self._run(*words, "--no-locale", "--no-sync")
        atexit.register(self.remove)

    @property
    def log(self) -> Path:
        return self.folder / "log"

    def url(self, database: str) -> str:
        """Return SQLAlchemy's address of a database."""
        return f"postgresql+psycopg://postgres@/{database}?host={self.folder}"

    def start(self) -> None:
        """Start it; after a crash the system may need a moment before its shared memory is free."""
        deadline = time.monotonic() + START_SECONDS
        self._begin()
        while not self._answers():
            assert time.monotonic() < deadline, self.log.read_text()
            assert self._process is not None
            if self._process.poll() is not None:
                self._begin()
            time.sleep(0.05)

    def _begin(self) -> None:
        words = [str(self._programs / "postgres"), "-D", str(self._data), "-k", str(self.folder)]
        options = [word for name, value in self._settings.items() for word in ("-c", f"{name}={value}")]
        with self.log.open("ab") as log:
            # A group of its own: Ctrl-C in a terminal must not end it before the tests have tidied up.
            self._process = subprocess.Popen(
                [*words, *options],
                stdout=log,
                stderr=log,
                cwd=self.folder,
                start_new_session=True,
                user=self._user,
            )

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """End it: SIGINT undoes what is open and closes its books; SIGQUIT and SIGKILL are crashes."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(START_SECONDS)
            self._process = None

    def remove(self) -> None:
        self.stop(signal.SIGQUIT)
        shutil.rmtree(self.folder, ignore_errors=True)

    def run(self, *statements: str) -> None:
        """Run statements as the server's owner, each on its own."""
        with psycopg.connect(self._address, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    # ------------------------------------------------------------ details

    @property
    def _address(self) -> str:
        return f"host={self.folder} user=postgres dbname=postgres"

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    @property
    def _is_root(self) -> bool:
        return os.geteuid() == 0

    def _answers(self) -> bool:
        try:
            psycopg.connect(self._address).close()
        except psycopg.OperationalError:
            return False
        return True

    def _own_programs(self) -> Path:
        """Return where the programs are; for root a copy, which `nobody` can read wherever ours lie."""
        spec = find_spec("pgserver")
        assert spec is not None
        assert spec.submodule_search_locations is not None
        package = Path(spec.submodule_search_locations[0])
        if not self._is_root:
            return package / "pginstall" / "bin"
        for name in ("pgserver/pginstall", "pgserver.libs"):
            if (package.parent / name).exists():
                shutil.copytree(package.parent / name, self.folder / "programs" / name, symlinks=True)
        return self.folder / "programs" / "pgserver" / "pginstall" / "bin"

    def _run(self, program: str, *words: str) -> None:
        done = subprocess.run(
            [self._programs / program, *words],
            capture_output=True,
            text=True,
            check=False,
            cwd=self.folder,
            user=self._user,
        )
        assert done.returncode == 0, done.stdout + done.stderr

    @property
    def _user(self) -> str | None:
        return _OWNER if self._is_root else None
