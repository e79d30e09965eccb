"""The chain of hashes gives the same bytes however it is computed, and does without a compiler."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.outcomes.draws import build, hash_chain

needs_compiler = pytest.mark.skipif(shutil.which("cc") is None, reason="no C compiler here")


@needs_compiler
@pytest.mark.parametrize("kind", [0, 1], ids=["fastest", "portable C"])
@settings(max_examples=100, deadline=None)
@given(state=st.binary(min_size=32, max_size=32), steps=st.integers(0, 300))
def test_c_and_hashlib_agree(kind, state, steps):
    native = hash_chain.load_native(kind)
    assert native is not None
    assert native(state, steps) == hash_chain.portable(state, steps)


@needs_compiler
def test_a_long_chain_agrees_and_the_compiler_is_used():
    assert hash_chain.engine()[0] == "c"
    assert hash_chain.advance(bytes(32), 1_300_000) == hash_chain.portable(bytes(32), 1_300_000)


def test_progress_comes_slice_by_slice_and_may_stop(monkeypatch):
    monkeypatch.setattr(hash_chain, "SLICE_STEPS", 100)
    seen: list[int] = []
    hash_chain.advance(bytes(32), 250, seen.append)
    assert seen == [100, 200, 250]

    def stop(done):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        hash_chain.advance(bytes(32), 250, stop)


@pytest.mark.parametrize(("state", "steps"), [(b"", 1), (bytes(31), 1), (bytes(33), 1), (bytes(32), -1)])
def test_what_is_no_state(state, steps):
    with pytest.raises(ValueError):
        hash_chain.advance(state, steps)


@pytest.fixture
def fresh_engine():
    hash_chain.engine.cache_clear()
    yield
    hash_chain.engine.cache_clear()


@pytest.fixture
def unbuilt(monkeypatch, tmp_path, fresh_engine):
    """The source in a folder of its own, where nothing was built yet."""
    source = tmp_path / build.SOURCE.name
    source.write_bytes(build.SOURCE.read_bytes())
    monkeypatch.setattr(build, "SOURCE", source)
    return source


@pytest.mark.parametrize("compiler", ["no-such-compiler", "false", ""])
def test_without_a_compiler_hashlib_does_it(monkeypatch, unbuilt, compiler):
    monkeypatch.setenv("CC", compiler)
    assert hash_chain.engine()[0] == "hashlib"
    assert hash_chain.advance(bytes(32), 3) == hash_chain.portable(bytes(32), 3)
    assert list(unbuilt.parent.iterdir()) == [unbuilt]


@pytest.mark.slow
@needs_compiler
def test_a_module_that_computes_something_else_is_not_used(unbuilt):
    unbuilt.write_text(unbuilt.read_text().replace("0x428a2f98", "0x428a2f99"))
    assert build.library_path() is not None
    assert hash_chain.engine()[0] == "hashlib"


def test_a_damaged_module_is_not_used(unbuilt):
    build._target().write_bytes(b"not a library")
    assert hash_chain.engine()[0] == "hashlib"


@pytest.mark.slow
@needs_compiler
def test_several_processes_may_build_at_once(unbuilt):
    """Parted when all is imported and nothing is built, so that they meet in the building."""
    program = f"""
import os, pathlib
from app.outcomes.draws import build, hash_chain
build.SOURCE = pathlib.Path({str(unbuilt)!r})
part = os.fork()
print(hash_chain.engine()[0], flush=True)
if part:
    os.waitpid(part, 0)
"""
    root = Path(__file__).parents[3]
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=root,
        capture_output=True,
        text=True,
        env=os.environ,
        timeout=60,
        check=True,
    )
    assert "".join(done.stdout.split()) == "cc"  # both write at once: one's line may end behind another's letter
    assert sorted(p.suffix for p in unbuilt.parent.iterdir()) == [".c", ".so"]
