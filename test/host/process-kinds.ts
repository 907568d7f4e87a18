// A shell command that leaves one process of each kind behind, and the way to find them all.
import { listPids, readStat, startedWith } from "../../src/host/processes.ts";

/** A background child, one that ignores TERM, one in a session of its own, one by a double fork. */
export const strays =
  "sleep 300 & (trap '' TERM; while :; do sleep 1; done) & setsid sleep 300 & (sleep 300 & exec true) ; ";

/** The living processes that were started under the token. */
export const survivors = (token: string): readonly number[] =>
  listPids().filter((pid) => startedWith(pid, `STAGETREE_ATTEMPT=${token}`) && readStat(pid)?.zombie === false);
