"""What an activated .venv sets, for a pytest that is started in any other way (an editor, a full path)."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

os.environ.setdefault("SOLCX_BINARY_PATH", str(ROOT / ".solc"))
os.environ.setdefault("APE_DATA_FOLDER", str(ROOT / ".ape"))
# anvil and forge lie beside the Python that runs the tests.
os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
