// `doctor`: looks at plan, git, disk and history, says what does not agree, and mends what can be taken back.
import { basename, join } from "node:path";
import { bySeverity, type Diagnosis } from "../core/diagnosis.ts";
import { diagnoseRepository } from "../core/doctor.ts";
import { diagnoseOrphans } from "../core/doctor-left.ts";
import { diagnosePlan } from "../core/doctor-plan.ts";
import { type Fault, isFault } from "../core/fault.ts";
import { hasErrors } from "../core/finding.ts";
import { shellWord } from "../core/shell.ts";
import { findCommonDir } from "../git/damage.ts";
import { listHastySettings } from "../git/expiry.ts";
import type { Ambient } from "./ambient.ts";
import { listKnownPlaces, readRecords, type Records } from "./doctor-known.ts";
import { applyMend, type Mended } from "./doctor-mend.ts";
import { readOrphanFacts } from "./doctor-orphans.ts";
import { readPlanFacts } from "./doctor-plan.ts";
import { readRepositoryFacts } from "./doctor-repository.ts";
import { findPlan, listPlans } from "./find-plan.ts";
import { openPlan, type PlanFile } from "./plan-file.ts";
import { describeProblem } from "./problem.ts";
import { openProject, type Project } from "./project.ts";
import { recoverIfFree } from "./run-lock.ts";
import { openSession } from "./session.ts";
import { openStore } from "../host/store.ts";
import { checkStore } from "../host/store-health.ts";

export interface DoctorRequest {
  readonly ambient: Ambient;
  /** Path or id of the one plan to look at; without it all that are found here. */
  readonly plan?: string | undefined;
  readonly fix: boolean;
  /** How a plan is named in commands. */
  readonly planWord: (path: string) => string;
}

export interface Treated extends Diagnosis {
  readonly mended: boolean;
}

/** Mending one thing may show the next: an unreadable list of worktrees hides what is wrong with each. */
const mostRounds = 6;

/**
 * What is wrong, the worst first, with what was mended of it. Works without git where that fails. Faults:
 * not-a-repository, bare-repository, plan-not-found, and those of mending.
 */
export async function examine(request: DoctorRequest): Promise<readonly Treated[]> {
  const mended: Treated[] = [];
  const tried = new Set<string>();
  for (let round = 0; ; round++) {
    const patient = await openPatient(request.ambient);
    const found = await diagnose(request, patient);
    const next = request.fix && round < mostRounds ? found.filter((one) => isUntried(one, tried)) : [];
    let changed = false;
    for (const diagnosis of next) {
      tried.add(keyOf(diagnosis));
      record(request, { patient, diagnosis });
      const notes = await treat(request, { patient, diagnosis });
      if (notes === undefined) continue;
      mended.push({ ...diagnosis, evidence: [...diagnosis.evidence, ...notes], mended: true });
      changed = true;
    }
    if (!changed) {
      const left = found.filter(
        (one) => !mended.some((other) => keyOf(other) === keyOf(one) && one.mend !== undefined),
      );
      return [...mended, ...left.map((one) => ({ ...one, mended: false }))].toSorted(bySeverity);
    }
  }
}

const keyOf = ({ mend, plan, rule }: Diagnosis): string => JSON.stringify([rule, plan, mend]);
const isUntried = (diagnosis: Diagnosis, tried: ReadonlySet<string>): boolean =>
  diagnosis.mend !== undefined && !tried.has(keyOf(diagnosis));

interface Patient {
  readonly commonDir: string;
  /** Absent where git fails. */
  readonly project?: Project;
  /** Why git fails. */
  readonly fault?: Fault;
}

/** The repository, found without git where git fails. */
async function openPatient(ambient: Ambient): Promise<Patient> {
  const commonDir = await findCommonDir(ambient.cwd);
  try {
    const project = await openProject(ambient);
    return { project, commonDir: project.repository.commonDir };
  } catch (error) {
    const isGit =
      isFault(error, "git-failed") ||
      isFault(error, "git-too-old") ||
      isFault(error, "git-missing") ||
      isFault(error, "not-a-repository");
    if (commonDir === undefined || !isGit) throw error;
    return { commonDir, fault: error };
  }
}

