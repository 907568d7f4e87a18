// Draws docs/demo.svg from what the built program really says on the plan of the demo. Commits get fixed dates, so that the
// commit ids are real and always the same; how long something took differs each time, so it is left out.
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const home = fileURLToPath(new URL("..", import.meta.url));
const fixtures = join(home, "fixtures/demo");
const folder = realpathSync(mkdtempSync(join(tmpdir(), "stagetree-picture-")));
const repository = join(folder, "wordstats");
const plan = "wordstats.md";
const date = "2026-01-15T12:00:00Z";
const columns = 76;

const env = {
  PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
  HOME: folder,
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: join(folder, "gitconfig"),
  GIT_AUTHOR_DATE: date,
  GIT_COMMITTER_DATE: date,
  FORCE_COLOR: "1",
  COLUMNS: String(columns),
  LANG: "C.UTF-8",
};

const git = (...args) => execFileSync("git", args, { cwd: repository, env, stdio: "ignore" });

/** Lines with their colours. The agent gets its dates from its own command line: stagetree passes no such variable on. */
function stagetree(...args) {
  const { stdout, stderr, status } = spawnSync(process.execPath, [join(home, "bin/stagetree.js"), ...args], {
    cwd: repository,
    env,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`stagetree ${args.join(" ")} ended with ${status}\n${stdout}${stderr}`);
  return `${stderr}${stdout}`.split("\n");
}

const bare = (line) => line.replaceAll(/\u001b\[[\d;]*m/g, "");

function play() {
  mkdirSync(repository);
  cpSync(join(fixtures, "repository"), repository, { recursive: true });
  cpSync(join(fixtures, "plan.md"), join(repository, plan));
  execFileSync("git", ["config", "--global", "user.name", "Demo"], { env });
  execFileSync("git", ["config", "--global", "user.email", "demo@example.invalid"], { env });
  git("init", "--quiet", "--initial-branch=main");
  git("add", "--all");
  git("commit", "--quiet", "--message", "wordstats 0.1");
  const agent = `GIT_AUTHOR_DATE=${date} GIT_COMMITTER_DATE=${date} node '${join(fixtures, "agent.js")}'`;
  const graph = stagetree("graph", plan);
  stagetree("trust", plan, "--yes");
  const run = stagetree("run", plan, "--agent", agent, "--reporter", "lines");
  const summary = run.findIndex((line) => /^ +stage +result/.test(bare(line)));
  const mended = run
    .slice(0, summary)
    .filter((line) => /^readability (?:✗|· attempt|✓ (?:node|npm|complete))/.test(bare(line)));
  const status = stagetree("status", plan);
  return [
    ["stagetree graph wordstats.md", graph],
    ['stagetree run wordstats.md --agent "…"', ["…", ...mended, "…", "", ...run.slice(summary, summary + 9)]],
    ["stagetree status wordstats.md", status.slice(0, 3)],
    ["git merge feature/wordstats-guide && stagetree clean wordstats.md", []],
  ];
}

const tones = {
  31: "#ff7b72",
  32: "#7ee787",
  33: "#e3b341",
  34: "#79c0ff",
  35: "#d2a8ff",
  36: "#79c0ff",
  90: "#8b949e",
};

const times = /(?: after| in)? (?:\d+ m )?\d+(?:\.\d+)? s$|\d+\.\d s\b|\btime\b/g;

/** The characters of one line, each with the look that the escape codes before it ask for; times are blank. */
function cellsOf(line) {
  const cells = [];
  let look = "";
  for (const part of line.split(/(\u001b\[[\d;]*m)/)) {
    const codes = /^\u001b\[([\d;]*)m$/.exec(part)?.[1];
    if (codes === undefined) cells.push(...Array.from(part, (text) => ({ text, look })));
    else for (const code of codes.split(";").map(Number)) look = nextLook(look, code);
  }
  for (const match of cells
    .map(({ text }) => text)
    .join("")
    .matchAll(times)) {
    for (let index = match.index; index < match.index + match[0].length; index += 1) cells[index].text = " ";
  }
  return cells;
}

/** A look is text such as "1 34": the codes that are on. */
function nextLook(look, code) {
  if (code === 0) return "";
  const on = look.split(" ").filter((one) => one !== "");
  const kept = on.filter((one) => {
    if (code === 22) return one !== "1" && one !== "2";
    return code === 39 || tones[code] !== undefined ? tones[one] === undefined : one !== String(code);
  });
  return (code === 22 || code === 39 ? kept : [...kept, code]).join(" ");
}

/** Neighbours of one look, as far as no wide gap comes between them. */
function spansOf(line) {
  const spans = [];
  const all = cellsOf(line);
  all.forEach(({ text, look }, column) => {
    const last = spans.at(-1);
    const gap = last === undefined ? 0 : column - last.column - Array.from(last.text).length;
    if (text === " ") return;
    if (last !== undefined && last.look === look && gap <= 1) last.text += " ".repeat(gap) + text;
    else spans.push({ text, column, look });
  });
  return spans;
}

const cell = 8.4;
const row = 17;
const margin = 20;
const escapeXml = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
const number = (value) => String(Math.round(value * 10) / 10);

function drawSpan({ text, column, look }) {
  const codes = look.split(" ");
  const fill =
    codes.map((code) => tones[code]).find((tone) => tone !== undefined) ??
    (codes.includes("2") ? tones[90] : undefined);
  const attributes = (fill === undefined ? "" : ` fill="${fill}"`) + (codes.includes("1") ? ' font-weight="bold"' : "");
  const length = number(Array.from(text).length * cell);
  return `<tspan x="${number(margin + column * cell)}" textLength="${length}"${attributes}>${escapeXml(text)}</tspan>`;
}

function draw(panels) {
  const lines = panels.flatMap(([command, output]) => [
    `\u001b[90m$\u001b[39m \u001b[1m${command}\u001b[22m`,
    ...output,
    "",
  ]);
  while (bare(lines.at(-1) ?? "") === "") lines.pop();
  const compact = lines.filter((line, index) => bare(line) !== "" || bare(lines[index - 1] ?? "") !== "");
  const width = Math.ceil(columns * cell + 2 * margin);
  const height = compact.length * row + 2 * margin;
  const texts = compact.flatMap((line, index) => {
    const spans = spansOf(line).map(drawSpan).join("");
    return spans === "" ? [] : [`<text y="${margin + index * row + 13}">${spans}</text>`];
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="stagetree on the plan of the demo">
<rect width="100%" height="100%" rx="8" fill="#0d1117"/>
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="14" fill="#e6edf3">
${texts.join("\n")}
</g>
</svg>
`;
}

try {
  writeFileSync(join(home, "docs/demo.svg"), draw(play()));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
