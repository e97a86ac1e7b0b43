"""What can go wrong with a backup. Every message is a sentence that says what to do.

BackupError
├── RecipientError        nobody, or nobody of that form, could open it
├── IdentityUnusable      the file holds no identity
├── FileTaken             a file would be written over
├── BackupRunning         another backup writes the same file at this moment
├── BackupUnopened        the identity does not open it, or it is no backup
├── BackupDamaged         cut off or altered
├── BackupForeign         of a newer version than this one
├── RotationUnderWay      the master key is being changed
└── PlaceTaken            what is there would be written over
"""

from __future__ import annotations

from pathlib import Path


class BackupError(Exception):
    """Anything below."""


class RecipientError(BackupError):
    def __init__(self, text: str | None = None) -> None:
        what = "Nobody could open this backup" if text is None else f"{text[:80]!r} is no age recipient"
        super().__init__(
            f"{what}. Make an identity with `heitje keys new-identity FILE`, and give the recipient that it "
            "shows, age1..., with --recipient or in the file that HEITJE_BACKUP_RECIPIENTS names."
        )


class IdentityUnusable(BackupError):
    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} holds no age identity, a line that begins with AGE-SECRET-KEY-1.")


class FileTaken(BackupError):
    def __init__(self, path: Path) -> None:
        super().__init__(f"There is a file at {path} already; it is never written over. Name another.")


class BackupRunning(BackupError):
    def __init__(self, path: Path) -> None:
        super().__init__(f"Another backup is writing {path} now. Wait for it, or name another file.")


class BackupUnopened(BackupError):
    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} does not open: it is no backup, or was made for another identity.")


class BackupDamaged(BackupError):
    def __init__(self, path: Path, what: str) -> None:
        super().__init__(f"{path} is damaged: {what}. Take another backup.")


class BackupForeign(BackupError):
    def __init__(self, path: Path, version: str, revision: str) -> None:
        super().__init__(
            f"{path} was made by Heitje {version} (tables {revision}), which this version does not know. "
            "Install that version or a newer one."
        )


class RotationUnderWay(BackupError):
    def __init__(self) -> None:
        super().__init__("The master key is being changed. Let `heitje keys rotate` finish, then back up.")


class PlaceTaken(BackupError):
    """Nothing was changed."""
