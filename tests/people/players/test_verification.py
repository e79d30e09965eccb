"""Being verified: moves, documents, what is possible without it, and that two operators decide."""

from __future__ import annotations

import io
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from pydantic import SecretStr
from sqlalchemy import text

from app.core.database.session import db, transaction
from app.core.errors import DomainError, NotFound
from app.core.files import store
from app.core.files.settings import files_dir
from app.core.sealing import resealing
from app.core.sealing.keyring import Key, key_name
from app.people.players import service, spending, unhindered
from app.people.players.operating import blocking, looking
from app.people.players.profile import service as profiles
from app.people.players.profile.rules import Proposed
from app.people.players.verification import checks, deciding, queries, reading, rules
from app.people.players.verification import service as verification
from app.record.audit.service import note
from tests.core.sealing.test_resealing import keys
from tests.core.test_files import a_bomb, a_picture
from tests.settings import SEALING

from .money import Takings
from .people import ADA, registered

OPERATOR = "operator:operator"
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
PAPER = reading.Readable(reading.PDF, PDF)
OTHER = Proposed("Somebody Else", "1980-01-01", "HT", "HTG")


@pytest.fixture
def house(committed_db: Flask, tmp_path: Path) -> Flask:
    own = {"files_dir": tmp_path / "files"}
    committed_db.config["SETTINGS"] = committed_db.config["SETTINGS"].model_copy(update=own)
    return committed_db


@pytest.fixture
def ada(house: Flask) -> UUID:
    with transaction():
        return registered()


def handed_in(user_id: UUID, data: bytes | None = None, kind: str = "identity") -> UUID:
    read = reading.document(a_picture() if data is None else data)
    with transaction():
        return verification.add_document(user_id, kind, read)


def looked_at(user_id: UUID, how: str = looking.SEEN) -> None:
    """An operator has opened all that somebody has handed in."""
    with transaction():
        for document in queries.documents_of(user_id):
            note(OPERATOR, how, f"user:{user_id}", document=str(document.id))


def refused(code: str, deed: object, *args: object, **named: object) -> None:
    with pytest.raises(DomainError) as found, transaction():
        deed(*args, **named)  # type: ignore[operator]
    assert found.value.code == code


def _dies_half_way(user_id: UUID) -> None:
    verification.add_document(user_id, "identity", PAPER)
    raise ZeroDivisionError


def files() -> list[Path]:
    return [one for one in files_dir().rglob("*") if one.is_file()]


@pytest.mark.parametrize("state", rules.STATES)
@pytest.mark.parametrize("move", rules.MOVES)
def test_there_are_no_other_moves(state: rules.State, move: rules.Move) -> None:
    allowed = {
        ("none", "submit"): "pending",
        ("rejected", "submit"): "pending",
        ("verified", "reopen"): "pending",
        ("pending", "withdraw"): "none",
        ("pending", "verify"): "verified",
        ("pending", "reject"): "rejected",
        ("verified", "reject"): "rejected",
    }
    if (state, move) in allowed:
        assert rules.moved(state, move) == allowed[state, move]
    else:
        with pytest.raises(DomainError) as found:
            rules.moved(state, move)
        assert (found.value.code, found.value.status) == ("verification_state", 409)


def test_documents_are_kept_as_they_are_or_drawn_anew(ada: UUID) -> None:
    picture, paper = handed_in(ada), handed_in(ada, PDF, "address")
    told, content = queries.content_of(ada, picture)
    assert (told.media_type, content[8:12], told.size) == ("image/webp", b"WEBP", len(content))
    assert queries.content_of(ada, paper)[1] == PDF
    assert [one.kind for one in queries.documents_of(ada)] == ["identity", "address"]
    assert checks.every_file_is_there() == []
    for kept in files():
        assert PDF not in kept.read_bytes()
        assert b"WEBP" not in kept.read_bytes()


NO_DOCUMENT = (
    (b"", "file_missing"),
    (b"hello", "image_invalid"),
    (b"%PDF-1.7", "image_invalid"),
    (b" " + PDF, "image_invalid"),
    (PDF.replace(b"%%EOF", b""), "image_invalid"),
    (b"<html>" + PDF, "image_invalid"),
    (a_bomb(100_000, 100_000), "image_too_large"),
    (PDF.replace(b"%%EOF", b" " * rules.MOST_BYTES + b"%%EOF"), "file_too_large"),
)


