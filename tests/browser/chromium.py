"""A headless Chromium driven through a pipe by its own protocol: no driver package, no port, no network."""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Any

__all__ = ["Browser", "find"]

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-extensions", "--remote-debugging-pipe",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)  # fmt: skip


def find() -> str | None:
    """The first Chromium on the path."""
    return next((path for path in map(shutil.which, _NAMES) if path), None)


class Browser:
    """One page. ``events`` holds every event the browser told of, in order."""

    def __init__(self, program: str) -> None:
        self.events: list[dict[str, Any]] = []
        self._home = tempfile.mkdtemp(prefix="chromium-")
        there, self._write = os.pipe()
        self._read, back = os.pipe()
        self._buffer = b""
        self._count = 0
        self._session = ""

        def hand_over() -> None:
            os.dup2(os.dup(there), 3)
            os.dup2(os.dup(back), 4)

        if {there, back} & {3, 4}:
            there, back = os.dup(there), os.dup(back)
        self._process = subprocess.Popen(
            [program, *_FLAGS, f"--user-data-dir={self._home}", "about:blank"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            preexec_fn=hand_over, close_fds=False,
        )  # fmt: skip
        os.close(there)
        os.close(back)
        targets = self.send("Target.getTargets")["targetInfos"]
        page = next(target["targetId"] for target in targets if target["type"] == "page")
        self._session = self.send("Target.attachToTarget", targetId=page, flatten=True)["sessionId"]
        for domain in ("Page", "Network", "Runtime", "Log"):
            self.send(f"{domain}.enable")

    def __enter__(self) -> Browser:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._write)
        os.close(self._read)
        shutil.rmtree(self._home, ignore_errors=True)

    def send(self, method: str, **params: Any) -> dict[str, Any]:
        """Call a method of the protocol and wait for its result."""
        self._count += 1
        message: dict[str, Any] = {"id": self._count, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == self._count:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                result: dict[str, Any] = answer["result"]
                return result
            self.events.append(answer)

    def _next(self, patience: float = 240.0) -> dict[str, Any]:
        end = time.monotonic() + patience
        while b"\0" not in self._buffer:
            if not select.select([self._read], [], [], max(0.0, end - time.monotonic()))[0]:
                raise TimeoutError("the browser did not answer")
            got = os.read(self._read, 1 << 20)
            if not got:
                raise RuntimeError("the browser went away")
            self._buffer += got
        line, self._buffer = self._buffer.split(b"\0", 1)
        found: dict[str, Any] = json.loads(line)
        return found

    def resize(self, width: int, height: int = 900) -> None:
        """A window of this size, with the page that is in it."""
        self.send(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600
        )

    def open(self, url: str, width: int = 1280, height: int = 900) -> None:
        """Load a page in a window of this size and wait until it is there."""
        self.events.clear()
        self.resize(width, height)
        self.send("Page.navigate", url=url)
        while not any(event.get("method") == "Page.loadEventFired" for event in self.events):
            self.events.append(self._next())

    def evaluate(self, expression: str) -> Any:
        """The value of an expression in the page."""
        return self.send("Runtime.evaluate", expression=expression, returnByValue=True)["result"].get("value")

    def requests(self) -> list[str]:
        """Addresses the page asked for since it was opened, itself and data in it left out."""
        asked = [
            event["params"]["request"]["url"]
            for event in self.events
            if event.get("method") == "Network.requestWillBeSent"
        ]
        return [url for url in asked[1:] if not url.startswith("data:")]

    def complaints(self) -> list[str]:
        """Errors and warnings in the console, and exceptions."""
        found = []
        for event in self.events:
            params = event.get("params", {})
            if event.get("method") == "Log.entryAdded" and params["entry"]["level"] in ("error", "warning"):
                found.append(params["entry"]["text"])
            elif event.get("method") == "Runtime.exceptionThrown":
                found.append(params["exceptionDetails"]["text"])
            elif event.get("method") == "Runtime.consoleAPICalled" and params["type"] in ("error", "warning"):
                found.append(str(params["args"]))
        return found

    def screenshot(self, path: Path, *, of: str = "", tall: float = 0.0) -> None:
        """A picture of the whole page, or of what a selector finds, from its top and at most so tall."""
        asked: dict[str, Any] = {"format": "png", "captureBeyondViewport": True}
        if of:
            box = self.evaluate(
                f"(e => [e.x + scrollX, e.y + scrollY, e.width, e.height])"
                f"(document.querySelector({json.dumps(of)}).getBoundingClientRect())"
            )
            asked["clip"] = dict(zip(("x", "y", "width"), box, strict=False)) | {
                "height": min(box[3], tall or box[3]), "scale": 1,
            }  # fmt: skip
        path.write_bytes(base64.b64decode(self.send("Page.captureScreenshot", **asked)["data"]))

    def print(self, path: Path) -> None:
        """The page as printed on A4."""
        pages = self.send("Page.printToPDF", preferCSSPageSize=True, paperWidth=8.27, paperHeight=11.69)
        path.write_bytes(base64.b64decode(pages["data"]))
