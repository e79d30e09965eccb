"""The terms journal keeps what was promised, through crashes and several writers."""

import multiprocessing
import os

import pytest

from app.chain.deposits import journal
from app.chain.deposits.journal import Journal, JournalDamaged, JournalEntry


def entry(number, terms='{"a":1}'):
    return JournalEntry(f"order-{number}", "rounds", terms, "aa" * 32, "bb" * 32, f"bcrt1p{number}")


def test_what_is_appended_is_read_in_order_and_repeats_are_kept(tmp_path):
    book = Journal(tmp_path / "terms")
    assert list(book.read()) == []
    book.append([entry(1), entry(2)])
    book.append([])
    book.append([entry(2), entry(3, terms='{"n":"日本 \u2028 \\"}\\n"}')])
    assert list(book.read()) == [entry(1), entry(2), entry(2), entry(3, terms='{"n":"日本 \u2028 \\"}\\n"}')]
    assert oct(os.stat(book.path).st_mode & 0o777) == "0o600"


def test_every_torn_end_is_passed_over_and_the_next_line_is_whole(tmp_path):
    path = tmp_path / "terms"
    journal.append(path, [entry(1, terms='{"x":"{}"}')])
    whole = path.read_bytes()
    for cut in range(len(whole)):
        path.write_bytes(whole + whole[:cut])
        assert list(journal.read(path)) == [entry(1, terms='{"x":"{}"}')]
        journal.append(path, [entry(2)])
        assert list(journal.read(path)) == [entry(1, terms='{"x":"{}"}'), entry(2)]


@pytest.mark.parametrize("line", [b"garbage\n", b"{}\n", b"[]\n", b"\xff\xfe\n", b"\n", b'{"orderId":1}\n'])
def test_damage_is_reported_after_all_that_can_be_read(tmp_path, line):
    path = tmp_path / "terms"
    journal.append(path, [entry(1)])
    with open(path, "ab") as file:
        file.write(line)
    journal.append(path, [entry(2)])
    seen = []
    with pytest.raises(JournalDamaged, match="2"):
        seen.extend(seen.append(e) for e in journal.read(path))
    assert [e for e in seen if e] == [entry(1), entry(2)]


def test_the_line_and_a_new_files_name_are_synced_before_append_returns(tmp_path, monkeypatch):
    synced = []
    real = os.fsync

    def fsync(descriptor):
        synced.append(os.readlink(f"/proc/self/fd/{descriptor}"))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    path = tmp_path / "terms"
    journal.append(path, [entry(1)])
    assert synced == [str(path), str(tmp_path)]
    journal.append(path, [entry(2)])
    assert synced[2:] == [str(path)]


def test_a_write_that_fails_is_an_error(tmp_path):
    with pytest.raises(OSError):
        journal.append(tmp_path / "missing" / "terms", [entry(1)])
    with pytest.raises(OSError):
        journal.append("/dev/full", [entry(1)])


def _writer(path, who):
    for number in range(50):
        journal.append(path, [entry(f"{who}-{number}-{k}") for k in range(3)])


def test_writers_in_several_processes_do_not_mix_their_lines(tmp_path):
    path = tmp_path / "terms"
    context = multiprocessing.get_context("fork")  # each opens the file itself, and a fresh interpreter costs a second
    workers = [context.Process(target=_writer, args=(path, who)) for who in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0] * 4
    assert {e.orderId for e in journal.read(path)} == {
        f"order-{who}-{number}-{k}" for who in range(4) for number in range(50) for k in range(3)
    }
