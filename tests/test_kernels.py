"""How the regression test starts kernels."""

import nbval.kernel
import pytest

from tests import regression


def start_that_fails(times: int, monkeypatch) -> list[str]:
    """Replace nbval's way of starting a kernel by one that fails a number of times; returns what it was asked."""
    asked = []

    def start_once(kernel_name):
        asked.append(kernel_name)
        if len(asked) <= times:
            raise RuntimeError("Kernel died before replying to kernel_info")
        return "manager", "client"

    monkeypatch.setattr(regression, "_start_once", start_once)
    return asked


def test_a_kernel_that_dies_at_once_is_started_again(monkeypatch):
    asked = start_that_fails(1, monkeypatch)
    assert nbval.kernel.start_new_kernel(kernel_name="python3") == ("manager", "client")
    assert asked == ["python3", "python3"]


def test_a_kernel_that_dies_twice_is_an_error(monkeypatch):
    start_that_fails(2, monkeypatch)
    with pytest.raises(RuntimeError, match="Kernel died"):
        nbval.kernel.start_new_kernel(kernel_name="python3")
