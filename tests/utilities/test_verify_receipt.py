"""verify_receipt.py and the reader's browser: honest receipts hold, each lie is named, nothing that is not there is
believed. Whatever the script is asked here the browser is asked too, and says the same of every claim.
"""

from __future__ import annotations

import base64
import hashlib
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.utilities.forged_receipts import FORGERIES, signed_after, telling
from tests.utilities.receipt_in_browser import ReceiptsInBrowser
from tests.utilities.receipts import (
    ORDER,
    PAID_TO,
    PAYOUT,
    PERSON,
    PRICED,
    SCRIPT,
    WRITTEN,
    Story,
    Written,
    changed,
    priced,
    script,
    simple,
)
from tests.utilities.witness.log import Signer, audit_path, consistency_proof, tree_hash
from tests.utilities.witness.script import vectors

Receipt = dict[str, Any]


@pytest.fixture(scope="module")
def browser() -> Iterator[ReceiptsInBrowser]:
    with ReceiptsInBrowser() as made:
        yield made


@pytest.fixture
def verify(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], browser: ReceiptsInBrowser
) -> Callable[..., dict[str, Any]]:
    """What the script says of a receipt: its JSON, with the names of what does not hold as `named`; the browser must
    say the same."""

    def run(story: Story, receipt: object, *words: str, kept: tuple[str, ...] = ()) -> dict[str, Any]:
        file = tmp_path / "receipt.json"
        file.write_text(receipt if isinstance(receipt, str) else json.dumps(receipt), encoding="utf-8")
        more = []
        for number, note in enumerate(kept):
            (tmp_path / f"{number}.note").write_text(note, encoding="utf-8")
            more += ["--checkpoint", str(tmp_path / f"{number}.note")]
        key = [] if "--log-key" in words else ["--log-key", story.signer.vkey]
        status, printed = script.main([str(file), "--json", *key, *words, *more]), capsys.readouterr()
        if status == 2:
            assert browser.asked(file, key, words, kept)["status"] == 2
            return {"status": status, "named": set(), "says": printed.err}
        told: dict[str, Any] = json.loads(printed.out)
        assert told["status"] == status
        _say_the_same(told, browser.asked(file, key, words, kept))
        told["named"] = {line.split(": ")[1] for line in told["failing"]}
        told["open"] = {line.split(": ")[0].split(" ")[0] for line in told["unfinished"]}
        return told

    return run


def _say_the_same(told: dict[str, Any], seen: dict[str, Any]) -> None:
    def claims(all_: list[dict[str, Any]], name: Callable[[Any], str]) -> list[tuple[str, str, list[str]]]:
        return [
            (one["claim"], one["verdict"], list(map(name, one["details"])) if one["verdict"] in OPEN else [])
            for one in all_
        ]

    assert claims(seen["claims"], lambda why: str(why["name"])) == claims(
        told["claims"], lambda why: str(why).split(": ", maxsplit=1)[0]
    )
    assert (seen["status"], seen["unlooked"]) == (told["status"], told["notLookedAt"])


OPEN = ("does not hold", "not told")
Verify = Callable[..., dict[str, Any]]


def witnessed(story: Story) -> list[str]:
    return [word for one in story.witnesses for word in ("--witness", one.vkey)]


# what is true


@pytest.mark.parametrize("game", ["rounds", "luckotto"])
def test_an_honest_receipt_holds(verify: Verify, game: str) -> None:
    story, receipt = simple(game)
    told = verify(story, receipt, *witnessed(story))
    assert (told["status"], told["failing"], told["unfinished"]) == (0, [], [])
    kept = (story.checkpoint(), story.checkpoint(when=WRITTEN + 999))
    assert verify(story, receipt, *witnessed(story), kept=kept)["status"] == 0


def test_a_win_is_paid_where_the_terms_say(verify: Verify) -> None:
    story, receipt = simple()
    told = verify(
        story, receipt | {"payout": {"state": "sent", "address": PAID_TO, "amountSats": 9}}, *witnessed(story)
    )
    assert (told["status"], told["notLookedAt"]) == (0, ["payout"])


