// What can be done from the terminal UI: each is the use case behind the command of that name, and says what came of it.
import { approveChecks, markStage } from "../app/approve.ts";
import { askToStop } from "../app/ask-to-stop.ts";
import { createGuard } from "../app/containment.ts";
import { sourceOf } from "../app/project.ts";
import { withRunLock } from "../app/run-lock.ts";
import { runPlan } from "../app/run.ts";
import type { Session } from "../app/session.ts";
import { setupStages } from "../app/setup.ts";
import { approveTrust, passTrustGate, readTrustStatus } from "../app/trust-gate.ts";
import { turnLast } from "../app/turn.ts";
import { verifyPlan } from "../app/verify.ts";
import type { RunAnswer } from "../core/answers.ts";
import type { Direction } from "../core/change.ts";
import type { CleanAnswer, CleanEntry } from "../core/clean-answers.ts";
import type { StageId } from "../core/plan.ts";
import { wantsSetup } from "../core/proof.ts";
import type { TuiAction } from "../tui/source.ts";
import type { Call } from "./call.ts";
import { applyRecord } from "./clean.ts";
import { withSession } from "./plan-session.ts";
import { baseOf } from "./tui-docs.ts";
import { openInTerminal } from "./tui-open.ts";
import type { OwnWork } from "./tui-work.ts";
import { answerTurn } from "./turn.ts";
import { workOptions } from "./work-options.ts";

export interface Said {
  readonly ok: boolean;
  /** One or more lines. */
  readonly message: string;
}

export interface Acting {
  readonly call: Call;
  readonly session: Session;
  /** What goes on in this process, if anything; what is performed as part of it ends with the signal of its call. */
  readonly own: OwnWork;
}

/** Everything but `switch`, which is for whoever holds the session. */
export type Performed = Exclude<TuiAction, { kind: "switch" }>;

/** Faults: those of the commands. */
export function perform(action: Performed, acting: Acting): Promise<Said> {
  switch (action.kind) {
    case "setup":
      return setUp(action, acting);
    case "run":
    case "verify":
      return work(action, acting);
    case "stop":
      return stop(action, acting);
    case "approve":
      return approve(action, acting);
    case "mark":
      return mark(action, acting);
    case "trust":
      return trust(action, acting);
    case "clean":
      return clean(action, acting);
    case "undo":
    case "redo":
      return turn(action.kind, acting);
    case "open":
      return openInTerminal(acting.session, { ...action, call: acting.call });
    case "refresh":
      return refresh(acting);
  }
}

type Of<Kind extends TuiAction["kind"]> = Extract<TuiAction, { kind: Kind }>;

const asked = ({ plan }: Session, stage: StageId | undefined): readonly StageId[] =>
  stage === undefined ? plan.stages.map(({ id }) => id) : [stage];

async function setUp({ stage }: Of<"setup">, { session, call }: Acting): Promise<Said> {
  const { project, plan } = session;
  if (sourceOf(project, "setup") === "repository") await passTrustGate(project, { plan });
  const { entries } = await withRunLock(session, async () => {
    session.adopt({ start: true });
    await session.look();
    const stages = asked(session, stage).filter((id) => stage !== undefined || wantsSetup(plan, session.view(id)));
    const jobs = call.options.jobs ?? project.config.jobs ?? project.ambient.cores;
    const { setup, containment } = project.config;
    session.useGuard(setup !== undefined && containment ? createGuard(session) : undefined);
    return setupStages(session, { stages, jobs, signal: call.signal });
  });
  if (entries.length === 0) return { ok: true, message: "Nothing is ready to be set up." };
  const lines = entries.map(
    ({ id, outcome, reason }) => `${id}: ${outcome}${reason === undefined ? "" : `, ${reason}`}`,
  );
  return { ok: entries.every(({ outcome }) => outcome !== "failed"), message: lines.join("\n") };
}

async function work(action: Of<"run" | "verify">, { session, call }: Acting): Promise<Said> {
  await passTrustGate(session.project, { plan: session.plan });
  const check = action.kind === "verify" ? action.check : undefined;
  const request = { ...workOptions(call, session), stages: asked(session, action.stage) };
  return describeRun(
    action.kind === "run"
      ? await runPlan(session, { ...request, failFast: false })
      : await verifyPlan(session, { ...request, ...(check === undefined ? {} : { checks: new Set([check]) }) }),
  );
}

