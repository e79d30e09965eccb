"""The account key: derives what other libraries derive, refuses what could lose or leak coins, shows nothing."""

import copy
import json
import pickle
import random
import subprocess
import sys

import pytest
from embit import bip32, script
from embit.networks import NETWORKS

from app.chain.deposits import keys
from app.chain.deposits.keys import RESERVE_BRANCH, AccountKey, AccountKeyRefused
from app.wiring import PRODUCT

SEED = bytes(range(64))
ROOT = bip32.HDKey.from_seed(SEED, version=NETWORKS["regtest"]["xprv"])
MAIN_ROOT = bip32.HDKey.from_seed(SEED, version=NETWORKS["main"]["xprv"])
FINGERPRINT = ROOT.my_fingerprint.hex()
ACCOUNT = ROOT.derive("m/86h/1h/0h")
XPUB = ACCOUNT.to_public().to_base58()
BRANCHES = (RESERVE_BRANCH, *PRODUCT.games.key_branches.values())
SETTING = f"[{FINGERPRINT}/86h/1h/0h]{XPUB}"


@pytest.fixture
def account():
    return AccountKey.parse(SETTING, "regtest")


@pytest.mark.parametrize("index", [0, 1, 999, 1000, 1001, 4711, 2**31 - 1])
@pytest.mark.parametrize("branch", BRANCHES)
def test_embit_derives_the_same_internal_keys(account, branch, index):
    theirs = ROOT.derive(f"m/86h/1h/0h/{branch}/{index}").get_public_key().xonly()
    assert account.internal_key(branch, index) == theirs
    assert account.derivation(branch, index).path[-2:] == (branch, index)
    assert str(account.derivation(branch, index)) == f"m/86h/1h/0h/{branch}/{index}"


@pytest.mark.slow
def test_bitcoinlib_derives_the_same_internal_keys(account, tmp_path):
    pairs = [(branch, index) for branch in BRANCHES for index in (0, 1, 1001, 2_000_000)]
    program = f"""
import json
from bitcoinlib.keys import HDKey
key = HDKey({XPUB!r}, network='testnet')
print(json.dumps([key.subkey_for_path(f'{{b}}/{{i}}').public_hex[2:] for b, i in {pairs!r}]))
"""
    environment = {"BCL_DATA_DIR": str(tmp_path), "HOME": str(tmp_path), "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True, timeout=60
    )
    assert json.loads(done.stdout) == [account.internal_key(branch, index).hex() for branch, index in pairs]


def test_reserve_addresses_are_those_of_a_stock_wallet(account):
    for index in (0, 1, 1002):
        wallet = ROOT.derive(f"m/86h/1h/0h/0/{index}").get_public_key()
        assert account.reserve_address(index) == script.p2tr(wallet).address(NETWORKS["regtest"])
        assert account.reserve_output_key(index) == script.p2tr(wallet).data[2:]


def test_first_receiving_address_of_bip86():
    key = "xpub6BgBgsespWvERF3LHQu6CnqdvfEvtMcQjYrcRzx53QJjSxarj2af"
    key += "YWcLteoGVky7D3UKDP9QyrLprQ3VCECoY49yfdDEHGCtMMj92pReUsQ"
    account = AccountKey.parse(f"[73c5da0a/86'/0'/0']{key}", "main")
    assert account.reserve_address(0) == "bc1p5cyxnuxmeuwuvkwfem96lqzszd02n6xdcjrs20cac6yqjjwudpxqkedrcr"


@pytest.mark.parametrize("mark", ["h", "'", "H"])
def test_hardened_marks_are_all_the_same(account, mark):
    setting = SETTING.replace("h/", f"{mark}/").replace("h]", f"{mark}]")
    assert AccountKey.parse(f"  {setting}\n", "regtest").internal_key(1, 5) == account.internal_key(1, 5)


def test_test_networks_share_their_keys():
    for network in ("test", "testnet4", "signet", "regtest"):
        assert AccountKey.parse(SETTING, network).network == network


def refused_settings():
    master, child = ROOT.to_public().to_base58(), ROOT.derive("m/86h").to_public().to_base58()
    return {
        "empty": "",
        "bare": XPUB,
        "bare private": ACCOUNT.to_base58(),
        "private": f"[{FINGERPRINT}/86h/1h/0h]{ACCOUNT.to_base58()}",
        "main network": f"[{FINGERPRINT}/86h/1h/0h]{MAIN_ROOT.derive('m/86h/1h/0h').to_public().to_base58()}",
        "zpub": f"[{FINGERPRINT}/86h/1h/0h]{ACCOUNT.to_public().to_base58(version=NETWORKS['main']['zpub'])}",
        "checksum": SETTING[:-1] + ("1" if SETTING[-1] != "1" else "2"),
        "short": SETTING[:-5],
        "depth": f"[{FINGERPRINT}/86h/1h]{XPUB}",
        "last step": f"[{FINGERPRINT}/86h/1h/1h]{XPUB}",
        "soft last step": f"[{FINGERPRINT}/86h/1h/0]{XPUB}",
        "step too large": f"[{FINGERPRINT}/86h/1h/2147483648h]{XPUB}",
        "other master": f"[00000000]{master}",
        "other parent": f"[00000000/86h]{child}",
        "range behind": SETTING + "/0/*",
        "Arabic digits": f"[{FINGERPRINT}/٨٦h/1h/0h]{XPUB}",
        "no fingerprint": f"[/86h/1h/0h]{XPUB}",
    }


@pytest.mark.parametrize(("why", "setting"), refused_settings().items(), ids=refused_settings().keys())
def test_refused_without_showing_the_key(why, setting):
    with pytest.raises(AccountKeyRefused) as refusal:
        AccountKey.parse(setting, "regtest")
    shown = f"{refusal.value!r} {refusal.value.__cause__!r}"
    assert not any(setting[at : at + 12] in shown for at in range(max(0, len(setting) - 12)) if "pub" in setting[:at])


def test_a_test_key_is_refused_on_main():
    with pytest.raises(AccountKeyRefused):
        AccountKey.parse(SETTING, "main")


def test_master_and_first_level_keys_are_known_by_their_fingerprint():
    AccountKey.parse(f"[{FINGERPRINT}]{ROOT.to_public().to_base58()}", "regtest")
    AccountKey.parse(f"[{FINGERPRINT}/86h]{ROOT.derive('m/86h').to_public().to_base58()}", "regtest")


@pytest.mark.parametrize(("branch", "index"), [(-1, 0), (0, -1), (2**31, 0), (0, 2**31)])
def test_hardened_steps_below_a_public_key_do_not_exist(account, branch, index):
    with pytest.raises(ValueError):
        account.internal_key(branch, index)


def test_the_key_is_never_shown(account):
    node = account._node
    for shown in (repr(account), str(account), f"{account}", repr(node), str(vars(keys).get("account"))):
        assert XPUB[20:40] not in shown
        assert node.key.hex() not in shown
        assert str(node.chain_code) not in shown
    for leak in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError):
            leak(account)


def test_a_games_branch_is_for_ever() -> None:
    """Its addresses are derived there; on another branch their coins would be beyond reach."""
    assert PRODUCT.games.key_branches == {"rounds": 1, "luckotto": 2}


def test_no_two_keys_are_the_same(account):
    rng = random.Random(3)
    pairs = {(branch, rng.randrange(2**31)) for branch in BRANCHES for _ in range(200)}
    assert len({account.internal_key(*pair) for pair in pairs}) == len(pairs)
