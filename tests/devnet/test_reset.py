"""Removing a devnet, and nothing that is not one."""

from __future__ import annotations

import shutil

from heitje_chain.chain.devnet.processes import is_alive
from tests.devnet.home import Home, free_port


def test_reset__when_running__stops_and_removes_the_chain_and_its_record_only(home: Home) -> None:
    home.start("--port", free_port())
    anvil = home.folder.anvil()
    (home.path / "heitje.db").write_text("books")
    (home.path / "keys").mkdir()

    done = home.heitje("devnet", "reset", "--yes")

    assert done.returncode == 0
    assert done.stdout.splitlines()[-1] == (f"Removed {home.path}/devnet and {home.path}/deployment.json.")
    assert not is_alive(anvil)
    assert sorted(entry.name for entry in home.path.iterdir()) == ["heitje.db", "keys"]
    again = home.heitje("devnet", "reset")
    assert (again.returncode, again.stdout) == (
        0,
        f"There is no devnet in {home.path}; nothing was removed.\n",
    )


def test_reset__when_nobody_agrees__removes_nothing(home: Home) -> None:
    for typed in ("", "n\n"):
        refusal = home.refused("devnet", "reset", typed=typed)
        assert refusal == "Nothing was removed, because nobody agreed; --yes does not ask."
    assert home.status()["deployment"] == "matches"

    assert home.heitje("devnet", "reset", typed="y\n").returncode == 0
    assert list(home.path.iterdir()) == []


def test_reset__when_the_folder_holds_what_no_devnet_writes__removes_nothing(home: Home) -> None:
    (home.folder.path / "thesis.odt").write_text("years of work")

    assert home.refused("devnet", "reset", "--yes") == (
        f"{home.path}/devnet holds thesis.odt, which the devnet did not make: "
        "move it away, or name another home in HEITJE_HOME."
    )
    assert (home.folder.path / "chain.json").exists()
    assert (home.path / "deployment.json").exists()


def test_reset__when_the_folder_is_a_link__removes_nothing(home: Home) -> None:
    elsewhere = home.path / "elsewhere"
    shutil.move(home.folder.path, elsewhere)
    home.folder.path.symlink_to(elsewhere)

    assert home.refused("devnet", "reset", "--yes").startswith(
        f"{home.path}/devnet is not a folder that the devnet made: "
    )
    assert (elsewhere / "chain.json").exists()