def test_what_follows_from_the_terms_stands_beside_or_is_a_lie(verify: Verify) -> None:
    story, receipt = priced()
    assert verify(story, receipt)["notLookedAt"] == ["log.proof.signatures", "payout", "status"]
    lies: list[tuple[tuple[str, ...], Any]] = [(("combinations",), 99), (("baseSats",), 1), (("feeSats",), 1)]
    lies += [(("odds", "oneIn"), 2), (("payout",), PAYOUT), (("odds",), None)]
    for path, lie in lies:
        told = verify(story, changed(receipt, *path, to=lie))
        assert (told["status"], told["named"]) == (1, {"beside"}), path
    won = receipt | {"status": "won", "payout": PAYOUT}
    assert verify(story, won)["status"] == 0
    assert verify(story, changed(won, "payout", "amountSats", to=1))["named"] == {"beside"}
    story, receipt = simple("rounds", {"baseTicketPriceSats": 1_000})
    for sats, status in ((5_000, 0), (5_001, 1)):
        assert verify(story, changed(receipt, "slip", "jackpotContributionSats", to=sats))["status"] == status


@pytest.mark.parametrize("before", [3, 4, 5, 7, 8, 12])
def test_what_was_kept_begins_the_log_or_it_is_said_what_is_missing(
    verify: Verify, tmp_path: Path, before: int
) -> None:
    story, _ = simple()
    story.before = before
    receipt = story.receipt(story.payment(), held=[[0, 4]])
    hashes = story.hashes
    grown = [*hashes, *(hashlib.sha256(bytes([number])).digest() for number in range(5))]
    later = story.checkpoint(len(grown), when=WRITTEN + 9, root=tree_hash(grown))
    asked = [(size, len(hashes), hashes) for size in range(1, before)] + [(len(hashes), len(grown), grown)]
    for first, second, leaves in asked:
        kept = (later,) if leaves is grown else (story.checkpoint(first, when=WRITTEN - 9),)
        told = verify(story, receipt, kept=kept)
        assert (told["status"], told["open"]) == (3, {"consistency"})
        assert f"/api/log/consistency?first={first}&second={second}" in told["unfinished"][0]
        path = consistency_proof(first, leaves)
        for hashes_, status in ((path, 0), (path[:-1], 1), ([*path, b"\7" * 32], 1), ([b"\7" * 32, *path[1:]], 1)):
            file = tmp_path / "grown.json"
            coded = [base64.b64encode(one).decode() for one in hashes_]
            file.write_text(json.dumps({"first": first, "second": second, "hashes": coded}))
            told = verify(story, receipt, "--consistency", str(file), kept=kept)
            assert (told["status"], told["named"]) == (status, {"another-history"} if status else set())


def test_a_proof_of_consistency_is_one(verify: Verify, tmp_path: Path) -> None:
    story, receipt = simple()
    for text in ("", "{}", "[]", '{"first": 1, "second": 7, "hashes": ["x"]}', '{"first": "1"}'):
        (tmp_path / "grown.json").write_text(text)
        words = ["--log-key", story.signer.vkey, "--consistency", str(tmp_path / "grown.json")]
        assert script.main([__file__, *words]) == 2
    assert verify(story, receipt)["status"] == 0


def test_all_forms_of_a_receipt_are_read(verify: Verify) -> None:
    story, receipt = simple()
    order = {name: receipt[name] for name in ("roundNumber", "commitment", "terms")} | {"id": ORDER}
    rest = {name: receipt[name] for name in ("payments", "slip", "log")}
    assert verify(story, {"order": order, **rest})["status"] == 0


def test_what_happened_later_holds_too(verify: Verify) -> None:
    """Paid twice, a block lost, its payment paid again, and one that was too small."""
    story = Story()
    again = story.payment(0, blockHash="cc" * 32, blockHeight=103)
    story.leaves = [
        story.paid(),
        story.unpaid(),
        story.paid(1, tickets=[0, 4]),
        story.paid(2, **again | {"fate": "credited", "tickets": [5, 9]}),
    ]
    del story.leaves[3].told["status"]
    story.leaves[3] = Written(story.leaves[3].told, story.leaves[3].salt)
    story.leaves.append(story.paid(3, fate="below_minimum", creditedSats=0, refundableSats=5_600, tickets=None))
    lost = story.payment(0, status="orphaned", creditedSats=0)
    small = story.payment(3, status="below_minimum", creditedSats=0, refundableSats=5_600)
    receipt = story.receipt(lost, story.payment(1), again, small, held=[[0, 4], [5, 9]])
    told = verify(story, receipt)
    assert (told["failing"], told["unfinished"]) == ([], [])


@pytest.mark.parametrize(("cause", "credited", "held"), [("void", 0, [[0, 4]]), ("orphaned", 5_600, [[0, 4]])])
def test_a_void_or_settled_round_keeps_its_tickets(verify: Verify, cause: str, credited: int, held: object) -> None:
    story = Story()
    story.leaves = [story.paid(), story.unpaid(cause=cause, credited=credited)]
    payment = story.payment(status=cause, creditedSats=credited, refundableSats=0 if credited else 5_600)
    assert verify(story, story.receipt(payment, held=held))["status"] == 0


