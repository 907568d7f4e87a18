// Elements around Markdown: which tags count, and what becomes of the ones that people forget to close.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readDocument } from "../../../src/formats/markdown/document.ts";
import { type Element, readElements } from "../../../src/formats/markdown/elements.ts";

const names = new Set(["tasks", "task", "name", "files", "action", "verify", "done", "objective"]);

const read = (text: string): readonly Element[] => readElements(readDocument({ path: "plan.md", text }), { names });

/** `name "content"` of an element without children, `name(…)` of one with some. */
const show = (text: string): readonly string[] => {
  const line = ({ name, content, children }: Element): string =>
    children.length > 0
      ? `${name}(${children.map(line).join(" ")})`
      : `${name} ${JSON.stringify(text.slice(content.start, content.end).trim())}`;
  return read(text).map(line);
};

describe("elements", () => {
  test("nested, with attributes, places and lines", () => {
    const text =
      "# P\n<tasks>\n\n<Task type=\"auto\" TDD='false' gate=x now>\n  <name>One & two</name>\n</Task>\n</tasks>\n";
    const [tasks] = read(text);
    const [task] = tasks?.children ?? [];
    expect(task).toMatchObject({
      name: "task",
      line: 4,
      attributes: { type: "auto", tdd: "false", gate: "x", now: "" },
    });
    expect(task?.children).toMatchObject([{ name: "name", line: 5, children: [] }]);
    const [name] = task?.children ?? [];
    expect(text.slice(name?.content.start, name?.content.end)).toBe("One & two");
    expect(text.slice(name?.range.start, name?.range.end)).toBe("<name>One & two</name>");
    expect(text.slice(tasks?.range.start, tasks?.range.end)).toBe(text.slice(4, -1));
  });

  test("all on one line, and empty ones", () => {
    expect(show("<task><name>A</name> <files>a, b</files><verify/></task>")).toEqual([
      'task(name "A" files "a, b" verify "")',
    ]);
    expect(show("<task></task><task/>")).toEqual(['task ""', 'task ""']);
  });

  test("closing tags at any indent, also behind a list", () => {
    expect(show("<task>\n<action>\n1. Do\n   - it\n     </action>\n     <done>yes</done>\n   </task>\nwords")).toEqual([
      'task(action "1. Do\\n   - it" done "yes")',
    ]);
  });

  test("what an attribute is called cannot do harm", () => {
    const [task] = read('<task __proto__="x" constructor=y type="a > b" type="second">\n</task>');
    expect(Object.entries(task?.attributes ?? {})).toEqual([
      ["__proto__", "x"],
      ["constructor", "y"],
      ["type", "a > b"],
    ]);
  });
});

describe("text", () => {
  test.each([
    ["types", "<action>\nReturn `Flow<List<Name>>` or Flow<List<Name>> and Map<name>.\n</action>"],
    ["other elements", "<action>\n<details>\n<summary>x</summary>\n</action>"],
    ["code marks", "<action>\nClose it with `</action>`, said `</task>`.\n</action>"],
    ["a tag in a sentence", "<action>\nAdd a <task> with a <name> and its </name> to it.\n</action>"],
    ["a fence", "<action>\n```xml\n<task>\n<action>\n</action>\n</task>\n```\n</action>"],
    ["a fence in a list", "<action>\n- ```xml\n  <task>\n  ```\n1. x\n   ~~~~\n   </task>\n   ~~~\n   ~~~~\n</action>"],
    ["a comment", "<action>\n<!-- <task>\n</action>\n--> <!-- <task> -->\n</action>"],
    ["a tag that does not end", '<action>\n<task type="auto\n<task \n<\n</\n<task <x>\n</action>'],
    ["a comment that does not end", "<action>\n<!-- here\n</action>"],
  ])("%s", (_, text) => {
    expect(show(text)).toEqual([
      `action ${JSON.stringify(text.slice("<action>\n".length, -"</action>".length).trim())}`,
    ]);
  });

  test("a closing tag of what is not open", () => {
    expect(show("</task>\n<task>\n</name>\nx\n</task>\n</task>")).toEqual(['task "</name>\\nx"']);
  });
});

describe("tags that are missing", () => {
  test("the end comes with that of the element around it, or with the next of its name", () => {
    expect(
      show("<tasks>\n<task>\n<name>A\n</task>\n<task>\n<name>B</name>\n<task>\n<name>C</name>\n</tasks>\n"),
    ).toEqual(['tasks(task(name "A") task(name "B") task(name "C"))']);
  });

  test("the end of the document ends all", () => {
    expect(show("<tasks>\n<task>\n<action>Do it\n")).toEqual(['tasks(task(action "Do it"))']);
  });

  test("words of an element that nobody closed do not swallow its siblings", () => {
    expect(show("<task>\n<action>\nDo it\n<verify>v</verify>\n<done>d</done>\n</task>")).toEqual([
      'task(action "Do it" verify "v" done "d")',
    ]);
    expect(show("<objective>\nGoal\n\n<tasks>\n<task>\nx\n</task>\n</tasks>")).toEqual([
      'objective "Goal"',
      'tasks(task "x")',
    ]);
  });

  test("a fence that is not closed ends with the element", () => {
    expect(
      show("<task>\n<action>\n```sh\nnpm test\n</action>\n<done>d</done>\n</task>\n```\n<task>\n</task>\n```"),
    ).toEqual(['task(action "```sh\\nnpm test" done "d")']);
    expect(show("```\n<task>\n</task>")).toEqual(['task ""']);
  });
});

test("only a part of the document is read", () => {
  const text = "<task>\n<name>A</name>\n</task>\n<task>\n<name>B</name>\n</task>";
  const doc = readDocument({ path: "plan.md", text });
  const half = text.indexOf("<task>", 1);
  const found = (within: { readonly start: number; readonly end: number }) =>
    readElements(doc, { names, within }).map(({ line, range }) => [line, range.end]);
  expect(found({ start: 0, end: half })).toEqual([[1, half - 1]]);
  expect(found({ start: half, end: text.length })).toEqual([[4, text.length]]);
  expect(found({ start: 3, end: half + 10 })).toEqual([
    [2, text.indexOf("</name>") + 7],
    [4, half + 10],
  ]);
});

test("whatever the text, elements lie in the text, in order, and in each other", () => {
  const part = fc.constantFrom(
    "<task>",
    "</task>",
    "<name>",
    "</name>",
    "<action a='b'>",
    "</action>",
    "<done/>",
    "\n",
    "\n",
    "  ",
    "x",
    "`",
    "```\n",
    "\n```sh\n",
    "<!--",
    "-->",
    "- ",
    "~~~~\n",
    "<task ",
    ">",
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 60 }), (parts) => {
      const text = parts.join("");
      const within = (elements: readonly Element[], bounds: { readonly start: number; readonly end: number }): void => {
        let from = bounds.start;
        for (const { range, content, children, line } of elements) {
          expect(range.start).toBeGreaterThanOrEqual(from);
          expect(content.start).toBeGreaterThan(range.start);
          expect(content.end).toBeGreaterThanOrEqual(content.start);
          expect(range.end).toBeGreaterThanOrEqual(content.end);
          expect(range.end).toBeLessThanOrEqual(bounds.end);
          expect(text[range.start]).toBe("<");
          expect(text.slice(0, range.start).split("\n")).toHaveLength(line);
          within(children, content);
          from = range.end;
        }
      };
      within(read(text), { start: 0, end: text.length });
    }),
    { numRuns: 500 },
  );
});
