"""tools/solc/solc-v0.8.37: npm's compiler behind the command line of the native one."""

import json
import re
import subprocess
import threading
import time
from pathlib import Path
from typing import Any

WRAPPER = Path(__file__).resolve().parents[2] / "tools" / "solc" / "solc-v0.8.37"

SOURCE = "// SPDX-License-Identifier: EUPL-1.2\npragma solidity 0.8.37;\n"


def standard_input(sources: dict[str, str]) -> str:
    return json.dumps(
        {
            "language": "Solidity",
            "sources": {name: {"content": SOURCE + body} for name, body in sources.items()},
            "settings": {"outputSelection": {"*": {"*": ["*"], "": ["*"]}}},
        }
    )


def compile_with(*options: str, stdin: str) -> Any:
    result = subprocess.run(
        [WRAPPER, "--standard-json", *options], input=stdin, capture_output=True, text=True, check=True
    )
    return json.loads(result.stdout)


def test_version__has_the_line_that_callers_look_for() -> None:
    answer = subprocess.run([WRAPPER, "--version"], capture_output=True, text=True, check=True).stdout

    assert re.search(r"^Version: 0\.8\.37\+commit\.\w+", answer, re.MULTILINE)


def test_compile__when_the_output_is_long__arrives_whole() -> None:
    functions = "".join(
        f"function f{n}(uint a) external pure returns (uint) {{ return a + {n}; }}\n" for n in range(300)
    )

    output = compile_with(stdin=standard_input({"Long.sol": f"contract Long {{ {functions} }}"}))

    assert len(json.dumps(output)) > 1_000_000
    assert len(output["contracts"]["Long.sol"]["Long"]["abi"]) == 300


def test_compile__when_the_input_comes_slowly__waits_for_all_of_it() -> None:
    process = subprocess.Popen([WRAPPER, "--standard-json"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    text = standard_input({"Slow.sol": "contract Slow {}"}).encode()
    assert process.stdin is not None

    def feed() -> None:
        assert process.stdin is not None
        for part in (text[:50], text[50:]):
            time.sleep(1)
            process.stdin.write(part)
            process.stdin.flush()
        process.stdin.close()

    feeder = threading.Thread(target=feed)
    feeder.start()
    assert process.stdout is not None
    output = json.loads(process.stdout.read())
    feeder.join()

    assert process.wait() == 0
    assert "Slow" in output["contracts"]["Slow.sol"]


def test_compile__when_a_source_is_not_in_the_input__reads_it_below_the_base_path(tmp_path: Path) -> None:
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "Found.sol").write_text(SOURCE + "contract Found {}")
    top = standard_input({"Top.sol": 'import "lib/Found.sol"; contract Top is Found {}'})

    output = compile_with("--base-path", str(tmp_path), "--allow-paths", ".", stdin=top)
    assert set(output["contracts"]) == {"Top.sol", "lib/Found.sol"}

    output = compile_with("--base-path", str(tmp_path / "lib"), stdin=top)
    assert "File not found" in output["errors"][0]["message"]


def test_an_option_it_does_not_know__is_refused() -> None:
    result = subprocess.run([WRAPPER, "--bin"], capture_output=True, text=True, check=False)

    assert result.returncode == 1
    assert "unknown option --bin" in result.stderr
