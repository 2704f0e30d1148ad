"""Start the simulator. The secret comes from SIMULATOR_SECRET: arguments can be seen by all."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from pathlib import Path

from handlers.refunds.simulator.books import Books
from handlers.refunds.simulator.provider import Provider
from handlers.refunds.simulator.server import SimulatorServer


def main() -> int:
    """Serve until told to stop."""
    arguments = _arguments()
    secret = os.environ.get("SIMULATOR_SECRET", "")
    if not secret:
        sys.stderr.write("Expected SIMULATOR_SECRET to hold the key that both sides sign with\n")
        return 2
    books = Books(arguments.data / "simulator.sqlite3")
    server = SimulatorServer(
        (arguments.host, arguments.port),
        Provider(books, mode=arguments.mode, processing_s=arguments.processing),
        key_id=arguments.key_id,
        secret=secret,
        hang_s=arguments.hang,
        resend_scale=arguments.resend_scale,
        by_hand=arguments.by_hand,
    )
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    sys.stdout.write(f"Payment simulator on port {server.server_address[1]}\n")
    sys.stdout.flush()
    try:
        server.serve_forever(poll_interval=0.2)
    except KeyboardInterrupt:
        return 0
    finally:
        server.courier.stop()
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m handlers.refunds.simulator")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8002, help="0: any that is free")
    parser.add_argument("--data", type=Path, required=True, help="folder of its ledger")
    parser.add_argument("--mode", choices=["idempotent", "lookup", "none"], default="idempotent")
    parser.add_argument("--key-id", default="afterflow")
    parser.add_argument("--processing", type=float, default=2.0, help="seconds until paid")
    parser.add_argument("--hang", type=float, default=12.0, help="seconds of a time-out")
    parser.add_argument("--resend-scale", type=float, default=0.1, help="of the real schedule")
    parser.add_argument(
        "--by-hand", action="store_true", help="refunds move on only when the clock is set"
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
