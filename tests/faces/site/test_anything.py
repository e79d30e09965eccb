"""The page that takes whatever somebody kept: what it takes it for, and what it says of what it never saw."""

from __future__ import annotations

import base64
import io
import json
from html import unescape
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.faces.site.anything.compared import differing
from app.faces.site.anything.kept import Bundle, Receipt, Spend, Txid, Unknown, read
from app.money.payouts.signed import psbt
from app.money.payouts.signed.psbt import Transaction, TxIn, TxOut

ADDRESSES = json.loads((Path(__file__).parents[2] / "vectors" / "address_1.json").read_text())["vectors"]
SCRIPT = b"\x51\x20" + bytes(range(32))
SPEND = psbt.write(
    Transaction((TxIn(bytes(32), 0, 0, 60_000, SCRIPT),), (TxOut(50_000, SCRIPT), TxOut(7_000, b"\x6a")))
)
BUNDLE = {"bundleVersion": 1, "game": "rounds", "round": {"roundNumber": 7, "status": "settled"}}

PAYMENT = {"txid": "ab" * 32, "vout": 0, "amountSats": 3300}


def receipt(vector: dict[str, str], **change: str) -> dict[str, str]:
    made = {"kind": "tiraj/order/1", "depositAddress": vector["address"]}
    return made | {name: vector[name] for name in ("internalKey", "terms", "network", "commitment")} | change


def ask(client: FlaskClient, text: str = "", file: bytes | None = None, lang: str = "en") -> TestResponse:
    data: dict[str, object] = {"text": text}
    if file is not None:
        data["files"] = (io.BytesIO(file), "kept")
    return client.post(f"/check?lang={lang}", data=data, content_type="multipart/form-data")


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        (b"  " + b"AB" * 32 + b"\n", Txid),
        (SPEND, Spend),
        (base64.b64encode(SPEND), Spend),
        (SPEND.hex().encode(), Spend),
        (json.dumps({"psbt": base64.b64encode(SPEND).decode()}).encode(), Spend),
        (json.dumps(receipt(ADDRESSES[0])).encode(), Receipt),
        (json.dumps({"order": receipt(ADDRESSES[0])}).encode("utf-16"), Receipt),
        (json.dumps(BUNDLE).encode(), Bundle),
        (json.dumps(BUNDLE | {"round": {"roundNumber": True}}).encode(), Unknown),
        (b"ab" * 31, Unknown),
        (b"{" * 100_000, Unknown),
        (b"\x89PNG\r\n", Unknown),
        (b"psbt\xff\x00", Unknown),
        ("naïve".encode("latin-1"), Unknown),
    ],
)
def test_it_knows_what_it_was_given(given: bytes, kind: type) -> None:
    assert type(read(given)) is kind


def test_the_form_is_a_page(client: FlaskClient) -> None:
    page = client.get("/check").text
    assert page.count("<h1") == 1
    assert 'method="post" action="/check" enctype="multipart/form-data"' in page


def test_what_is_none_of_them_is_refused_and_kept(client: FlaskClient) -> None:
    answer = ask(client, "<hello>")
    assert answer.status_code == 422
    assert "&lt;hello&gt;</textarea>" in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert ask(client).status_code == 422
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_transaction_that_nobody_here_saw(client: FlaskClient) -> None:
    for page in (ask(client, "ab" * 32).text, client.get(f"/check?q={'ab' * 32}").text):
        assert "We know nothing of these digits" in page
        assert "64 hexadecimal digits" in page
        assert "The id of a transaction" not in page


def test_a_receipt_is_computed_again(client: FlaskClient) -> None:
    vector = next(one for one in ADDRESSES if one["network"] == "regtest")
    page = ask(client, json.dumps(receipt(vector))).text
    assert "The address commits to exactly these terms." in page
    assert "Does not hold" not in page
    assert f"hash_tweak.py {vector['internalKey']} '{vector['terms']}'" in unescape(page)
    wrong = ask(client, json.dumps(receipt(vector, terms=vector["terms"] + " "))).text
    assert "These terms give another address" in wrong
    assert wrong.count("Does not hold") == 2
    nonsense = ask(client, json.dumps(receipt(vector, internalKey="; rm -rf /"))).text
    assert "This record cannot be read" in nonsense
    assert "rm -rf" not in nonsense


