"""Make an order for a player, then follow what happens. Python 3.9 or newer, nothing to install.

TIRAJ_URL=https://tiraj.example TIRAJ_KEY=tiraj_… python3 quickstart.py
"""

import json
import os
import urllib.error
import urllib.parse
import urllib.request
import uuid

URL = os.environ["TIRAJ_URL"].rstrip("/")
KEY = os.environ["TIRAJ_KEY"]


def ask(method, path, body=None, once=None):
    headers = {"Authorization": "Bearer " + KEY}
    if body is not None:
        headers["Content-Type"] = "application/json"
    if once is not None:
        headers["Idempotency-Key"] = once  # sent again, the request has no second effect
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(URL + "/api/v1" + path, data, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as refusal:
        problem = json.load(refusal)
        raise SystemExit("{status} {code}: {title}".format(**problem)) from None


site = ask("GET", "/site")
print("Site:", site["slug"], "-", site["status"])

player = {"playerPublicIdentifier": "ada", "playerPrivateIdentifier": "customer-1042"}
made = ask("POST", "/orders", player, once=str(uuid.uuid4()))
order = made["order"]
print("Order:", order["id"], "in round", order["roundNumber"])
print("Pay to:", order["bip21"])
print("The player's page:", URL + "/slips/" + made["receiptSecret"])

read = ask("GET", "/orders/" + order["id"])
print("Status:", read["order"]["status"])

mine = ask("GET", "/orders?" + urllib.parse.urlencode({"playerPublicIdentifier": "ada", "limit": 5}))
print("Orders of this player:", len(mine["orders"]))

after = None  # keep it: whoever goes on from the last event misses none
while True:
    query = {"limit": 100} if after is None else {"limit": 100, "after": after}
    page = ask("GET", "/events?" + urllib.parse.urlencode(query))
    for event in page["events"]:
        if event["subject"] == "order:" + order["id"]:
            print("Event:", event["type"], event["id"])
    after = page["next"]
    if not page["events"]:
        break  # a server would wait some seconds and ask again