def test_an_order_that_nobody_paid_says_so(verify: Verify) -> None:
    story = Story()
    told = verify(story, story.receipt())
    assert (told["status"], told["open"]) == (3, {"facts"})


def test_what_is_only_seen_is_not_told_yet(verify: Verify) -> None:
    story, receipt = simple()
    receipt["payments"].append({**story.payment(9, status="seen"), "blockHash": None, "blockHeight": None})
    assert verify(story, receipt)["status"] == 0


def test_a_promise_that_still_runs_is_not_finished(verify: Verify, monkeypatch: pytest.MonkeyPatch) -> None:
    story, receipt = simple()
    receipt = changed(receipt, "log", "proof", to=None)
    monkeypatch.setattr(script.time, "time", lambda: WRITTEN + 30.0)
    told = verify(story, receipt)
    assert (told["status"], told["open"]) == (3, {"proof", "in-time"})
    monkeypatch.setattr(script.time, "time", lambda: WRITTEN + 61.0)
    told = verify(story, receipt)
    assert told["status"] == 3
    assert "no-proof" in " ".join(told["unfinished"])


def test_a_public_receipt_leaves_open_whose_it_is_only_where_that_is_asked(verify: Verify) -> None:
    story, receipt = simple()
    public = changed(changed(receipt, "log", "salt", to=None), "log", "identifier", to=None)
    told, asked = verify(story, public), verify(story, public, "--person", PERSON)
    assert (told["status"], told["open"], "person" in told["notLookedAt"]) == (0, set(), True)
    assert (asked["status"], asked["open"], "person" in asked["notLookedAt"]) == (3, {"person"}, False)
    for name, to in (("salt", None), ("identifier", None)):
        assert verify(story, changed(receipt, "log", name, to=to))["open"] == {"person"}, (
            "a holder's, with a piece gone"
        )
    assert verify(story, changed(receipt, "log", "identifier", to=None), "--person", PERSON)["status"] == 0


# what is not


@pytest.mark.parametrize("name", FORGERIES)
def test_each_forgery_is_named(verify: Verify, name: str) -> None:
    expected, forge = FORGERIES[name]
    story, receipt = simple()
    told = verify(story, forge(story, receipt))
    assert (told["status"], expected in told["named"]) == (1, True), told


def test_the_last_moment_is_in_time(verify: Verify) -> None:
    story, receipt = simple()
    assert verify(story, signed_after(60)(story, receipt))["status"] == 0


@pytest.mark.parametrize("game", ["luckotto"])
@pytest.mark.parametrize("told", [{"numbers": [1, 2, 3, 4, 5, 8]}, {"numbers": None}, {"requestedNumbers": [1, 2]}])
def test_other_numbers_are_named(verify: Verify, game: str, told: Receipt) -> None:
    story, receipt = simple(game)
    assert "facts" in verify(story, telling(**told)(story, receipt))["named"]


def test_a_promise_without_a_proof_is_broken_by_a_later_checkpoint(verify: Verify) -> None:
    story, receipt = simple()
    receipt = changed(receipt, "log", "proof", to=None)
    told = verify(story, receipt, kept=(story.checkpoint(5, when=WRITTEN + 61),))
    assert (told["status"], told["named"]) == (1, {"promise-broken"})
    assert verify(story, receipt, kept=(story.checkpoint(5, when=WRITTEN + 60),))["status"] == 3


def test_a_later_checkpoint_without_the_entry_breaks_the_promise(verify: Verify) -> None:
    """The proof's own checkpoint has an early time: it was made up afterwards."""
    story, receipt = simple()
    told = verify(story, receipt, kept=(story.checkpoint(5, when=WRITTEN + 61),))
    assert told["named"] == {"promise-broken", "another-history"}
    assert told["open"] == {"consistency"}


def test_two_histories_are_named(verify: Verify) -> None:
    story, receipt = simple()
    assert verify(story, receipt, kept=(story.checkpoint(root=b"\7" * 32),))["named"] == {"another-history"}