def test_what_is_no_document_is_refused_and_leaves_nothing(ada: UUID) -> None:
    for data, code in NO_DOCUMENT:
        with pytest.raises(DomainError, match=code):
            reading.document(data)
    refused("document_kind_unknown", verification.add_document, ada, "picture", PAPER)
    assert queries.documents_of(ada) == []
    assert files() == []


def test_only_so_many_and_only_ones_own(ada: UUID) -> None:
    with transaction():
        other = registered("other@example.com", OTHER)
    mine = [handed_in(ada, PDF) for _ in range(rules.MOST_FILES)]
    refused("documents_too_many", verification.add_document, ada, "identity", PAPER)
    with pytest.raises(NotFound):
        queries.content_of(other, mine[0])
    with pytest.raises(NotFound), transaction():
        verification.remove_document(other, mine[0])
    with transaction():
        verification.remove_document(ada, mine[0])
    assert len(files()) == rules.MOST_FILES - 1


def test_a_row_that_was_carried_elsewhere_opens_nothing(ada: UUID) -> None:
    """The key is sealed for its row, the file is bound to it: neither serves in another's."""
    with transaction():
        other = registered("other@example.com", OTHER)
    mine, yours = handed_in(ada), handed_in(other)
    with transaction():
        copied = (
            "UPDATE player_files SET key_sealed = (SELECT key_sealed FROM player_files WHERE id = :a) WHERE id = :b"
        )
        db.session.execute(text(copied), {"a": mine, "b": yours})
    with pytest.raises(Exception, match="carried there from elsewhere"):
        queries.content_of(other, yours)
    db.session.rollback()
    room = files_dir()
    paths = {one: next(room.rglob(f"{one}.sealed")) for one in (mine, yours)}
    paths[mine].write_bytes(paths[yours].read_bytes())
    with pytest.raises(store.FileLost):
        queries.content_of(ada, mine)


def test_files_are_read_after_the_keys_are_others(house: Flask, ada: UUID) -> None:
    one = handed_in(ada, PDF)
    keys(house, data_keys=f"{Key.make('k2').text},{SEALING['DATA_KEYS']}")
    before = [path.read_bytes() for path in files()]
    assert resealing.reseal(transaction).left == 0
    new = house.config["SETTINGS"].data_keys.get_secret_value().partition(",")[0]
    house.config["SETTINGS"] = house.config["SETTINGS"].model_copy(update={"data_keys": SecretStr(new)})
    assert key_name(db.session.scalars(text("SELECT key_sealed FROM player_files")).one()) == "k2"
    assert queries.content_of(ada, one)[1] == PDF
    assert [path.read_bytes() for path in files()] == before, "no file was written again"


def test_a_file_without_a_row_is_swept_and_a_row_without_a_file_is_found(house: Flask, ada: UUID) -> None:
    one = handed_in(ada, PDF)
    with pytest.raises(ZeroDivisionError), transaction():
        _dies_half_way(ada)
    assert len(files()) == 2
    with transaction():
        assert verification.sweep() == 0, "it may be of a transaction that is still open"
    stray = next(path for path in files() if path.stem != str(one))
    old = UUID(int=(UUID(stray.stem).int & (2**80 - 1)) | (1_600_000_000_000 << 80))
    stray.rename(stray.with_name(f"{old}.sealed"))
    with transaction():
        assert verification.sweep() == 1
    (left,) = files()
    left.unlink()
    assert [one.check for one in checks.every_file_is_there()] == ["players.files"]


def test_who_asks_waits_and_changes_nothing_meanwhile(house: Flask, ada: UUID) -> None:
    refused("documents_missing", verification.submit, ada)
    handed_in(ada, kind="address")
    refused("documents_missing", verification.submit, ada)
    one = handed_in(ada)
    with transaction():
        assert verification.submit(ada) == "pending"
    refused("verification_state", verification.submit, ada)
    refused("verification_state", verification.add_document, ada, "identity", PAPER)
    refused("verification_state", verification.remove_document, ada, one)
    refused("profile_checked", profiles.change, ada, {"name": "Somebody Else"})
    refused("profile_checked", profiles.change, ada, {"date_of_birth": "1970-01-01"})
    with transaction():
        assert profiles.change(ada, {"currency": "sat"}).currency == "sat"
        assert verification.withdraw(ada) == "none"
    with transaction():
        assert profiles.change(ada, {"name": "Augusta King"}).name == "Augusta King"


