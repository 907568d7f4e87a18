import type { Key } from "ink";
import { describe, expect, test } from "vitest";
import { bindings, intentOf } from "../../src/tui/state/actions.ts";
import { actionFor } from "../../src/tui/state/intents.ts";
import { pressedKeys } from "../../src/tui/state/press.ts";
import type { TuiAction } from "../../src/tui/source.ts";
import { playSource } from "./played-source.ts";

const noKey: Key = {
  upArrow: false,
  downArrow: false,
  leftArrow: false,
  rightArrow: false,
  pageDown: false,
  pageUp: false,
  home: false,
  end: false,
  return: false,
  escape: false,
  ctrl: false,
  shift: false,
  tab: false,
  backspace: false,
  delete: false,
  meta: false,
  super: false,
  hyper: false,
  capsLock: false,
  numLock: false,
};

describe("the table of keys", () => {
  test("gives no key two meanings", () => {
    const keys = bindings.flatMap((binding) => binding.keys);
    expect(keys.toSorted()).toEqual([...new Set(keys)].toSorted());
  });

  test("reaches every action, and each of them is also a command", () => {
    const kinds: Record<TuiAction["kind"], true> = {
      setup: true,
      verify: true,
      run: true,
      stop: true,
      approve: true,
      mark: true,
      trust: true,
      clean: true,
      undo: true,
      redo: true,
      open: true,
      switch: true,
      refresh: true,
    };
    const source = playSource();
    const reached = bindings.flatMap(({ intent }) => (intent.type === "act" ? [actionFor(intent.wish, "ui")] : []));
    // Another plan is chosen from a list, which a key opens.
    expect(bindings.some(({ intent }) => intent.type === "plans")).toBe(true);
    expect(new Set([...reached.map(({ kind }) => kind), "switch"])).toEqual(new Set(Object.keys(kinds)));
    for (const action of reached) expect(source.commandFor(action)).toMatch(/^stagetree \w+ offline-mode/u);
  });

  test("small letters mean the selected stage, capitals the whole plan", () => {
    for (const letter of ["s", "v", "r"]) {
      const small = intentOf(letter);
      const capital = intentOf(letter.toUpperCase());
      if (small?.type !== "act" || capital?.type !== "act") throw new Error(`${letter} is no action`);
      expect(actionFor(small.wish, "ui")).toEqual({ ...actionFor(capital.wish, "ui"), stage: "ui" });
    }
  });

  test("has a help sentence for every key", () => {
    for (const { help, shown } of bindings) expect(`${shown} ${help}`).toMatch(/\S \S/u);
  });
});

describe("a key press", () => {
  test("is named after its key", () => {
    expect(pressedKeys("", { ...noKey, upArrow: true })).toEqual(["up"]);
    expect(pressedKeys("\r", { ...noKey, return: true })).toEqual(["enter"]);
    expect(pressedKeys("c", { ...noKey, ctrl: true })).toEqual(["ctrl-c"]);
    expect(pressedKeys("S", { ...noKey, shift: true })).toEqual(["S"]);
    expect(pressedKeys(" ", noKey)).toEqual(["space"]);
  });

  test("is nothing where several characters came at once: they were pasted", () => {
    expect(pressedKeys("ry", noKey)).toEqual([]);
    expect(pressedKeys("x\ry\r", noKey)).toEqual([]);
    expect(pressedKeys("ss", noKey)).toEqual([]);
  });

  test("counts one by one where several that only look came at once", () => {
    expect(pressedKeys("jjj", noKey)).toEqual(["j", "j", "j"]);
    expect(pressedKeys("jk3G", noKey)).toEqual(["j", "k", "3", "G"]);
  });

  test("is nothing where one of them would do, open or type something", () => {
    for (const pasted of ["jq", "jx", "j/v", "j:", "j\rj", "j?y", "jy", "jp"]) {
      expect(pressedKeys(pasted, noKey)).toEqual([]);
    }
  });

  test("is nothing with Alt, or when a key is let go", () => {
    expect(pressedKeys("r", { ...noKey, meta: true })).toEqual([]);
    expect(pressedKeys("r", { ...noKey, eventType: "release" })).toEqual([]);
  });
});
