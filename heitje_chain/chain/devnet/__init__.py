"""A chain of one's own on this machine: Anvil, kept alive and on disk by a supervisor of ours.

    start, stop, reset      the commands, one at a time per home       control.py, removal.py
    status                  what is there, without touching it         inspection.py
    supervisor              a process of its own; its child is Anvil   supervisor.py
    folder                  <home>/devnet/ and who holds its locks     folder.py
    snapshots               whole states on disk, newest and previous  snapshots.py
    anvil                   one Anvil as the supervisor's child        anvil.py
    contracts               runs `ape run deploy` on a new chain       contracts.py
    node, processes         Anvil over JSON-RPC; pids that mean it     node.py, processes.py

Anvil's own --state file is not crash-safe, so the supervisor asks for the state every few seconds and writes
it itself. After a crash the chain goes on from the newest snapshot: a head behind what somebody has seen is
normal here, another genesis block never is.
"""

from .control import start, stop
from .inspection import Status, status
from .refusals import DevnetRefusal
from .removal import require_removable, reset

__all__ = ["DevnetRefusal", "Status", "require_removable", "reset", "start", "status", "stop"]
