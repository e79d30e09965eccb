"""A mail server of the test's own, speaking just enough SMTP to take a message or refuse it."""

import socketserver
import threading
from email import message_from_bytes, policy


class Receiver(socketserver.ThreadingTCPServer):
    """Keeps what it was sent. `answers` maps a command to the reply given in place of success."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.received, self.answers = [], {}

    @property
    def url(self):
        return f"smtp://127.0.0.1:{self.server_address[1]}"

    def __enter__(self):
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        self.shutdown()
        self.server_close()


class _Conversation(socketserver.StreamRequestHandler):
    def handle(self):
        self._say("220 ready")
        while line := self.rfile.readline():
            command = line.decode().strip().upper().split(" ")[0].split(":")[0]
            if command == "QUIT":
                return self._say("221 bye")
            if command == "DATA" and "DATA" not in self.server.answers:
                self._say("354 go on")
                self.server.received.append(message_from_bytes(self._content(), policy=policy.default))
                self._say(self.server.answers.get(".", "250 taken"))
            else:
                self._say(self.server.answers.get(command, "250 fine"))
        return None

    def _content(self):
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line)
        return b"".join(lines)

    def _say(self, text):
        self.wfile.write(f"{text}\r\n".encode())
