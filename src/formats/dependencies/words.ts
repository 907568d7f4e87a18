// The words that authors put around the ids in a dependency field, and what each of them does to what follows.

/** How a stretch of dependency text is to be taken. */
export type Mode = (typeof modes)[number];
const modes = ["hard", "soft", "reverse", "note", "except", "external"] as const;

/** Words that change the mode of what follows them, the most telling of several first. */
const modeWords: readonly (readonly [Mode, string])[] = [
  [
    "soft",
    "loosely(?: (?:depends? on|coupled (?:to|with)|related to))?|partial(?:ly)? (?:blocked by|depend(?:s|ent) on|requires)|" +
      "soft(?:ly)?(?: (?:depends on|dependency(?: on)?|dependencies|dep))?|optional(?:ly)?(?: dependency)?(?=\\s*:| (?:depends|uses|needs|requires|builds))|" +
      "should (?:be \\p{L}+ after|reference|follow|see|use|align with|coordinate with|build on|come after|wait for|ideally)|" +
      "(?:may|might|could|can) (?:also )?(?:need|use|require|reference|reuse|want|benefit from|depend on|build on)|" +
      "(?:nice[ -]to[ -]have|preferred|recommended|helpful)(?:,? but not (?:strictly )?(?:required|needed|necessary|blocking))?|" +
      "ideally|preferabl[ey]|prefers|benefits? from|related(?: to)?|" +
      "see(?: also)?|informed by|coordinates? with|helps(?: if)?|weak(?:ly(?: depends on)?)?|would (?:help|be (?:good|nice|helpful))|" +
      "if possible|better (?:after|with|once|if)",
  ],
  [
    "note",
    "in parallel (?:with|to)|parallel(?:i[sz](?:able|ed))?(?:-safe)? (?:with|to)|alongside|concurrent(?:ly)? with|simultaneously with|" +
      "at the same time as|(?:can |may |could )?overlaps?(?: with)?|independent(?:ly)? (?:of|from)|not (?:depend(?:ent|s)? on|blocked by|require[sd]?|need(?:ed|s)?|waiting (?:for|on))|" +
      "(?:does|do|doesn't|don't|did) not (?:depend on|require|need|block)|(?:doesn't|don't) (?:depend on|require|need|block)|" +
      "no (?:hard |strict )?(?:dependency|dependencies|need) (?:on|for|from)|instead of|regardless of|parallel:|unabhängig von|parallel zu",
  ],
  [
    "except",
    "except(?:ing)?(?: for)?|excluding|other than|apart from|aside from|but not|besides|rather than|not(?: on| for)?(?= #?\\p{L}{0,9}[ -]?\\d)|außer|ohne",
  ],
  [
    "reverse",
    "enables?|enabling|unblocks|blocks|blocking|precedes|feeds(?: into)?|leads to|downstream(?=\\s*:)|before|" +
      "(?:required|needed) (?:by|for|before)|used (?:by|in|for)|prerequisite (?:for|of|to)|foundation (?:for|of)|vor",
  ],
  ["external", "external(?:ly)?(?: (?:dependency|dependencies|prerequisites?|deps?))?(?=\\s*:)"],
  [
    "hard",
    "(?:hard |direct |internal )?(?:depend(?:s|ent|encies|ency)?(?: (?:on|upon))?|requires?|required|prerequisites?|pre-requisites?|prereqs?|" +
      "needs?|needed|unblocked by|blocked (?:by|on|until)|blockers?|wait(?:s|ing)? (?:for|on)|builds? (?:up)?on|builds on top of|relies on|follows|following|after)|" +
      "(?:hard|upstream|inputs?)(?=\\s*:)|abhängig von|hängt ab von|abhängigkeit(?:en)?|benötigt|braucht|voraussetzung(?:en)?|nach|depende de|requiere|dépend de|선행|의존성",
  ],
];

const modePattern = new RegExp(
  String.raw`^(?:${modeWords.map(([mode, words]) => `(?<${mode}>${words})`).join("|")})(?![\p{L}\p{N}_-])`,
  "iu",
);
const longestModeWord = 60;

/** How the words that change the mode begin, and more. Trying all of them at every word would take most of the time. */
const beginnings: ReadonlySet<string> = new Set(
  modeWords.flatMap(([, words]) => words.match(/\p{L}+/gu) ?? []).map((word) => word.slice(0, 4)),
);