@pytest.mark.parametrize("at", [0, 3])
@pytest.mark.parametrize("before", [4, 5, 6, 7, 11])
def test_two_proofs_of_two_logs_are_named(verify: Verify, at: int, before: int) -> None:
    """Its first proof is of a log that only the buyer was shown; what witnesses cosigned has his entry as well, and
    another one of somebody else."""
    story, _ = simple()
    story.before = before
    receipt = story.receipt(story.payment(), held=[[0, 4]])
    hashes = story.hashes
    grown = [*hashes, *(hashlib.sha256(bytes([number])).digest() for number in range(5))]

    def proof(leaves: list[bytes]) -> str:
        note = story.checkpoint(len(leaves), when=WRITTEN + 9, root=tree_hash(leaves))
        path = [base64.b64encode(one).decode() for one in audit_path(before, leaves)]
        return "\n".join(["c2sp.org/tlog-proof@v1", f"index {before}", *path, "", note])

    assert verify(story, changed(receipt, "log", "witnessed", to=proof(grown)))["status"] == 0
    other = [*grown[:at], b"\7" * 32, *grown[at + 1 :]]
    told = verify(story, changed(receipt, "log", "witnessed", to=proof(other)))
    assert (told["status"], told["named"]) == (1, {"another-history"})


def test_one_entry_has_one_place(verify: Verify) -> None:
    story, receipt = simple()
    story.leaves = [*story.leaves, *story.leaves]
    told = verify(story, changed(receipt, "log", "witnessed", to=story.proof(6)))
    assert told["named"] == {"another-history"}


@pytest.mark.parametrize("when", [7, WRITTEN - 999, 4_000_000_000, 2**64 - 1])
def test_a_witness_signs_at_a_time_that_can_be(verify: Verify, when: int) -> None:
    story, receipt = simple()
    text = story.checkpoint().split("\n\n")[0] + "\n"
    note = text + "\n" + story.signer.line(text) + story.witnesses[0].line(text, when)
    told = verify(story, changed(receipt, "log", "proof", to=story.proof(5, checkpoint=note)), *witnessed(story))
    assert told["named"] == {"not-witnessed"}


def test_a_fate_that_changed_must_be_told(verify: Verify) -> None:
    story, _ = simple()
    lost = story.payment(status="orphaned", creditedSats=0)
    assert "facts" in verify(story, story.receipt(lost))["named"]
    story.leaves.append(story.unpaid())
    assert verify(story, story.receipt(lost))["status"] == 0
    assert "facts" in verify(story, story.receipt(lost, held=[[0, 4]]))["named"]
    assert "facts" in verify(story, story.receipt(story.payment(), held=[[0, 4]]))["named"]
    story.leaves = [story.paid(), story.unpaid(1)]
    assert "facts" in verify(story, story.receipt(story.payment(), held=[[0, 4]]))["named"]


def test_a_witness_must_have_cosigned(verify: Verify) -> None:
    story, receipt = simple()
    stranger, liar = Signer("v.example/two", b"v" * 32, 4), Signer("w.example/one", b"u" * 32, 4)
    for other in (stranger, liar):
        assert verify(story, receipt, "--witness", other.vkey)["named"] == {"not-witnessed"}
    forged = story.proof(5).replace(story.witnesses[0].line("").split(" ")[1], "v.example/two")
    assert verify(story, changed(receipt, "log", "proof", to=forged), "--witness", stranger.vkey)["named"]
    text = story.checkpoint().split("\n\n")[0] + "\n"
    bad = story.proof(5).replace(
        story.witnesses[0].line(text, WRITTEN + 3), story.witnesses[0].line(text + "x", WRITTEN)
    )
    told = verify(story, changed(receipt, "log", "proof", to=bad), *witnessed(story))
    assert told["named"] == {"wrong-key"}


def test_a_later_proof_may_bring_the_witness(verify: Verify) -> None:
    story, receipt = simple()
    seen, story.witnesses = story.witnesses, []
    alone = changed(receipt, "log", "proof", to=story.proof(5))
    story.witnesses = seen
    words = witnessed(story)
    assert verify(story, alone, *words)["named"] == {"not-witnessed"}
    later = story.proof(5, checkpoint=story.checkpoint(when=WRITTEN + 500))
    assert verify(story, changed(alone, "log", "witnessed", to=later), *words)["status"] == 0


def test_another_key_is_believed_nothing(verify: Verify) -> None:
    story, receipt = simple()
    told = verify(story, receipt, "--log-key", Signer(seed=b"x" * 32).vkey)
    assert (told["status"], told["named"]) == (1, {"wrong-key"})
    told = verify(story, receipt, "--log-key", Signer("another.example/log").vkey)
    assert told["named"] == {"promise", "another-log"}


def test_one_of_two_keys_suffices_while_a_log_turns_its_key(verify: Verify) -> None:
    story, receipt = simple()
    keys = [word for key in (Signer(seed=b"x" * 32), story.signer) for word in ("--log-key", key.vkey)]
    assert verify(story, receipt, *keys)["status"] == 0


# what is no receipt


