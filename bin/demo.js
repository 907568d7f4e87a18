// The demo: a throw-away repository, a plan of six stages, and the whole way from check to clean-up, with the real program.
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const fixtures = fileURLToPath(new URL("../fixtures/demo/", import.meta.url));
const stagetree = fileURLToPath(new URL("stagetree.js", import.meta.url));
const folder = realpathSync(mkdtempSync(join(tmpdir(), "stagetree-demo-")));
const repository = join(folder, "wordstats");
const plan = ".claude/plans/wordstats.md";
const colour = process.stdout.isTTY && !process.env.NO_COLOR;
const bold = (text) => (colour ? `\u001b[1m${text}\u001b[22m` : text);
const dim = (text) => (colour ? `\u001b[2m${text}\u001b[22m` : text);

/** Nothing of the demo touches the settings or the approvals of the person who tries it. */
const env = {
  ...process.env,
  XDG_STATE_HOME: join(folder, "state"),
  XDG_CONFIG_HOME: join(folder, "config"),
  GIT_CONFIG_GLOBAL: join(folder, "gitconfig"),
  DEMO_PACE: process.stdout.isTTY ? "700" : "0",
};

const say = (text) => process.stdout.write(`\n${text}\n`);

function run(file, args) {
  const { status, error } = spawnSync(file, args, { cwd: repository, env, stdio: "inherit" });
  if (error !== undefined) throw error;
  if (status !== 0) {
    process.stderr.write(`\nThe demo stopped: ${file} ${args.join(" ")} ended with exit code ${status}.\n`);
    process.exit(1);
  }
}

function step(text, ...args) {
  say(`${bold(text)}\n${dim(`$ stagetree ${args.map((arg) => (/\s/.test(arg) ? `"${arg}"` : arg)).join(" ")}`)}`);
  run(process.execPath, [stagetree, ...args]);
}

mkdirSync(repository);
cpSync(join(fixtures, "repository"), repository, { recursive: true });
mkdirSync(join(repository, ".claude/plans"), { recursive: true });
cpSync(join(fixtures, "plan.md"), join(repository, plan));
run("git", ["config", "--global", "user.name", "Demo"]);
run("git", ["config", "--global", "user.email", "demo@example.invalid"]);
run("git", ["init", "--quiet", "--initial-branch=main"]);
run("git", ["add", "--all"]);
run("git", ["commit", "--quiet", "--message", "wordstats 0.1"]);

const agent = `node ${/\s/.test(fixtures) ? `'${fixtures}agent.js'` : `${fixtures}agent.js`}`;
say(`A small repository with tests and a plan of six stages: ${repository}`);
step("1. Is the plan sound?", "check", plan);
step("2. How do its stages hang together?", "graph", plan);
step("3. Branches and worktrees for the stages that can start now", "setup", plan);
step("4. A plan is text that somebody wrote: approve the commands it would run", "trust", plan, "--yes");
step("5. Work, verify, complete, in the order of the graph, side by side", "run", plan, "--agent", agent);
step("6. What is proven, and at which commit", "status", plan);
say(
  `${bold("7. The last stage holds all the others: merge it, then remove what is merged")}\n${dim("$ git merge --ff-only feature/wordstats-guide")}`,
);
run("git", ["merge", "--quiet", "--ff-only", "feature/wordstats-guide"]);
step("   and clean up", "clean", plan);
run("git", ["log", "--oneline", "--graph"]);

const again = `cd ${repository} && export XDG_STATE_HOME=${env.XDG_STATE_HOME}`;
say(`${bold("Everything lies in")} ${folder}
  wordstats                the repository, with the plan and its statuses
  wordstats/.git/stagetree what happened, and what each command said

${bold("Three things to try next")} (first: ${again})
  ${process.execPath} ${stagetree} logs ${plan} readability     how a red check was mended
  ${process.execPath} ${stagetree} why ${plan} cli               the facts behind a state
  ${process.execPath} ${stagetree} ${plan}                       the terminal UI

Remove it with: rm -r ${folder}`);
