// Opens the project of a call: what the person typed goes before the configuration.
import { openProject, type Project, type ProjectOptions } from "../app/project.ts";
import { waveModes } from "../core/plan.ts";
import type { Call } from "./call.ts";

/** The project around the current folder, its plans read as the options say. Faults: those of `openProject`. */
export async function openCallProject(
  { ambient, options }: Pick<Call, "ambient" | "options">,
  opening: ProjectOptions = {},
): Promise<Project> {
  const project = await openProject(ambient, opening);
  const waves = waveModes.find((mode) => mode === options.waves) ?? project.config.waves;
  const serializeOverlaps = options.serializeOverlaps ?? project.config.serializeOverlaps;
  return { ...project, config: { ...project.config, waves, serializeOverlaps } };
}
