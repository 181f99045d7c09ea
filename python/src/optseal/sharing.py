"""How threads go over the units of a pass together: a module of its own, which works in the same memory as the rule's.

Waiting in WebAssembly lets go of the interpreter's lock, and of the time that its threads take to wake each other.
"""

from __future__ import annotations

from typing import NamedTuple, Tuple

import wasmtime

from .crew import Crew
from .description import Description

#: What a helper is. ``READY`` may also be one that is on its way, or gone: nobody waits for it before it is ``BUSY``.
READY, WANTED, BUSY, FAILED, DISMISSED = range(5)

#: Bytes of a job, and of what each thread has: where in its range nobody has begun, where that ends, and in a line of its own
#: its state. A line of a processor's cache is 64 bytes.
JOB, SEAT, STATE = 64, 128, 64

#: A job: the pass, its frame, how many units are taken at a time, how many threads. Each begins with a range of its own, which it
#: has in its cache from the step before; then it goes on with what others have left.
_TEXT = """
(module
  (type $pass (func (param i32 i32 i32)))
  (import "host" "memory" (memory 1 65536 shared))
  {imports}
  (table funcref (elem {passes}))

  (func $seat (param $job i32) (param $number i32) (result i32)
    (i32.add (i32.add (local.get $job) (i32.const {job})) (i32.mul (local.get $number) (i32.const {seat}))))

  (func $range (param $job i32) (param $seat i32) (local $from i32) (local $to i32)
    (loop $more
      (local.set $from (i32.atomic.rmw.add (local.get $seat) (i32.load offset=8 (local.get $job))))
      (if (i32.lt_u (local.get $from) (i32.load offset=4 (local.get $seat)))
        (then
          (local.set $to (i32.add (local.get $from) (i32.load offset=8 (local.get $job))))
          (if (i32.gt_u (local.get $to) (i32.load offset=4 (local.get $seat)))
            (then (local.set $to (i32.load offset=4 (local.get $seat)))))
          (call_indirect (type $pass)
            (i32.load offset=4 (local.get $job)) (local.get $from) (local.get $to) (i32.load (local.get $job)))
          (br $more)))))

  (func $work (param $job i32) (param $number i32) (local $left i32)
    (local.set $left (i32.load offset=12 (local.get $job)))
    (loop $next
      (call $range (local.get $job) (call $seat (local.get $job) (local.get $number)))
      (local.set $number (i32.add (local.get $number) (i32.const 1)))
      (if (i32.ge_u (local.get $number) (i32.load offset=12 (local.get $job)))
        (then (local.set $number (i32.const 0))))
      (br_if $next (local.tee $left (i32.sub (local.get $left) (i32.const 1))))))

  ;; Lets nobody begin any more, and waits for those that have. Gives 1 where one has failed.
  (func $settle (export "settle") (param $job i32) (param $threads i32) (result i32)
    (local $state i32) (local $seen i32) (local $spins i32) (local $failed i32)
    (block $all
      (loop $next
        (br_if $all (i32.le_u (local.get $threads) (i32.const 1)))
        (local.set $threads (i32.sub (local.get $threads) (i32.const 1)))
        (local.set $state (i32.add (call $seat (local.get $job) (local.get $threads)) (i32.const {state})))
        (local.set $seen
          (i32.atomic.rmw.cmpxchg (local.get $state) (i32.const {wanted}) (i32.const {ready})))
        (local.set $spins (i32.const {spins}))
        (block $over
          (loop $wait
            (br_if $over (i32.ne (local.get $seen) (i32.const {busy})))
            (if (local.get $spins)
              (then (local.set $spins (i32.sub (local.get $spins) (i32.const 1))))
              (else (drop (memory.atomic.wait32 (local.get $state) (i32.const {busy}) (i64.const -1)))))
            (local.set $seen (i32.atomic.load (local.get $state)))
            (br $wait)))
        (local.set $failed (i32.or (local.get $failed) (i32.eq (local.get $seen) (i32.const {failed}))))
        (br $next)))
    (local.get $failed))

  ;; Hands out the units of a range, so many to each thread, and leaves them to the helpers for now.
  (func $post (export "post")
    (param $job i32) (param $threads i32) (param $pass i32) (param $frame i32) (param $per i32)
    (param $span i32) (param $from i32) (param $to i32)
    (local $number i32) (local $seat i32)
    (i32.store (local.get $job) (local.get $pass))
    (i32.store offset=4 (local.get $job) (local.get $frame))
    (i32.store offset=8 (local.get $job) (local.get $per))
    (i32.store offset=12 (local.get $job) (local.get $threads))
    (loop $next
      (local.set $seat (call $seat (local.get $job) (local.get $number)))
      (i32.atomic.store (local.get $seat) (local.get $from))
      (local.set $from
        (select (i32.add (local.get $from) (local.get $span)) (local.get $to)
          (i32.lt_u (local.get $span) (i32.sub (local.get $to) (local.get $from)))))
      (i32.store offset=4 (local.get $seat) (local.get $from))
      (local.set $number (i32.add (local.get $number) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $number) (local.get $threads))))
    (loop $call
      (local.set $number (i32.sub (local.get $number) (i32.const 1)))
      (if (local.get $number)
        (then
          (i32.atomic.store offset={state} (call $seat (local.get $job) (local.get $number)) (i32.const {wanted}))
          (br $call)))))

  ;; Joins them until all is done. Gives 1 where one has failed.
  (func $finish (export "finish") (param $job i32) (param $threads i32) (result i32)
    (call $work (local.get $job) (i32.const 0))
    (call $settle (local.get $job) (local.get $threads)))

  (func (export "run")
    (param $job i32) (param $threads i32) (param $pass i32) (param $frame i32) (param $per i32)
    (param $span i32) (param $from i32) (param $to i32) (result i32)
    (call $post (local.get $job) (local.get $threads) (local.get $pass) (local.get $frame) (local.get $per)
      (local.get $span) (local.get $from) (local.get $to))
    (call $finish (local.get $job) (local.get $threads)))

  ;; A helper, until it has had nothing to do for so long, or is dismissed.
  (func (export "help") (param $job i32) (param $number i32) (param $idle i32)
    (local $state i32) (local $left i32) (local $seen i32)
    (local.set $state (i32.add (call $seat (local.get $job) (local.get $number)) (i32.const {state})))
    (local.set $left (local.get $idle))
    (loop $again
      (local.set $seen (i32.atomic.load (local.get $state)))
      (if (i32.eq (local.get $seen) (i32.const {dismissed})) (then (return)))
      (if (i32.eq (local.get $seen) (i32.const {wanted}))
        (then
          (if (i32.eq (i32.const {wanted})
              (i32.atomic.rmw.cmpxchg (local.get $state) (i32.const {wanted}) (i32.const {busy})))
            (then
              (call $work (local.get $job) (local.get $number))
              (call $become (local.get $state) (i32.const {ready}))
              (local.set $left (local.get $idle))))
          (br $again)))
      (br_if $again (local.tee $left (i32.sub (local.get $left) (i32.const 1))))))

  (func $become (param $state i32) (param $what i32)
    (i32.atomic.store (local.get $state) (local.get $what))
    (drop (memory.atomic.notify (local.get $state) (i32.const 1))))

  (func (export "fail") (param $job i32) (param $number i32)
    (call $become
      (i32.add (call $seat (local.get $job) (local.get $number)) (i32.const {state})) (i32.const {failed}))))
"""

#: Looks at a helper's state before the caller sleeps: some tenths of a millisecond.
_SPINS = 2**18


class Sharing(NamedTuple):
    """What several threads need beside a rule's module."""

    crew: Crew
    #: Imports the passes by number.
    module: wasmtime.Module
    #: The functions of the rule's module that they are.
    passes: Tuple[str, ...]


def passes_of(description: Description) -> Tuple[str, ...]:
    """The functions that go over ranges."""
    steps = [step for body in description["bodies"] for step in body["steps"]]
    return tuple(dict.fromkeys(step["function"] for step in steps if step["does"] == "pass"))


def sharing_module(engine: wasmtime.Engine, passes: int) -> wasmtime.Module:
    """The module for a rule with so many passes."""
    numbers = range(passes)
    text = _TEXT.format(
        imports="\n  ".join(f'(import "pass" "{i}" (func $pass{i} (type $pass)))' for i in numbers),
        passes=" ".join(f"$pass{i}" for i in numbers),
        **{"job": JOB, "seat": SEAT, "state": STATE, "spins": _SPINS},
        **{"ready": READY, "wanted": WANTED, "busy": BUSY, "failed": FAILED, "dismissed": DISMISSED},
    )
    return wasmtime.Module(engine, text)