def test_a_receipt_is_called_one_and_is_checked_whole_elsewhere(client: FlaskClient) -> None:
    kept = receipt(next(one for one in ADDRESSES if one["network"] == "regtest"))
    for file, title in ((kept, "An order with its terms"), (kept | {"log": None}, "A receipt")):
        answer = ask(client, json.dumps(file)).text.partition('id="kept-answer">')[2].partition("</section>")[0]
        assert answer.startswith(title)
        assert ("Only its terms and its address were computed again here." in answer) == (title == "A receipt")
        assert ('href="/verify' in answer) == (title == "A receipt")


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ({"payments": [PAYMENT], "paidSats": 3300, "ranges": [[15, 17]]}, []),
        ({"payments": [], "slip": None, "ranges": None}, []),
        ({"payments": [PAYMENT | {"amountSats": 9900}]}, [("amountSats", "9900", "3300")]),
        ({"payments": [PAYMENT | {"vout": 1}]}, [("payment", f"3300, {'ab' * 32}:1", None)]),
        ({"slip": {"ranges": [[0, 2]]}}, [("ranges", "0 – 2", "15 – 17")]),
        ({"playerPublicIdentifier": "eve"}, [("playerPublicIdentifier", "eve", "ada")]),
        ({"numbers": [1]}, [("numbers", "1", None)]),
        ({"payments": "<none>", "slip": [], "paidSats": {"a": [[]]}}, [("paidSats", "{'a': [[]]}", "3300")]),
        ({"payments": [5, {"txid": [{}]}]}, [("payment", "–, {}:–", None)]),
        ({"slip": {"status": "won"}}, [("status", "won", "lost")]),
        ({"order": {"status": "won"}, "slip": {"status": "lost"}}, [("status", "won", "lost")]),
        ({"order": {"status": "confirmed"}, "slip": {"status": "assigned"}}, []),
        ({"payout": {"amountSats": 9}}, [("payout", "9", None)]),
        ({"payout": None, "status": "lost"}, []),
    ],
)
def test_where_a_receipt_says_otherwise_than_we_do(
    said: dict[str, object], found: list[tuple[str, str, str | None]]
) -> None:
    ours = {"payments": [PAYMENT], "paidSats": 3300, "ranges": [[15, 17]], "numbers": None}
    told = differing(said, ours | {"playerPublicIdentifier": "ada", "status": "lost", "payout": None}, "lost")
    assert [(one.name, one.file, one.ours) for one in told] == found


def test_a_stranger_s_psbt_pays_nothing_of_ours(client: FlaskClient) -> None:
    for page in (ask(client, base64.b64encode(SPEND).decode()).text, ask(client, file=SPEND).text):
        assert "It pays no win of ours as it is owed" in page
        assert "50,000" in page
        assert "6a" in page  # an output without an address is shown all the same


def test_a_bundle_is_named_and_its_script_offered(client: FlaskClient) -> None:
    page = ask(client, json.dumps(BUNDLE)).text
    assert "round 7" in page
    assert "python3 verify_round.py bundle.json" in page
    assert "python3 verify_round.py kept\n" in ask(client, file=json.dumps(BUNDLE).encode()).text.replace(
        "</code>", "\n"
    )
    assert "No game here is called so." in ask(client, json.dumps(BUNDLE | {"game": "bingo"})).text


@pytest.mark.parametrize(("lang", "said"), [("fr", "Un dossier de preuves"), ("ht", "Yon pake prèv")])
def test_it_answers_in_the_readers_language(client: FlaskClient, lang: str, said: str) -> None:
    assert said in ask(client, json.dumps(BUNDLE), lang=lang).text


