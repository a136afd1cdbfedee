"""The process under test."""

import json
import os
import queue
import signal
import subprocess
import threading
import time
from pathlib import Path

ADDRESSES = ("ODD_GATEWAY_ADDR", "ODD_READ_MODEL_ADDR", "ODD_WEB_ADDR", "ODD_PROCESSOR_ADDR", "ODD_METRICS_ENGINE_ADDR",
             "ODD_PTY_ADDR", "ODD_PTY_METRICS_ADDR")
READY_SECONDS = 30
STOP_SECONDS = 40


class NotReady(Exception):
    """The process ended or timed out before it was ready."""


class Observatory:
    """`odd-dashboard up` with one data directory. Every start is a new process with new ports."""

    def __init__(self, binary: Path, work_dir: Path, settings: dict[str, str]) -> None:
        self._binary = binary
        self.data_dir = work_dir / "data"
        self._log = work_dir / "odd-dashboard.log"
        self._settings = settings
        self._process: subprocess.Popen | None = None
        self._urls: dict[str, str] = {}
        self.slowest_start = 0.0

    @property
    def gateway(self) -> str:
        return self._urls["gateway"]

    @property
    def read_model(self) -> str:
        return self._urls["read-model"]

    def start(self) -> None:
        """Starts the process and waits until it is ready."""
        started = time.monotonic()
        self.launch()
        self._urls = self._await_ready(started + READY_SECONDS)
        self.slowest_start = max(self.slowest_start, time.monotonic() - started)

    def launch(self) -> None:
        """Starts the process and returns at once."""
        with open(self._log, "ab") as log:
            self._process = subprocess.Popen(
                [str(self._binary), "up"], env=self._environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=log,
            )

    def kill(self) -> None:
        """Sends SIGKILL and waits until the process has ended."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def stop(self) -> int:
        """Sends SIGTERM and returns the exit code."""
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(timeout=STOP_SECONDS)

    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def run(self, *args: str) -> subprocess.CompletedProcess:
        """Runs another command of the binary with the same data directory."""
        return subprocess.run(
            [str(self._binary), *args], env=self._environment(), stdin=subprocess.DEVNULL, capture_output=True,
            text=True, timeout=120, check=False,
        )

    def panics(self) -> list[str]:
        lines = self._log.read_text(errors="replace").splitlines()
        return [line for line in lines if "panicked at" in line]

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("ODD_")}
        own = {name: "127.0.0.1:0" for name in ADDRESSES}
        return {**kept, **own, "ODD_DATA_DIR": str(self.data_dir), "ODD_LOG": "warn", **self._settings}

    def _await_ready(self, deadline: float) -> dict[str, str]:
        lines: queue.Queue = queue.Queue()
        threading.Thread(target=_follow, args=(self._process.stdout, lines), daemon=True).start()
        urls: dict[str, str] = {}
        while True:
            try:
                line = lines.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                raise NotReady(f"not ready within {READY_SECONDS} s") from None
            if line is None:
                raise NotReady(f"ended with {self._process.wait()} before it was ready")
            if line.get("event") == "listening":
                urls[line["role"]] = line["url"]
            if line.get("event") == "ready":
                return urls


def _follow(stdout, lines: queue.Queue) -> None:
    """Reads until the end, because a full pipe would block the process."""
    for text in stdout:
        try:
            lines.put(json.loads(text))
        except json.JSONDecodeError:
            continue
    lines.put(None)
