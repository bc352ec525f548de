"""The course in a real JupyterLab and a real browser: `make test-browser`, which installs what this needs."""

import sys
from pathlib import Path

# Beside the course's own packages, which go before these: students need none of them.
sys.path.append(str(Path(__file__).resolve().parents[2] / "build" / "selenium"))
