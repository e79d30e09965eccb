"""The node as a process: signals, a dying parent, many clients at once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from dev.node.process import PROJECT, free_port


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signals_end_it_in_order(start_node, tmp_path, number):
    node = start_node(tmp_path)
    node.call("generatetoaddress", 3, node.call("getnewaddress"))
    node.child.send_signal(number)
    assert node.child.wait(60) == 0
    assert (tmp_path / "kernel" / "closed.json").exists()


def test_the_stop_call_ends_it(start_node, tmp_path):
    node = start_node(tmp_path)
    assert node.call("stop") == "Bitcoin Core stopping"
    assert node.child.wait(60) == 0


def test_it_does_not_outlive_its_parent(tmp_path):
    script = (
        "import sys, os; from pathlib import Path; from dev.node.process import NodeProcess;"
        "print(NodeProcess.start(Path(sys.argv[1])).pid, flush=True); os.kill(os.getpid(), 9)"
    )
    command = [sys.executable, "-c", script, str(tmp_path)]
    # A child that lives on would keep the pipe open, and this waiting, for ever.
    parent = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False, timeout=120)
    pid, until = int(parent.stdout), time.monotonic() + 60
    while time.monotonic() < until and _runs(pid):
        time.sleep(0.05)
    assert not _runs(pid)


def _runs(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def test_a_taken_port_is_named_in_one_line(start_node, tmp_path):
    first = start_node(tmp_path / "first")
    for port, zmq_port in ((first.rpc_port, free_port()), (free_port(), first.zmq_port)):
        command = [sys.executable, "-m", "dev.node", "--datadir", str(tmp_path / "second")]
        command += ["--rpc-user", "u", "--rpc-password", "p", "--rpc-port", str(port), "--zmq-port", str(zmq_port)]
        ended = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False, timeout=20)
        assert ended.returncode == 1
        assert len(ended.stderr.splitlines()) == 1
        assert "127.0.0.1" in ended.stderr


def test_many_clients_at_once_see_one_consistent_chain(node):
    address = node.call("getnewaddress")
    height = node.call("getblockcount")

    def work(i: int) -> str:
        if i % 8 == 0:
            return node.call("generatetoaddress", 1, address)[0]
        if i % 8 == 1:
            return node.call("sendtoaddress", address, "0.001")
        return node.call("getblockhash", node.call("getblockcount"))

    with ThreadPoolExecutor(16) as pool:
        results = list(pool.map(work, range(160)))
    assert node.call("getblockcount") == height + 20
    assert len(set(results[::8])) == 20
    chain = {node.call("getblockhash", h) for h in range(height, height + 21)}
    assert {name for i, name in enumerate(results) if i % 8 > 1} <= chain
    node.call("generatetoaddress", 1, address)
    assert all(node.call("gettransaction", txid)["confirmations"] > 0 for txid in results[1::8])


def test_a_killed_owner_leaves_the_folder_free(start_node, tmp_path):
    first = start_node(tmp_path)
    os.kill(first.pid, signal.SIGKILL)
    first.child.wait(60)
    assert start_node(tmp_path).call("getblockcount") == 0