export interface ModeMark {
  readonly mode: Mode;
  readonly start: number;
  readonly end: number;
}

/** The words that change how what follows them is to be taken, in order. */
export function modeMarks(text: string): readonly ModeMark[] {
  const marks: ModeMark[] = [];
  let end = 0;
  for (const { 0: word, index } of text.matchAll(/(?<![\p{N}_-])\p{L}+/gu)) {
    if (index < end || !beginnings.has(word.slice(0, 4).toLowerCase())) continue;
    const found = modePattern.exec(text.slice(index, index + longestModeWord));
    if (found === null) continue;
    const mode = modes.find((one) => found.groups?.[one] !== undefined) ?? "hard";
    const last = marks.at(-1);
    const isDirect = last !== undefined && last.mode === "soft" && text.slice(last.end, index).trim() === "";
    end = index + found[0].length;
    // "Ideally after M1.2" is still a wish, and "M1.2 would be nice" says so behind the id.
    if (mode === "hard" && isDirect) marks[marks.length - 1] = { ...last, end };
    else if (mode !== "soft" || !isPostfix(text, { start: index, end })) marks.push({ mode, start: index, end });
  }
  return marks;
}

/** Words stand before it in its entry, and none behind it. */
const isPostfix = (text: string, { start, end }: Pick<ModeMark, "start" | "end">): boolean =>
  /^\s*(?:[,;.|)]|$)/.test(text.slice(end, end + longestModeWord)) &&
  /[\p{L}\p{N}\uE000]\s+$/u.test(text.slice(Math.max(0, start - 20), start));

/** Whether a word of need has a subject before it: "#02 depends on #01". */
export const isVerbOfNeed = (text: string, { start, end }: ModeMark): boolean =>
  /^(?:(?:hard |direct )?(?:depends|requires|needs|waits|relies|builds)|blocked by|dependent on)/i.test(
    text.slice(start, end),
  );

/** A whole field, or the value of its label, that says there is nothing to wait for. */
export const noneAtStart = new RegExp(
  String.raw`^(?:none|nothing|nil|null|n\/a|n\.a\.?|na|not applicable|not blocked|nope|no one|` +
    String.raw`no (?:[a-z-]{1,20} ){0,3}(?:dependenc(?:y|ies)|deps?|pre-?requisites?|prereqs?|requirements?|blockers?)|no(?=[\s.,;]*$)|` +
    String.raw`(?:fully |completely |totally )?(?:independent(?:ly)?(?! (?:of|from))|standalone|stand-alone|self-contained|unblocked(?! by))|` +
    String.raw`(?:there (?:are|is) )?(?:none|no (?:(?:other|prior|previous|earlier|preceding|upstream) )+(?:tasks?|stages?|phases?|waves?|steps?|issues?|prs?|cards?|units?|work))|` +
    String.raw`(?:zero|without|ohne|sin|sem|senza|pas de|aucune|nessuna|нет) (?:dependencies|abhängigkeiten|dependencias|dependências|dipendenz[ae]|dépendances?|зависимостей)|parallel(?=[\s.]*$)|[‖∥]|\|\||` +
    String.raw`(?:can |may |could )?(?:be )?(?:start(?:s|ed)?|begins?|done|run|runs|developed|built|implemented|executed|tackled) (?:immediately|any ?time|at any time|now|early|right away|straight away|first|independently|in parallel(?! (?:with|to)))|` +
    String.raw`immediately|in parallel(?! (?:with|to))|(?:this is )?(?:the )?first (?:task|wave|phase|stage|step|item|issue|pr|unit|card)|` +
    String.raw`keine?(?: abhängigkeiten)?|kein[es]|keinerlei|nichts|ninguna?|ningún|nada|aucune?|rien|nessuna?|nenhuma?|geen|brak|ingen|inga|yok|нет|` +
    String.raw`없음|없다|없습니다|해당 ?없음|无(?:依赖)?|無(?:し|依存)?|没有(?:依赖)?|不需要|ない|なし|特になし|[-–—]+)(?![\p{L}\p{N}_-])`,
  "iu",
);

/** "Nothing after Phase 0" has a dependency after all. */
export const noneBut =
  /^\s{0,20}(?:[,;–—-]?\s{0,9}but (?:it )?(?:still )?(?:needs|requires|depends on|waits for|must wait for|after)|(?:else |more |other )?(?:after|following|once|when|besides|beyond|except(?:ing)?(?: for)?|other than|apart from|aside from|but|until|save|außer|nach))(?![\p{L}\p{N}_-])/iu;

