// What the table of commands says of one command.
import type { CommandBody } from "./call.ts";
import type { OptionName } from "./options.ts";

export interface CommandRow {
  readonly name: string;
  readonly group: "Plans" | "Work" | "Watch" | "Finish" | "Repair" | "Set up";
  readonly summary: string;
  readonly args: readonly { readonly name: string; readonly help: string }[];
  readonly options: readonly OptionName[];
  readonly examples: readonly string[];
  readonly load: () => Promise<CommandBody>;
}
