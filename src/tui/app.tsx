// Joins the running screen to React and to the keyboard. It holds no state of its own.
import { useInput, usePaste } from "ink";
import { type ReactNode, useSyncExternalStore } from "react";
import { pressedKeys } from "./press.ts";
import type { Session } from "./session.ts";
import { Screen } from "./screen.tsx";

export function App({ session }: { readonly session: Session }): ReactNode {
  const model = useSyncExternalStore(session.subscribe, session.model);
  useInput((input, key) => {
    for (const name of pressedKeys(input, key)) session.press(name);
  });
  // With a listener the terminal marks what is pasted, so that it can be told from keys; it is then let fall.
  usePaste(ignorePaste);
  return <Screen model={model} commandFor={session.commandFor} />;
}

const ignorePaste = (): void => {};
