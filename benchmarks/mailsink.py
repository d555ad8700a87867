"""A mail server in a thread: takes every letter, remembers it, and says so a little later."""

import asyncio
import re
import threading
from collections import Counter

MESSAGE_ID = re.compile(rb"^Message-ID:\s*(\S+)", re.IGNORECASE | re.MULTILINE)


class MailSink:
    """Remembers (recipient, Message-ID) of each letter as soon as it has it all, and acknowledges ``after`` seconds."""

    def __init__(self, *, after=0.0):
        self.after, self.got, self.connections = after, [], 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        opening = asyncio.start_server(self._serve, "127.0.0.1", 0, limit=1_000_000)
        self._server = asyncio.run_coroutine_threadsafe(opening, self._loop).result(10)
        self.port = self._server.sockets[0].getsockname()[1]

    @property
    def url(self):
        return f"smtp://127.0.0.1:{self.port}"

    def counts(self):
        """How often each recipient got a letter."""
        return Counter(recipient for recipient, _message_id in self.got)

    def stop(self):
        self._loop.call_soon_threadsafe(self._server.close)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    async def _serve(self, reader, writer):
        self.connections += 1
        try:
            await self._talk(reader, writer)
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _talk(self, reader, writer):
        async def say(words):
            writer.write(words.encode() + b"\r\n")
            await writer.drain()

        await say("220 sink")
        recipient = ""
        while line := (await reader.readline()).decode("ascii", "replace").strip():
            command = line[:4].upper()
            if command == "RCPT":
                recipient = line[line.index("<") + 1 : line.index(">")]
            if command == "DATA":
                await say("354 go on")
                data = await reader.readuntil(b"\r\n.\r\n")
                found = MESSAGE_ID.search(data)
                self.got.append((recipient, found.group(1).decode() if found else ""))
                await asyncio.sleep(self.after)
            await say("221 bye" if command == "QUIT" else "250 ok")
            if command == "QUIT":
                return
