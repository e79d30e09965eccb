"""A folder's files over HTTP, whole and over connections that stay open: `python -m benchmarks.files FOLDER`."""

from __future__ import annotations

import http.server
import sys
from pathlib import Path


class Files(http.server.BaseHTTPRequestHandler):
    """Nothing but GET, of files that are there."""

    folder: Path
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        data = (self.folder / self.path.lstrip("/")).read_bytes()
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *arguments: object) -> None:
        """Nothing."""


if __name__ == "__main__":
    Files.folder = Path(sys.argv[1])
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Files) as server:
        print(server.server_address[1], flush=True)
        server.serve_forever()
