"""Checks what pytraccar sees of the embedded backend. Arguments: pytraccar's version, the backend's program."""

import asyncio
import base64
import os
import re
import secrets
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from datetime import datetime, timedelta, timezone
from pathlib import Path

import aiohttp
from pytraccar import ApiClient

ACCOUNT = "dispatch@example.com"
UNIQUE_ID = "860000000000017"
NAME = "冷链车 17"
FIRST = {"lat": 31.230416, "lon": 121.473701, "speed": 12.5}
LIVE = {"lat": 31.239703, "lon": 121.499763, "speed": 21.0}
AREA = "CIRCLE (31.2304 121.4737, 500.0)"
WAIT_S = 30


class Backend:
    """A backend of its own, with its data in a temporary folder; ends with the `with` block."""

    def __init__(self, program: str) -> None:
        self.program = program
        self.folder = tempfile.TemporaryDirectory()
        self.password = secrets.token_hex(16)

    def __enter__(self) -> "Backend":
        database = str(Path(self.folder.name) / "backend.db")
        environment = {**os.environ, "TRAK_PASSWORD": self.password}
        command = [self.program, "--database", database]
        subprocess.run(
            [*command, "account", "add", ACCOUNT, "--administrator"],
            env=environment, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        )
        self.process = subprocess.Popen(
            [*command, "serve", "--bind", "127.0.0.1:0"],
            env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )
        for line in self.process.stdout:
            if found := re.search(r"listening on http://([\d.]+):(\d+)", line):
                self.host, self.port = found[1], int(found[2])
                return self
        raise AssertionError("the backend did not start")

    def __exit__(self, *_: object) -> None:
        self.process.send_signal(signal.SIGTERM)
        try:
            ended = self.process.wait(WAIT_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError("the backend did not end when told to") from None
        finally:
            self.process.stdout.close()
            self.folder.cleanup()
        assert ended == 0, f"the backend ended with {ended}"


async def send(http: aiohttp.ClientSession, url: str, what: dict, at: datetime) -> None:
    """Reports a position as a tracker does."""
    values = {"id": UNIQUE_ID, "timestamp": at.strftime("%Y-%m-%dT%H:%M:%SZ"), **what}
    async with http.post(url, params={key: str(value) for key, value in values.items()}) as answer:
        assert answer.status == 200, f"the report was answered {answer.status}"


async def prepare(backend: Backend, started: datetime) -> str:
    """A unit, a geofence, a first position; gives a token."""
    url = f"http://{backend.host}:{backend.port}"
    identity = base64.b64encode(f"{ACCOUNT}:{backend.password}".encode()).decode()
    until = (started + timedelta(hours=1)).isoformat()
    async with aiohttp.ClientSession(headers={"Authorization": f"Basic {identity}"}) as http:
        device = {"name": NAME, "uniqueId": UNIQUE_ID, "attributes": {"plate": "沪A·D1017"}}
        async with http.post(f"{url}/api/devices", json=device) as answer:
            assert answer.status == 200, f"the device was answered {answer.status}"
        async with http.post(f"{url}/api/geofences", json={"name": "工地", "area": AREA}) as answer:
            assert answer.status == 200, f"the geofence was answered {answer.status}"
        async with http.post(f"{url}/api/session/token", data={"expiration": until}) as answer:
            assert answer.status == 200, f"the token was answered {answer.status}"
            token = (await answer.text()).strip()
    async with aiohttp.ClientSession() as http:
        await send(http, f"{url}/", FIRST, started)
    return token


def is_at(position: dict, what: dict) -> bool:
    """Whether a position is the one reported."""
    near = abs(position["latitude"] - what["lat"]) < 1e-9 and abs(position["longitude"] - what["lon"]) < 1e-9
    return near and abs(position["speed"] - what["speed"]) < 1e-6


async def check(version: str, backend: Backend) -> None:
    """The whole check."""
    started = datetime.now(timezone.utc).replace(microsecond=0) - timedelta(minutes=1)
    token = await prepare(backend, started)
    identity = (ACCOUNT, backend.password) if version.startswith("2.") else (token,)
    # The backend has a number for a name: cookies of such hosts are "unsafe" to aiohttp.
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
        client = ApiClient(backend.host, *identity, client_session=http, port=backend.port)

        server = await client.get_server()
        assert server["version"], "the server says no version"

        (device,) = await client.get_devices()
        assert device["uniqueId"] == UNIQUE_ID and device["name"] == NAME, "another device"
        assert device["attributes"]["plate"] == "沪A·D1017", "another plate"
        assert device["status"] == "online", "a device that has just reported is not online"

        (position,) = await client.get_positions()
        assert is_at(position, FIRST), "another position"
        assert position["deviceId"] == device["id"] and device["positionId"] == position["id"], "not its position"
        assert datetime.fromisoformat(position["fixTime"]) == started, "another time"
        assert position["valid"] is True and "address" in position, "fields are missing"

        (geofence,) = await client.get_geofences()
        assert geofence["name"] == "工地" and geofence["area"] == AREA, "another geofence"

        snapshot, live = asyncio.Event(), asyncio.Event()

        async def on_message(data: dict) -> None:
            for position in data["positions"] or []:
                if is_at(position, FIRST):
                    snapshot.set()
                if is_at(position, LIVE) and position["deviceId"] == device["id"]:
                    live.set()

        socket = asyncio.create_task(client.subscribe(on_message))
        try:
            await asyncio.wait_for(snapshot.wait(), WAIT_S)
            url = f"http://{backend.host}:{backend.port}/"
            await send(http, url, LIVE, started + timedelta(seconds=30))
            await asyncio.wait_for(live.wait(), WAIT_S)
        finally:
            socket.cancel()
            with suppress(asyncio.CancelledError):
                await socket

        (position,) = await client.get_positions()
        assert is_at(position, LIVE), "the live position is not the newest"

        wrong = ("nobody", "wrong") if version.startswith("2.") else (f"{token}x",)
        stranger = ApiClient(backend.host, *wrong, client_session=aiohttp.ClientSession(), port=backend.port)
        try:
            await stranger.get_devices()
        except Exception as refusal:  # noqa: BLE001 - its class differs between the versions
            assert type(refusal).__module__.startswith("pytraccar"), f"not a refusal: {refusal!r}"
        else:
            raise AssertionError("a stranger was let in")
        finally:
            await stranger._client_session.close()


def main() -> None:
    """Runs it and says so in one line."""
    version, program = sys.argv[1:]
    with Backend(program) as backend:
        asyncio.run(check(version, backend))
    running = f"Python {sys.version_info.major}.{sys.version_info.minor}"
    print(
        f"pytraccar {version}: passed: server, devices, positions, geofences, websocket snapshot and live, refusal"
        f" ({running})"
    )


main()