/** What stands before it goes on beside this one: "Task 4 can run in parallel". */
export const besideThis =
  /\b(?:can|may|could|might|will) (?:also )?(?:be )?(?:done|run|start|proceed|happen|go|developed)(?: on)? (?:in parallel|concurrently|simultaneously|alongside|independently)\s*$/i;
/** The same among the words of an entry. */
export const softWord =
  /\b(?:optional(?:ly)?|recommended|preferred|preferabl[ey]|ideally|helpful|helps|nice[ -]to[ -]have|if possible|would (?:help|be (?:nice|good|helpful)))\b/i;
/** Notes behind a reference that take its force away. */
export const softNote =
  /^\s*(?:optional|soft|nice[ -]to[ -]have|recommended|preferred|preferably|ideally|non-?blocking|not blocking|not strictly|if (?:available|possible|ready)|loose(?:ly)?|weak|helpful|informational)/i;
export const exceptNote =
  /^\s*(?:except(?:ing)?(?: for)?|excluding|without|but not|not|other than|minus|apart from|außer|ohne)\s/i;

const set = (words: string): ReadonlySet<string> => new Set(words.split(" "));

/** Words beside an id that say nothing about which one is meant. */
export const fillers = set(
  "a an the of on in at by with from to for is are be been being was were it its this that these those has have had must " +
    "should shall will would may might can could do does s and or also just only first fully now already then as all " +
    "complete completed completes completion completely done finish finished finishes merge merged merges ready land landed " +
    "lands ship shipped close closed approved available stable passed passes pass verified delivered deployed released exists " +
    "exist existing live green implemented implementation working functional successful successfully signed-off signed off " +
    "place up running when once after upon until till start starts started begin begins run runs output outputs result " +
    "reviewed tested accepted confirmed validated built created defined introduced provided added come comes results deliverable deliverables work works below above see both here there i.e namely sequential sequentially serial serially strictly no nr number num part parts " +
    "der die das den dem des ist sind muss müssen fertig fertiggestellt abgeschlossen erledigt vollständig gemerged nach " +
    "완료 완료됨 완료되어야 완료 후 후 이후 필요 및 와 과 이 가 은 는 을 를 의 에 terminé terminée completado completada completa",
);

/** Any of these at the start makes the whole entry speak of many. */
export const allWords = set(
  "all every everything each both entire whole alle alles sämtliche 모든 모두 전체 todas todos toutes tous",
);
export const earlierWords = set(
  "prior previous previously preceding preceeding above earlier other others last former foregoing remaining else vorherige " +
    "vorherigen vorheriger vorige vorigen bisherigen 이전 선행 앞선 anteriores précédentes",
);
/** What the stages of any plan may be called. */
export const generalNouns = set(
  "task tasks stage stages step steps item items work works wave waves phase phases unit units issue issues pr prs " +
    "card cards ticket tickets story stories package packages change changes pieces subtasks sub-tasks dependencies " +
    "aufgaben schritte phasen stufen 작업 단계 tareas fases",
);
/** What a plan may call its stages besides its own noun; these announce only ids that there are. */
export const looseNouns = (
  "task tasks unit units step steps stage stages item items fase fases etapa étape schritt aufgabe этап " +
  "단계 작업 阶段 步骤 任务 フェーズ ステップ タスク"
).split(" ");
/** Speaking of these means other plans, where they are no nouns of this one. */
export const otherPlans = set(
  "milestone milestones sprint sprints release releases epic epics project projects plan plans quarter",
);
export const implementationWords = set("implementation implementations coding");
/** Behind a number these make it an amount. */
export const amounts = set(
  "day days d week weeks w hour hours h hr hrs min mins minute minutes month months sprint sprints point points pts lines loc " +
    "files tests reviewers people engineers developers times x percent tage wochen stunden",
);
export const smallNumbers: ReadonlyMap<string, number> = new Map([
  ["both", 2],
  ["two", 2],
  ["three", 3],
  ["four", 4],
  ["five", 5],
  ["six", 6],
]);
/** Between two ids: everything from the one to the other. */
export const rangeWords = set("to through thru bis until till upto up");
export const rangeMark = /^(?:[-‐-―~〜～]+|…|\.{2,3})$/u;
