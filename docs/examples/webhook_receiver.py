"""A server that receives webhooks and checks that they are genuine. Needs Python 3.9 and nothing else.

    TIRAJ_WEBHOOK_SECRET=whsec_… python3 webhook_receiver.py 8000

While a secret is being rolled, give both, with a space between them.
"""

import base64
import hashlib
import hmac
import json
import os
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TOLERANCE_SECONDS = 5 * 60
LARGEST_BODY = 1024 * 1024


def verify(secrets, headers, body):
    """Return the event in `body` (bytes), or raise ValueError if it does not come from Tiraj or is too old."""
    message_id, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not timestamp.isdigit() or abs(time.time() - int(timestamp)) > TOLERANCE_SECONDS:
        raise ValueError("the timestamp is too old or missing")
    signed = f"{message_id}.{timestamp}.".encode() + body
    for secret in secrets:
        key = base64.b64decode(secret.removeprefix("whsec_"))
        expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        for signature in headers.get("webhook-signature", "").split(" "):
            version, _, given = signature.partition(",")
            if version == "v1" and hmac.compare_digest(given.encode(), expected.encode()):
                return json.loads(body)
    raise ValueError("no signature fits")


seen = set()  # in your server: a table with a unique key, written in the transaction that does the work
one_at_a_time = threading.Lock()


def handle(event):
    """Your work. An event may come more than once, always with the same id; those of one order come in order."""
    with one_at_a_time:  # requests come side by side
        if event["id"] in seen:
            return
        print(event["type"], event["subject"], json.dumps(event["data"]), flush=True)
        seen.add(event["id"])


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        length = int(self.headers.get("Content-Length", 0))
        if length > LARGEST_BODY:
            self.answer(413)
            return
        body = self.rfile.read(length)
        try:
            event = verify(SECRETS, self.headers, body)
        except ValueError as error:
            print("refused:", error, file=sys.stderr, flush=True)
            self.answer(400)
            return
        handle(event)
        self.answer(204)  # only now: whatever else is answered, the event comes again

    def answer(self, status):
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    SECRETS = os.environ["TIRAJ_WEBHOOK_SECRET"].split()
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 8000
    ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()
