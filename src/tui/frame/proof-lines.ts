// What a person reads before a yes: the commands of a plan, each check of a clean-up with its evidence, what undo takes back.
import { cleanLines } from "../../report/clean.ts";
import { type Content, bold, dim, warn } from "../../report/content.ts";
import { operationLines } from "../../report/undo.ts";
import { trustLines } from "../../report/trust.ts";
import { wrap } from "../../report/wrap.ts";
import { actionOfProof, type Dialog } from "../state/dialogs.ts";
import { docOf } from "../state/docs.ts";
import type { Model } from "../state/model.ts";
import type { Doc, TuiAction } from "../source.ts";

type Proof = Extract<Dialog, { kind: "proof" }>;

const titles = { trust: "Commands", clean: "Clean up", undo: "Undo", redo: "Redo" } as const;

export const proofTitle = ({ does }: Proof): string => titles[does];

interface Sayer {
  readonly model: Model;
  readonly commandFor: (action: TuiAction) => string;
  readonly width: number;
}

/** What was read, for `width` columns. */
export function proofLines({ request }: Proof, { model, width }: Sayer): readonly Content[] {
  const found = docOf(model.docs, request);
  if (found?.problem !== undefined) return wrap(found.problem, { width });
  if (found?.doc === undefined) return ["Reading …"];
  // Whole: what is approved here has to be read to its end.
  return docLines(found.doc, { model, width }).flatMap((line) => wrap(line, { width, indent }));
}

/** Deeper than the entries, so that a line that goes on is no entry. */
const indent = 6;

function docLines(doc: Doc, { model, width }: Pick<Sayer, "model" | "width">): readonly Content[] {
  const style = { ...model.style, width };
  const { title, path } = model.snapshot.plan;
  switch (doc.kind) {
    case "trust":
      return trustLines({ ...doc, plan: { title, path }, style });
    case "clean":
      return cleanLines({ answer: doc.answer, style });
    case "undo":
      return operationLines(doc.answer, style);
    default:
      return [];
  }
}

/** What a yes would do, and the other keys. */
export function proofKeys(dialog: Proof, { model, commandFor, width }: Sayer): readonly Content[] {
  const found = docOf(model.docs, dialog.request);
  const action = found?.isReading === true ? undefined : actionOfProof(dialog.does, found?.doc);
  const command = action === undefined ? [] : wrap(dim(`$ ${commandFor(action)}`), { width, indent: 2 });
  const { request } = dialog;
  const consents: readonly Content[] =
    request.kind === "clean"
      ? [
          [
            bold("c"),
            request.discardChanges ? warn(" changes are given up") : " give up changes",
            "   ",
            bold("m"),
            request.deleteUnmerged ? warn(" unmerged work is given up") : " give up unmerged work",
          ],
        ]
      : [];
  const yes: readonly Content[] = action === undefined ? [] : [bold("y"), " exactly this   "];
  return ["", ...command, ...consents, [...yes, bold("Esc"), " closes"]];
}