function describeRun({ counts, result, stages }: RunAnswer): Said {
  const { done, failed, skipped, waiting } = counts;
  const ok = failed === 0 && result !== "interrupted";
  const [only, second] = stages;
  if (only !== undefined && second === undefined) {
    const reason = only.reason === undefined ? "" : `: ${only.reason}`;
    return { ok, message: `${only.id}: ${only.result}${reason}` };
  }
  const cut = result === "interrupted" ? "Stopped: " : "";
  return { ok, message: `${cut}${done} done, ${failed} failed, ${waiting} waiting for you, ${skipped} skipped` };
}

/** A stop of everything that goes on here needs no letter; what goes on elsewhere, or in one stage, gets one. */
async function stop({ stage }: Of<"stop">, { session, own }: Acting): Promise<Said> {
  if (stage === undefined && own.isLive()) {
    own.stop("stop");
    return { ok: true, message: "Stopping; what runs now gets a moment to end." };
  }
  const { stopped } = askToStop(session, stage === undefined ? {} : { stage });
  const what = stage ?? "this plan";
  if (!stopped) return { ok: false, message: `Nothing runs for ${what}, so there is nothing to stop.` };
  return { ok: true, message: `Stopping ${stage ?? "the run"}; what runs now gets a moment to end.` };
}

async function approve({ stage, check }: Of<"approve">, { session }: Acting): Promise<Said> {
  const one = check === undefined ? {} : { check };
  const { approved, lacks } = await approveChecks(session, { stage, ...one, allowEmpty: false, dryRun: false });
  const left = lacks.length === 0 ? "complete" : lacks.map(({ text }) => text).join("; ");
  return { ok: true, message: `${approved.length} approved; ${stage}: ${left}` };
}

async function mark({ stage, state }: Of<"mark">, { session }: Acting): Promise<Said> {
  await markStage(session, { stage, state });
  const is = session.view(stage).state;
  if (is === state) return { ok: true, message: `${stage} is marked ${state}.` };
  return { ok: false, message: `${stage} is still ${is}: what is proven of it goes before a mark.` };
}

async function trust({ hash }: Of<"trust">, { session: { project, plan } }: Acting): Promise<Said> {
  const status = await readTrustStatus(project, plan);
  if (status.hash !== hash) {
    return { ok: false, message: "The commands are not the ones that were shown any more; look at them again." };
  }
  await approveTrust(project, { plan, status });
  const count = status.surface.length;
  return { ok: true, message: `Approved: ${count} ${count === 1 ? "command" : "commands"}, exactly as shown.` };
}

async function clean({ digest }: Of<"clean">, { call }: Acting): Promise<Said> {
  const { cleaned } = await applyRecord({ ...call, args: [], options: { apply: digest } }, digest);
  const { answer, refused, failed } = cleaned;
  return { ok: !refused && !failed, message: describeClean(answer) };
}

function describeClean({ worktrees, changes = [] }: CleanAnswer): string {
  if (changes.length > 0) {
    const lines = changes.map(({ stage, about, before, now }) => `${stage}, ${about}: was ${before}, is ${now}`);
    return ["Nothing was removed: since it was shown, this changed.", ...lines].join("\n");
  }
  return worktrees.length === 0 ? "There was nothing to remove." : worktrees.map(describeRemoval).join("\n");
}

const describeRemoval = ({ stage, outcome, reason, branch, branchDeleted, restore }: CleanEntry): string => {
  if (outcome === "kept") return `${stage}: kept, ${reason}`;
  const gone = branchDeleted === true ? `, with its branch ${branch}` : "";
  return `${stage}: removed${gone}${restore === undefined ? "" : `; back with: ${restore}`}`;
};

const turned = { undo: "Taken back", redo: "Done again" } as const;
const nothing = { undo: "There is nothing to take back.", redo: "There is nothing to do again." } as const;

function turn(direction: Direction, { session, call }: Acting): Promise<Said> {
  // What is taken back may be of stages that the plan no longer has.
  const here: Call = { ...call, args: [session.file.path], options: baseOf(call) };
  return withSession(here, { removed: true }, (own) =>
    withRunLock(own, async () => {
      await own.look();
      const { operation, steps } = answerTurn(own, await turnLast(own, { direction, dryRun: false }));
      if (operation === undefined) return { ok: true, message: nothing[direction] };
      const { command, stages } = operation;
      const head = `${turned[direction]}: ${[command, stages.join(", ")].join(" ").trim()}.`;
      return { ok: true, message: [head, ...steps].join("\n") };
    }),
  );
}

async function refresh({ session }: Acting): Promise<Said> {
  session.catchUp();
  await session.look();
  return { ok: true, message: "Looked again." };
}
