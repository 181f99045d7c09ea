"""Conformance, DeepSpeed: its optimizers of the CPU, with their own C++ built so that each operation rounds by itself.

In: nothing; a C++ compiler must be on PATH. Out: CLASSES. DeepSpeed builds these sources for the processor at hand, where fused
multiply-add rounds some sums of products once; here torch's builder is given other switches: no vector code, no
contraction. With FUSED in the environment they are built as DeepSpeed would. torch keeps what it has built.
"""

import os
import sys

import deepspeed
from deepspeed.ops.adagrad import DeepSpeedCPUAdagrad, cpu_adagrad
from deepspeed.ops.adam import DeepSpeedCPUAdam, cpu_adam
from deepspeed.ops.lion import DeepSpeedCPULion, cpu_lion
from torch.utils import cpp_extension

SOURCES = os.path.join(os.path.dirname(deepspeed.__file__), "ops", "csrc")
FUSED = bool(os.environ.get("FUSED"))
PLAIN_FLAGS = ["-O2", "-fopenmp", "-ffp-contract=off", "-D__SCALAR__"]
FUSED_FLAGS = ["-O3", "-fopenmp", "-march=native", "-D__AVX256__"]

# ninja, which torch calls, is installed beside the interpreter.
os.environ["PATH"] = os.path.dirname(sys.executable) + os.pathsep + os.environ["PATH"]


def builder(name, *files):
    """In place of DeepSpeed's builder of an operation: the same sources, built once."""
    class Builder:
        def load(self):
            return cpp_extension.load(
                name="optseal_%s_%s" % (name, "fused" if FUSED else "plain"),
                sources=[os.path.join(SOURCES, *file.split("/")) for file in files],
                extra_include_paths=[os.path.join(SOURCES, "includes")],
                extra_cflags=FUSED_FLAGS if FUSED else PLAIN_FLAGS,
            )

    return Builder


cpu_adam.CPUAdamBuilder = builder("cpu_adam", "adam/cpu_adam.cpp", "adam/cpu_adam_impl.cpp")
cpu_adagrad.CPUAdagradBuilder = builder("cpu_adagrad", "adagrad/cpu_adagrad.cpp")
cpu_lion.CPULionBuilder = builder("cpu_lion", "lion/cpu_lion.cpp", "lion/cpu_lion_impl.cpp")

CLASSES = {
    "deepspeedcpuadam": DeepSpeedCPUAdam,
    "deepspeedcpuadagrad": DeepSpeedCPUAdagrad,
    "deepspeedcpulion": DeepSpeedCPULion,
}