def test_one_operator_is_enough_where_the_settings_say_so(house: Flask, ada: UUID) -> None:
    refused("verification_state", deciding.propose, ada, "verify", "seen", actor=OPERATOR, seen="")
    handed_in(ada)
    with transaction():
        verification.submit(ada)
    refused("approval_unread", deciding.propose, ada, "reject", "no", actor=OPERATOR, seen=deciding.shown(ada))
    looked_at(ada, looking.LOST)
    with transaction():
        seen = deciding.shown(ada)
        assert deciding.propose(ada, "reject", "the picture is blurred", actor=OPERATOR, seen=seen) is None
    assert queries.verification_of(ada).reason == "the picture is blurred"
    with transaction():
        verification.submit(ada)
    looked_at(ada, looking.LOST)
    seen = deciding.shown(ada)
    refused("approval_unread", deciding.propose, ada, "verify", "lost", actor=OPERATOR, seen=seen)
    looked_at(ada)
    with transaction():
        deciding.propose(ada, "verify", "seen", actor=OPERATOR, seen=seen)
    assert (queries.state_of(ada), queries.verification_of(ada).reason) == ("verified", "")


def test_without_papers_only_so_much_is_moved(house: Flask, ada: UUID) -> None:
    money = Takings(house)
    own = {"unverified_limits": "HTG=1000"}
    house.config["SETTINGS"] = house.config["SETTINGS"].model_copy(update=own)
    with transaction():
        money.take(ada, 600)
        money.take(ada, 5_000, currency="USD")
    refused("verification_needed", money.take, ada, 401)
    with transaction():
        money.take(ada, 400)
        money.take(ada, 1_000, "deposit")
    refused("verification_needed", money.take, ada, 1, "deposit")
    with transaction():
        for move in ("submit", "verify"):
            verification.move(ada, move, actor="test")  # type: ignore[arg-type]
        money.take(ada, 10**9)


def test_a_second_account_has_no_limit_of_its_own(house: Flask, ada: UUID) -> None:
    money = Takings(house)
    house.config["SETTINGS"] = house.config["SETTINGS"].model_copy(update={"unverified_limits": "HTG=1000"})
    with transaction():
        again = registered("again@example.com", Proposed("LOVELACE Ada", "1990-12-10", "HT", "HTG"))
        other = registered("other@example.com", OTHER)
        money.take(ada, 600)
        money.take(other, 1_000)
    refused("verification_needed", money.take, again, 401)
    with transaction():
        money.take(again, 400)
    refused("verification_needed", money.take, ada, 1)
    with transaction():
        for move in ("submit", "verify"):
            verification.move(again, move, actor="test")  # type: ignore[arg-type]
        money.take(again, 10**6)
        money.take(ada, 400)


def test_of_many_at_once_those_are_let_through_who_would_be_alone(house: Flask, ada: UUID) -> None:
    """By the accounts of each person together, as far as all of them are wanted."""
    money, third = Takings(house), Proposed("Grace Hopper", "1990-12-09", "HT", "HTG")
    house.config["SETTINGS"] = house.config["SETTINGS"].model_copy(update={"unverified_limits": "HTG=1000"})
    with transaction():
        again = registered("again@example.com", ADA)
        other, shown = registered("other@example.com", OTHER), registered("shown@example.com", third)
        for move in ("submit", "verify"):
            verification.move(shown, move, actor="test")  # type: ignore[arg-type]
        money.take(ada, 600)
        now = unhindered.hold_all([ada, again, other, shown])
        for own, stake, found in ((200, 1_000, {ada, again, other, shown}), (201, 1_001, {shown})):
            stakes = {ada: 200, again: own, other: stake, shown: 10**6}
            assert unhindered.unhindered(stakes, "HTG", now) == found
        assert unhindered.of_one_person([ada, again, other, shown]) == {ada, again}


