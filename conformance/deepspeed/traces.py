"""Conformance, DeepSpeed: golden traces of its optimizers and schedules.

In: --out DIR writes the committed set; --cases N --seed S draws N fresh cases instead, on stdout (--schedules: of schedules).
Out: JSON; ../README.md says what each field is. rule_cases.py says which of the optimizers are the real ones.
"""

import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path += [os.path.join(HERE, "..", "torch"), os.path.join(HERE, "..", "transformers")]
SETTINGS = {"ATEN_CPU_CAPABILITY": "default", "MKL_VML_DEBUG_CPU_TYPE": "3", "DS_BUILD_OPS": "0"}
os.environ.update(SETTINGS)
# The library, and the compiler that it starts, write to stdout.
OUTPUT = os.fdopen(os.dup(1), "w", newline="\n")
os.dup2(2, 1)

import command_line
import rule_cases
import schedule_cases

HEAD = {"framework": "deepspeed", "release": schedule_cases.release(), "settings": SETTINGS}

if __name__ == "__main__":
    command_line.main(__doc__, "conformance/deepspeed/traces.py", HEAD, 1960, rule_cases, schedule_cases, OUTPUT)
