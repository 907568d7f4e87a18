// The least that a program in Node can do to run a graph of commands: each through a shell, its output to a file of its own.
// Usage: node spawn-floor.ts <graph.json> <folder of logs> <jobs>
import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { GraphNode } from "./graphs.ts";

const [path = "", logs = "", jobs = "1"] = process.argv.slice(2);
const graph = JSON.parse(readFileSync(path, "utf8")) as readonly GraphNode[];
const open = new Map(graph.map(({ id, needs }) => [id, needs.length]));
const waiting = new Map<string, GraphNode[]>();
for (const node of graph) for (const need of node.needs) waiting.set(need, [...(waiting.get(need) ?? []), node]);
const ready = graph.filter(({ needs }) => needs.length === 0);
let running = 0;
let next = 0;

function start(node: GraphNode): void {
  running += 1;
  const log = openSync(join(logs, `${node.id}.log`), "w");
  const child = spawn("/bin/sh", ["-c", node.command], { stdio: ["ignore", log, log], detached: true });
  child.once("exit", (code) => {
    closeSync(log);
    running -= 1;
    if (code !== 0) process.exit(1);
    for (const other of waiting.get(node.id) ?? []) {
      const left = (open.get(other.id) ?? 0) - 1;
      open.set(other.id, left);
      if (left === 0) ready.push(other);
    }
    fill();
  });
}

function fill(): void {
  for (let node = ready[next]; node !== undefined && running < Number(jobs); node = ready[next]) {
    next += 1;
    start(node);
  }
}

fill();
