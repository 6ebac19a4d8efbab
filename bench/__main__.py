"""``python -m bench``: the figures that the README quotes, ours and the raw limit in one run."""

import argparse
import asyncio
import logging
import tempfile
from pathlib import Path

import structlog

from bench import measures
from bench.service import postgres


def main() -> None:
    """Measure, and print what was found."""
    options = argparse.ArgumentParser(prog="bench", description=__doc__)
    options.add_argument("--quick", action="store_true", help="without the large demonstration")
    options.add_argument("--seconds", type=float, default=2.0, help="length of each measure")
    chosen = options.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    with tempfile.TemporaryDirectory(prefix="bench") as folder, postgres() as server_url:
        asyncio.run(
            measures.run(Path(folder), server_url, quick=chosen.quick, for_seconds=chosen.seconds)
        )


if __name__ == "__main__":
    main()
