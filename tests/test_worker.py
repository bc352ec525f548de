"""utils.worker and utils.processes: many workers train as one, none waits for ever, nothing is left running."""

import os
import socket
import subprocess
import sys

import numpy as np
import pytest

from utils import processes, storage, worker
from utils.processes import ProcessError, run_alone, run_workers

STEPS = ("--steps", "6", "--every", "2", "--batch-size", "64", "--threads", "1", "--seed", "3")
ROUNDING = 1e-6


@pytest.fixture(scope="module")
def data():
    """Random images and labels, as data.npz holds them."""
    rng = np.random.default_rng(0)
    return {"x": rng.random((512, 28, 28), "float32"), "y": rng.integers(0, 10, 512)}


@pytest.fixture
def folder(data, tmp_path):
    storage.write_arrays(tmp_path / "data.npz", data)
    return tmp_path


@pytest.fixture(scope="module")
def alone(data):
    """What one process computes, without any strategy for several workers."""
    return run_alone(_train_in_one_process, data["x"], data["y"])


def _train_in_one_process(images, labels):
    import tensorflow as tf

    from utils import worker

    strategy = tf.distribute.get_strategy()
    return worker.train(strategy, images, labels, batch_size=64, steps=6, seed=3)


def _endings(outcomes):
    return [outcome.ending for outcome in outcomes]


def _difference(one, other):
    return np.abs(one - other).max()


def _is_alive(process_id):
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    return True


# Training


def test_two_workers_have_the_gradient_and_the_weights_of_one_process(folder, alone):
    outcomes = run_workers(folder, 2, *STEPS)
    assert _endings(outcomes) == ["finished", "finished"], outcomes
    for outcome in outcomes:
        assert _difference(outcome.results["mlp gradient"], alone["gradient"]) <= ROUNDING
        assert _difference(outcome.results["mlp weights"], alone["weights"]) <= ROUNDING
        assert outcome.results["mlp own_images"].tolist() == [32], "each has half of a batch of 64"
    assert alone["own_images"].tolist() == [64]
    assert np.abs(alone["gradient"]).max() > 1e-3, "there is something to compare"


def test_a_worker_that_dies_is_noticed_and_the_training_resumes_as_if_nothing_had_been(folder, alone):
    outcomes = run_workers(folder, 2, *STEPS, "--limit", "30", worker_1=("--die-after", "3"))
    assert _endings(outcomes) == ["lost another worker", "was killed"], outcomes
    resumed = run_workers(folder, 2, *STEPS, "--resume")
    assert _endings(resumed) == ["finished", "finished"], resumed
    assert resumed[0].results["mlp first_step"] == 2
    assert _difference(resumed[0].results["mlp weights"], alone["weights"]) <= ROUNDING


def test_a_worker_that_never_comes_is_noticed_within_the_limit(folder):
    (outcome,) = run_workers(folder, 2, *STEPS, "--limit", "2", absent=[1], seconds=90)
    assert outcome.ending == "gave up waiting", outcome
    with pytest.raises(ProcessError, match="worker 0 gave up waiting"):
        _ = outcome.results


def test_workers_that_start_from_different_things_say_so(folder):
    run_workers(folder, 1, *STEPS, "--steps", "2")  # a checkpoint, which one of the two takes up
    for outcome in run_workers(folder, 2, *STEPS, "--limit", "30", worker_1=("--resume", "--seed", "4")):
        assert outcome.ending == "failed", outcome
        expected = "the workers differ in: seed, steps already done (is the checkpoint the same everywhere?), weights"
        assert outcome.last_words.endswith(expected), outcome


def test_an_error_of_a_worker_is_told_in_its_own_words(folder):
    (outcome,) = run_workers(folder, 1, *STEPS, "--network", "rnn")
    assert outcome.ending == "failed"
    assert "'rnn'" in outcome.last_words


def test_a_checkpoint_of_another_network_is_refused(tmp_path):
    state = [np.zeros((2, 3)), np.zeros(3)]
    worker._keep(state, 4, tmp_path / "checkpoint.npz")
    with pytest.raises(ValueError, match=r"checkpoint\.npz: got variables of the shapes"):
        worker._restore([np.zeros((2, 4)), np.zeros(4)], tmp_path / "checkpoint.npz")
    assert worker._restore(state, tmp_path / "none.npz") == 0


def test_a_batch_that_cannot_be_divided_is_refused():
    class Three:
        num_replicas_in_sync = 3

    with pytest.raises(ValueError, match="got 64, expected a multiple of 3"):
        worker.train(Three(), np.zeros((9, 28, 28)), np.zeros(9), batch_size=64)


# Processes


def test_workers_that_take_too_long_are_ended(folder, monkeypatch):
    started = []
    popen = subprocess.Popen
    monkeypatch.setattr(
        subprocess, "Popen", lambda *args, **kwargs: started.append(popen(*args, **kwargs)) or started[-1]
    )
    outcomes = run_workers(folder, 2, *STEPS, seconds=0.5)
    assert _endings(outcomes) == ["took too long", "took too long"]
    assert len(started) == 2 and not any(_is_alive(process.pid) for process in started)


def test_an_interrupt_ends_the_workers(folder, monkeypatch):
    started = []
    popen = subprocess.Popen
    monkeypatch.setattr(
        subprocess, "Popen", lambda *args, **kwargs: started.append(popen(*args, **kwargs)) or started[-1]
    )

    def interrupt(seconds):
        raise KeyboardInterrupt

    monkeypatch.setattr(processes.time, "sleep", interrupt)
    with pytest.raises(KeyboardInterrupt):
        run_workers(folder, 2, *STEPS)
    assert len(started) == 2 and not any(_is_alive(process.pid) for process in started)


def test_no_port_is_given_twice_while_it_is_held():
    with processes._free_ports(20) as some, processes._free_ports(20) as others:
        assert len({*some, *others}) == 40
        with socket.socket() as one, pytest.raises(OSError, match="in use"):
            one.bind((processes.HOST, some[0]))


def _double(x):
    import numpy

    return {"twice": 2 * x, "numpy": numpy.pi}


def _raises():
    raise ValueError("in a process of its own")


def _sleeps():
    import time

    time.sleep(60)


def test_a_function_runs_alone_and_hands_back_what_it_returns():
    result = run_alone(_double, np.arange(3))
    assert result["twice"].tolist() == [0, 2, 4]


def test_a_function_that_raises_or_takes_too_long_is_an_error():
    with pytest.raises(ProcessError, match="_raises failed: ValueError: in a process of its own"):
        run_alone(_raises)
    with pytest.raises(ProcessError, match=r"_sleeps took longer than 0\.3 s"):
        run_alone(_sleeps, seconds=0.3)


def _peak_without_and_with_a_large_array():
    import numpy as np

    from utils.processes import peak_megabytes

    before = peak_megabytes()
    large = np.ones(12_500_000)  # 100 MB
    del large
    return before, peak_megabytes()


def test_the_peak_of_a_process_is_its_own():
    mine = np.ones(50_000_000)  # 400 MB, which are not the other process's
    before, after = run_alone(_peak_without_and_with_a_large_array)
    assert before < 300 and len(mine)
    assert 80 < after - before < 130


def test_the_command_line_explains_itself():
    done = subprocess.run([sys.executable, "-m", "utils.worker", "--help"], capture_output=True, text=True, check=True)
    assert "python -m utils.worker" in done.stdout and "--limit" in done.stdout
