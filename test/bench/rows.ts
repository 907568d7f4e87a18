// The list of rows: a file for each group.
import type { Row } from "./row.ts";
import { cleaningRows } from "./rows/cleaning.ts";
import { creationRows } from "./rows/creation.ts";
import { foresightRows } from "./rows/foresight.ts";
import { growthRows } from "./rows/growth.ts";
import { idleRows } from "./rows/idle.ts";
import { logRows } from "./rows/logs.ts";
import { readingRows } from "./rows/reading.ts";
import { schedulingRows } from "./rows/scheduling.ts";
import { startRows } from "./rows/start.ts";
import { statusRows } from "./rows/status.ts";

export const rows: readonly Row[] = [
  ...creationRows,
  ...schedulingRows,
  ...statusRows,
  ...startRows,
  ...readingRows,
  ...logRows,
  ...cleaningRows,
  ...foresightRows,
  ...idleRows,
  ...growthRows,
];
