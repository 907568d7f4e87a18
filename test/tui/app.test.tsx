import { cleanup, render } from "ink-testing-library";
import { afterEach, expect, test } from "vitest";
import { DrawnScreen, Keyboard } from "../../src/tui/app.tsx";
import { sessionOf } from "./drawn-model.ts";
import { midRun, midRunFacts, playSource } from "./played-source.ts";

afterEach(cleanup);

const open = (): {
  press: (text: string) => void;
  frame: () => string;
  asked: readonly unknown[];
  close: () => void;
} => {
  const source = playSource({ events: midRun, facts: midRunFacts });
  const session = sessionOf({ source, size: { columns: 100, rows: 30 } });
  const { stdin, lastFrame } = render(
    <>
      <Keyboard session={session} />
      <DrawnScreen session={session} />
    </>,
  );
  return {
    press: (text) => stdin.write(text),
    frame: () => lastFrame() ?? "",
    asked: source.asked,
    close: session.close,
  };
};

test("arrows move, a question opens and y answers it", async () => {
  const { press, frame, asked, close } = open();
  await expect.poll(frame).toMatch(/❯ .*ui/u);
  press("\u001B[B");
  await expect.poll(frame).toMatch(/❯ .*export/u);
  press("s");
  await expect.poll(frame).toContain("$ stagetree setup offline-mode export");
  press("y");
  await expect.poll(() => asked).toEqual([{ kind: "setup", stage: "export" }]);
  await expect.poll(frame).toContain("Done.");
  close();
});

test("what is pasted does nothing, with and without brackets", async () => {
  const { press, frame, asked, close } = open();
  await expect.poll(frame).toMatch(/❯ .*ui/u);
  press("\u001B[200~v\u001B[201~");
  press("vR\ry");
  press("\u001B[200~R\ry\u001B[201~");
  press("?");
  await expect.poll(frame).toContain("Keys");
  expect(asked).toEqual([]);
  close();
});
