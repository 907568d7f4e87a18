// Joins the session to the keyboard, and the running screen to React. It holds no state of its own.
import { useInput, usePaste } from "ink";
import { type ReactNode, useSyncExternalStore } from "react";
import { isText, pressedKeys } from "./state/press.ts";
import type { Session } from "./session.ts";
import { Screen } from "./screen.tsx";

interface SessionProps {
  readonly session: Session;
}

/** Gives the session what is typed and pasted; nothing is drawn. */
export function Keyboard({ session }: SessionProps): ReactNode {
  useInput((input, key) => {
    const names = pressedKeys(input, key);
    for (const name of names) session.press(name);
    // Letters that came in one piece, as over a slow line, count where a line is being typed, like what is pasted.
    if (names.length === 0 && isText(input, key)) session.paste(input);
  });
  // The terminal marks what is pasted, so that it can be told from keys: it goes where a line is being typed, or nowhere.
  usePaste(session.paste);
  return null;
}

/** Draws the session by Ink. */
export function DrawnScreen({ session }: SessionProps): ReactNode {
  const model = useSyncExternalStore(session.subscribe, session.model);
  return <Screen model={model} commandFor={session.commandFor} />;
}
