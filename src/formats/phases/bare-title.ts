// The words of a title that tell what its section is.
import { comparable } from "../markdown/inline.ts";

/** A title in lower case without its number, a note and a colon: "4. Implementation Phases (draft):". */
export const bareTitle = (text: string): string =>
  comparable(text)
    .replace(/^(?:\d+(?:\.\d+){0,3}[.)]?|[ivx]+[.)])\s/, "")
    .replace(/\s?\([^()]*\)$/, "")
    .replace(/\s?:$/, "");
