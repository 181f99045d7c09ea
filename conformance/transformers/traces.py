"""Conformance, transformers: golden traces of its own optimizer and its named schedules.

In: --out DIR writes the committed set; --cases N --seed S draws N fresh cases instead, on stdout (--schedules: of schedules).
Out: JSON; ../README.md says what each field is.
"""

import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.append(os.path.join(HERE, "..", "torch"))
# As for torch: each operation rounds by itself.
SETTINGS = {"ATEN_CPU_CAPABILITY": "default", "MKL_VML_DEBUG_CPU_TYPE": "3"}
os.environ.update(SETTINGS)

import command_line
import rule_cases
import schedule_cases

HEAD = {"framework": "transformers", "release": schedule_cases.release(), "settings": SETTINGS}

if __name__ == "__main__":
    command_line.main(__doc__, "conformance/transformers/traces.py", HEAD, 5180, rule_cases, schedule_cases, sys.stdout)