@pytest.mark.parametrize(
    "text",
    [
        *("", "[]", "null", "{", "7", '"x"', "{}", '{"order": 7}', "[" * 100_000),
        json.dumps(simple()[1]).replace('"slip": ', '"slip": {"ranges": [[0, 9]]}, "slip": '),
        '{"log": "\\ud800"}',
        *(
            json.dumps(changed(simple()[1], *path, to=to))
            for path, to in (
                (("log", "leaf"), "x"),
                (("log", "promise"), None),
                (("log", "proof"), 7),
                (("log", "others"), {}),
                (("log", "others"), [7]),
                (("log", "identifier"), []),
                (("slip", "ranges"), [["a"]]),
                (("slip", "ranges"), 7),
                (("payments",), [7]),
                (("roundNumber",), True),
                (("terms",), None),
            )
        ),
    ],
)
def test_what_is_no_receipt_is_refused(verify: Verify, text: str) -> None:
    story, _ = simple()
    assert verify(story, text)["status"] == 2


@pytest.mark.parametrize("path", ["promise", "proof", "entry"])
@pytest.mark.parametrize(
    "text", ["", "x", "\n\n", "a\n\n— x\n", "a\n\n— x !!!!\n", "é\n\n— é é\n", "{}", "[[]]", "\x00"]
)
def test_nonsense_in_a_receipt_does_not_hold(verify: Verify, path: str, text: str) -> None:
    story, receipt = simple()
    assert verify(story, changed(receipt, "log", path, to=text))["status"] == 1


@pytest.mark.parametrize("key", ["", "x", "a+b+c", "a+00000000+AQ==", Signer(kind=4).vkey, Signer().vkey[:-4] + "AAA="])
def test_what_is_no_key_is_refused(verify: Verify, key: str) -> None:
    story, receipt = simple()
    assert verify(story, receipt, "--log-key", key)["status"] == 2


def test_what_was_kept_must_be_the_logs(verify: Verify) -> None:
    story, receipt = simple()
    assert verify(story, receipt, kept=("nothing",))["status"] == 2
    assert verify(story, receipt, kept=(Story(signer=Signer(seed=b"x" * 32)).checkpoint(1),))["status"] == 2


def test_it_runs_alone_and_says_it_in_words(tmp_path: Path) -> None:
    story, receipt = simple()
    (tmp_path / "verify_receipt.py").write_bytes(SCRIPT.read_bytes())
    (tmp_path / "receipt.json").write_text(json.dumps(receipt), encoding="utf-8")
    words = ["verify_receipt.py", "receipt.json", "--log-key", story.signer.vkey, *witnessed(story)]
    done = subprocess.run(
        [sys.executable, "-I", *words], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "everything holds" in done.stdout


def test_signatures_are_those_of_rfc_8032() -> None:
    for vector in vectors("ed25519_rfc8032")["vectors"]:
        public, message, signature = (bytes.fromhex(vector[name]) for name in ("public", "message", "signature"))
        assert script.verifies(public, message, signature)
        assert not script.verifies(public, message + b"x", signature)
        assert not script.verifies(public, message, signature[:-1] + bytes([signature[-1] ^ 0x10]))
        more = int.from_bytes(signature[32:], "little") + script.ORDER
        assert not script.verifies(public, message, signature[:32] + more.to_bytes(32, "little"))
    for small in (1, 0, script.FIELD - 1):  # of small order
        point = small.to_bytes(32, "little")
        assert not script.verifies(point, b"anything", point + bytes(32))


def test_a_slip_of_luckotto_is_whose_account_its_terms_name(verify: Verify) -> None:
    story, receipt = simple("luckotto", PRICED | {"playerIdentifier": PERSON})
    told = verify(story, receipt, *witnessed(story))
    assert (told["status"], told["notLookedAt"]) == (0, [])
    public = changed(changed(receipt, "log", "salt", to=None), "log", "identifier", to=None)
    another: tuple[tuple[str, ...], int, set[str]] = (("--person", "x"), 1, {"another-person"})
    for words, status, named in (((), 0, set()), (("--person", PERSON), 0, set()), another):
        told = verify(story, public, *words, *witnessed(story))
        assert (told["status"], told["named"], told["notLookedAt"]) == (status, named, ["log.entry.person"])
    person = next(one for one in told["claims"] if one["claim"] == "person")
    assert person["details"] == [f"another-person: its terms name {PERSON}, not x"]
    other = changed(receipt, "terms", to=receipt["terms"].replace(PERSON, "customer-2"))
    assert verify(story, other)["named"] >= {"terms", "another-person"}