@pytest.mark.parametrize("waits", [True, False])
def test_two_accounts_that_play_at_once_have_one_limit(
    house: Flask, ada: UUID, monkeypatch: pytest.MonkeyPatch, waits: bool
) -> None:
    """The second is the control: who does not wait for the other account is let through."""
    money, seen = Takings(house), threading.Barrier(1 if waits else 2, timeout=60)
    house.config["SETTINGS"] = house.config["SETTINGS"].model_copy(update={"unverified_limits": "HTG=1000"})
    with transaction():
        again = registered("again@example.com", ADA)
    if not waits:
        monkeypatch.setattr(spending, "_hold_identity", lambda mark_hash: None)

    def take(user_id: UUID) -> str:
        try:
            with house.app_context(), transaction():
                spending.allowed(user_id, "HTG", "stake", 600)
                seen.wait()
                money.write(user_id, 600, "stake")
        except DomainError as refusal:
            return refusal.code
        return "taken"

    with ThreadPoolExecutor(2) as pool:
        found = sorted(pool.map(take, (ada, again)))
    assert found == ["taken", "verification_needed" if waits else "taken"]


def test_who_is_shut_out_pays_nothing_and_is_known_again(house: Flask, ada: UUID) -> None:
    money = Takings(house)
    with transaction():
        blocking.block(ada, "cheated", actor=OPERATOR)
    refused("player_blocked", blocking.block, ada, "again", actor=OPERATOR)
    refused("player_refused", money.take, ada, 1)
    with transaction():
        other = registered("other@example.com", ADA)
    refused("verification_needed", money.take, other, 1)
    with transaction():
        blocking.unblock(ada, "it was a mistake", actor=OPERATOR)
        money.take(ada, 1)
        money.take(other, 1)
    refused("player_not_blocked", blocking.unblock, ada, "again", actor=OPERATOR)
    with transaction():
        service.exclude(ada, 6)
    refused("player_excluded", money.take, ada, 1)


def test_a_picture_takes_the_place_of_the_one_before(ada: UUID) -> None:
    for _ in range(2):
        read = reading.picture(a_picture((900, 300)))
        with transaction():
            verification.show_picture(ada, read)
    shown = queries.picture_of(ada)
    assert shown is not None
    assert len(files()) == 1
    assert queries.documents_of(ada) == [], "it proves nothing"
    from PIL import Image

    assert Image.open(io.BytesIO(queries.content_of(ada, shown.id)[1])).size == (512, 512)
    with transaction():
        verification.hide_picture(ada)
    assert files() == []


def test_a_decision_is_about_those_papers_of_that_person_handed_in_then(house: Flask, ada: UUID) -> None:
    handed_in(ada)
    with transaction():
        verification.submit(ada)
        payload = deciding._payload(ada, "verify")
        assert deciding.KIND.still_valid(payload) is None
    with transaction():
        verification.withdraw(ada)
        profiles.change(ada, {"name": "Somebody Else"})
        verification.submit(ada)
    assert "handed them in anew" in str(deciding.KIND.still_valid(payload))
    again = deciding._payload(ada, "verify")
    assert deciding.KIND.still_valid(again) is None
    for name in ("documents", "handedIn", "mark", "jurisdiction"):
        assert deciding.KIND.still_valid({**again, name: "other"}) is not None, name


def test_papers_that_were_swapped_after_they_were_shown_are_not_proposed(house: Flask, ada: UUID) -> None:
    first = handed_in(ada)
    with transaction():
        verification.submit(ada)
    shown = deciding.shown(ada)
    with transaction():
        verification.withdraw(ada)
        verification.remove_document(ada, first)
        verification.add_document(ada, "identity", PAPER)
        verification.submit(ada)
    for seen in (shown, ""):
        with pytest.raises(DomainError, match="papers_changed"), transaction():
            deciding.propose(ada, "verify", "seen", actor=OPERATOR, seen=seen)
    looked_at(ada)
    with transaction():
        deciding.propose(ada, "verify", "seen", actor=OPERATOR, seen=deciding.shown(ada))
