// The native plan with a hole in every place that takes a string.
import { greeting, type HostileFormat } from "./hostile-format.ts";

export const stages: HostileFormat = {
  plan: ".claude/plans/sample.md",
  stage: "one",
  files: (fill) => {
    const id = fill("id", "one");
    const metadata = {
      plan_id: fill("plan id", "sample"),
      status: fill("plan status", "approved"),
      base_branch: fill("base", "main"),
      author: fill("author", "somebody"),
      [fill("metadata key", "note")]: fill("metadata value", "a note"),
      stops: [
        {
          level: "soft",
          name: fill("stop name", "too large"),
          paths: [fill("stop glob", "db/**")],
          fix: fill("stop fix", greeting),
        },
      ],
      stages: [
        {
          id,
          name: fill("name", "The first"),
          branch: fill("branch", "feature/one"),
          worktree_path: fill("worktree", "../trees/one"),
          status: fill("status", "not-started"),
          depends_on: [],
          external: [fill("external", "a licence")],
          kind: fill("kind", "auto"),
          validate: [
            {
              name: fill("check name", "greets"),
              run: fill("command", greeting),
              cwd: fill("check folder", "."),
              env: { [fill("variable name", "GREETING")]: fill("variable value", "hello") },
            },
            { approve: fill("manual check", "Look at it") },
          ],
          files: {
            create: [fill("file to create", "one.txt")],
            modify: [fill("file to modify", "README.md")],
            delete: [fill("file to delete", "old.txt")],
          },
          agent: fill("agent", greeting),
          commit: fill("commit message", "one"),
          labels: { [fill("label key", "model")]: fill("label value", "small") },
        },
        {
          id: "two",
          name: "The second",
          branch: "feature/two",
          worktree_path: "../trees/two",
          status: "not-started",
          depends_on: [fill("needs", id)],
        },
      ],
    };
    return {
      ".claude/plans/sample.md": `# ${fill("title", "Sample")}

\`\`\`json metadata
${JSON.stringify(metadata, null, 2)}
\`\`\`

${fill("prose", "Some words.")}

### Stage 1: ${fill("heading", "The first")}

**Stage ID**: \`${fill("prose id", id)}\`
**Branch**: \`${fill("prose branch", "feature/one")}\`
**Dependencies**: ${fill("prose needs", "None")}

### Stage 2: The second

#### Validation

- [ ] ${fill("check text", "Look at the second")}
- [ ] Run \`${fill("prose command", greeting)}\`

\`\`\`bash
${fill("fenced command", greeting)}
\`\`\`
`,
    };
  },
};