async function diagnose(request: DoctorRequest, patient: Patient): Promise<readonly Diagnosis[]> {
  const { ambient } = request;
  const { commonDir, project, fault } = patient;
  const isSound = ["sound", "absent"].includes(checkStore(join(commonDir, "stagetree")).state);
  const records: Records = isSound ? readRecords(ambient, commonDir) : new Map();
  const files = project === undefined ? [] : await findFiles(request, project);
  const plans = files.flatMap(({ plan, findings }) => (plan === undefined || hasErrors(findings) ? [] : [plan]));
  const known = await listKnownPlaces(records, { project, plans });
  const facts = await readRepositoryFacts({ ambient, commonDir, known });
  const poisoned = facts.registrations.some(({ commonDirFile }) => commonDirFile === "unusable");
  const canAsk = project !== undefined && !poisoned && facts.brokenRefs?.length === 0;
  const settings = canAsk ? await listHastySettings(project.repository) : [];
  const plain = diagnoseRepository({ ...facts, settings });
  if (!canAsk) {
    // What git says and plain files do not explain is not hidden.
    if (plain.some(({ severity }) => severity === "error") || fault === undefined) return plain;
    throw fault;
  }
  if (!isSound || facts.store.damagedLocks.length > 0) return plain;
  const told = plain.filter(({ rule }) => rule.startsWith("worktree."));
  const explained = new Set(
    [...facts.registrations, ...facts.strays.map(({ admin, folder }) => ({ admin, worktree: folder }))].flatMap(
      ({ admin, worktree }) =>
        worktree !== undefined && told.some(({ evidence }) => evidence.join("\n").includes(admin)) ? [worktree] : [],
    ),
  );
  const asked = request.plan === undefined ? files : files.filter(({ path }) => path === files[0]?.path);
  const ofPlans: Diagnosis[] = [];
  for (const file of asked) ofPlans.push(...(await diagnoseFile(request, { project, file, explained })));
  const orphans = await readOrphanFacts(project, { records, plans, known });
  return [...plain, ...ofPlans, ...diagnoseOrphans(orphans)];
}

/** The plans found here; the one that is asked for comes first. */
async function findFiles({ plan }: DoctorRequest, project: Project): Promise<readonly PlanFile[]> {
  const found = await listPlans(project);
  if (plan === undefined) return found;
  const asked = await openPlan(project, await findPlan(project, plan));
  return [asked, ...found.filter(({ path }) => path !== asked.path)];
}

async function diagnoseFile(
  request: DoctorRequest,
  {
    project,
    file,
    explained,
  }: { readonly project: Project; readonly file: PlanFile; readonly explained: ReadonlySet<string> },
): Promise<readonly Diagnosis[]> {
  const word = request.planWord(file.path);
  if (file.plan === undefined || hasErrors(file.findings)) {
    const errors = file.findings.filter(({ severity }) => severity === "error");
    return [
      {
        rule: "plan.errors",
        severity: "warning",
        message: `${word} has errors, so nothing of it was looked at.`,
        evidence: errors.slice(0, 3).map(({ message }) => message),
        command: `stagetree check ${shellWord(word)}`,
        plan: file.plan?.id ?? basename(file.path, ".md"),
      },
    ];
  }
  const session = openSession(project, file, { readonly: true });
  try {
    return diagnosePlan(await readPlanFacts(session, { word, explained }));
  } catch (error) {
    if (!isFault(error, "base-missing") && !isFault(error, "unborn-head")) throw error;
    const what = isFault(error, "base-missing") ? `there is no branch "${error.facts.base}"` : "there is no commit yet";
    const message = `Nothing can start from ${word}: ${what}.`;
    const command = `stagetree status ${shellWord(word)}`;
    return [{ rule: "plan.base", severity: "warning", message, evidence: [what], command, plan: file.plan.id }];
  } finally {
    session.close();
  }
}

interface Case {
  readonly patient: Patient;
  readonly diagnosis: Diagnosis;
}

/** One thing that cannot be mended does not keep the others from it. */
async function treat(request: DoctorRequest, { patient, diagnosis }: Case): Promise<Mended> {
  const { ambient } = request;
  const { commonDir, project } = patient;
  try {
    return await applyMend(
      { ambient, commonDir, project, recover: (plan) => recoverPlan(request, { project, plan }) },
      diagnosis,
    );
  } catch (error) {
    if (describeProblem(error) === undefined) throw error;
    return undefined;
  }
}

async function recoverPlan(
  request: DoctorRequest,
  { project, plan }: { readonly project: Project | undefined; readonly plan: string },
): Promise<boolean> {
  if (project === undefined) return false;
  const file = (await findFiles(request, project)).find((one) => one.plan?.id === plan && !hasErrors(one.findings));
  if (file === undefined) return false;
  const session = openSession(project, file);
  try {
    await recoverIfFree(session);
    return true;
  } finally {
    session.close();
  }
}

/** Before anything is changed, the history of the plan says what. */
function record({ ambient }: DoctorRequest, { patient, diagnosis }: Case): void {
  const { plan, stage, message, rule } = diagnosis;
  const { project } = patient;
  if (plan === undefined || project === undefined) return;
  const store = openStore({ directory: project.directory, now: ambient.now });
  try {
    store.append(plan, [
      { type: "note", text: `doctor mends ${rule}: ${message}`, ...(stage === undefined ? {} : { stage }) },
    ]);
  } finally {
    store.close();
  }
}