def test_the_verifiers_page_gives_to_it_without_scripts(client: FlaskClient) -> None:
    page = client.get("/verify").text
    assert 'method="post" action="/check" enctype="multipart/form-data" data-paste-form' in page
    assert "our server answers" in page


@pytest.mark.parametrize(
    ("given", "to"),
    [
        ("/rounds/7", "/verify?round=7"),
        ("luckotto 7", "/luckotto/verify?round=7"),
        (" /log/entries/7\n", "/log/entries/7"),
        (f"/embed/slips/{'A' * 32}", f"/slips/{'A' * 32}"),  # a secret, which stands in no other address
    ],
)
def test_what_names_a_page_leads_there_by_itself(client: FlaskClient, given: str, to: str) -> None:
    answer = client.post("/check", data={"text": given})
    assert (answer.status_code, answer.location) == (303, to)
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("given", "words", "link"),
    [
        ("", "There is nothing in it yet", None),
        ('{"a": 1}', "neither a proof bundle, a receipt nor an order", None),
        ('{"a": ', "cut off or changed", None),
        ("[]", "This is a list.", None),
        ("bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080", "This is a Bitcoin address.", "/hash-tweak"),
        ("7", "the number of a round", "/verify?round=7"),
        ("#7", "the number of a round", "/luckotto/verify?round=7"),
        ("Round 7", "the number of a round", "/verify?round=7"),
        ("seven 7", "This is none of them.", None),
        ("/docs", "leads to a page of ours, but to no round", None),
        ("/swertres/verify/ABCD-EFGH-JK23", "looks like a card’s code, but no card was sold", None),
        ("A" * 32, "This looks like a link.", "/verify"),  # which may be a receipt's secret
        ("ABCD-EFGH-JK2", "looks like a card’s code, but no card was sold", None),
        (f"https://localhost//evil.example/{'A' * 32}", "", None),
        ("https://elsewhere.example/rounds/7", "leads to another site", None),
        ("0192f0c4-6a00-7000-8000-000000000001", "looks like the id of an order", None),
        ("hello there", "This is none of them.", None),
        ('{"root": "", "size": 1, "txid": "", "previous": null}', "verify_anchor.py checks it", "/docs/utilities"),
        ('{"orderId": "", "internalKey": "", "payoutAddress": ""}', "the exact terms of an order", "/hash-tweak"),
        ('{"rotations": []}', "with --keys", "/docs/utilities"),
        ('{"first": 1, "second": 2, "hashes": []}', "with --consistency", "/docs/utilities"),
        ("a.example/log\n7\n" + "A" * 43 + "=\ntime 1\n\n", "a checkpoint of a public log", "/docs/utilities"),
        ("c2sp.org/tlog-proof@v1\nindex 0\n", "a proof that an entry is in a public log", "/docs/utilities"),
        ("tiraj/promise/1\na.example/log\n", "a signed promise", "/docs/utilities"),
        (
            '{"type": "urn:x", "title": "No <b>round.", "status": 404}',
            "No &lt;b&gt;round. Fetch",
            None,
        ),
        ("{}", "This is an empty record", None),
        ('{"subject": "", "type": "order.paid"}', "the text of an entry of a public log", "/log"),
        (base64.b64encode(SPEND).decode()[:-30], "a PSBT that was cut off", None),
        (SPEND.hex()[:-31], "a PSBT that was cut off", None),
        ("02000000" + "00" * 70, "a transaction that was cut off", None),
        ("a.example/log+0a1b2c3d+" + "A" * 44, "the key of a log or of a witness", "/docs/utilities"),
    ],
)
def test_what_is_refused_is_told_what_it_is_and_where_to_go(
    client: FlaskClient, given: str, words: str, link: str | None
) -> None:
    answer = client.post("/check", data={"text": given})
    assert answer.status_code == 422
    form = answer.text.partition("data-paste-form")[2].partition("</form>")[0]
    assert words in form
    assert link is None or f'href="{link}"' in form, form
