"""The door of a server: lets clients in, as many at a time as there is room for."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import socket
from collections.abc import Iterator

from grader.replay.connection import Connection, Host

MOST_CONNECTIONS = 64


class Door:
    """Accepts clients for a host and knows their connections, the longest open first."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._connections: dict[Connection, None] = {}
        self._accepted = 0
        self._vacancy = asyncio.Event()
        self._accepting: asyncio.Task[None] | None = None
        self._listening: socket.socket | None = None

    def __iter__(self) -> Iterator[Connection]:
        return iter(self._connections)

    def open(self, listening: socket.socket) -> None:
        """Let clients in on the running loop."""
        listening.setblocking(False)
        self._listening = listening
        self._accepting = asyncio.get_running_loop().create_task(self._accept(listening))

    async def close(self) -> None:
        """Let nobody in any more, and close every connection."""
        if self._accepting is not None:
            self._accepting.cancel()
            await asyncio.wait([self._accepting])
        if self._listening is not None:
            self._listening.close()
        for connection in list(self._connections):
            await connection.close()

    def closed(self, connection: Connection) -> None:
        """Forget a connection."""
        self._connections.pop(connection, None)
        self._vacancy.set()

    def rested(self) -> None:
        """Take note that a connection has nothing to do."""
        self._vacancy.set()

    async def _accept(self, listening: socket.socket) -> None:
        try:
            while True:
                with contextlib.suppress(ConnectionError):  # a client that is gone before it was taken
                    client, _ = await asyncio.get_running_loop().sock_accept(listening)
                    await self._welcome(client)
        except Exception as fault:
            self._host.failed(fault)

    async def _welcome(self, client: socket.socket) -> None:
        """Give a client a connection as soon as there is room for it."""
        connection = None
        try:
            while len(self._connections) >= MOST_CONNECTIONS:
                await self._make_room()
            self._accepted += 1
            connection = Connection(self._host, self._accepted)
            self._connections[connection] = None
            await asyncio.get_running_loop().connect_accepted_socket(functools.partial(_itself, connection), client)
        except BaseException:
            client.close()
            if connection is not None:
                self.closed(connection)
            raise

    async def _make_room(self) -> None:
        """Close the oldest connection on which nothing goes on, or wait until there is one."""
        idle = next((each for each in self._connections if each.idle), None)
        if idle is not None:
            idle.close_idle()
        self._vacancy.clear()  # a connection that was told to close says so in a later turn of the loop
        await self._vacancy.wait()


def _itself(connection: Connection) -> Connection:
    return connection
