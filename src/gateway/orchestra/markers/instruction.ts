import { conceptsOf, type Concepts } from './concept.ts';

/** What the user says, apart from what was pasted. */
export interface Instruction {
  readonly text: string;
  /** What the rest is: code, a diff, what a machine printed of a fault; the answers to choose from of a question. */
  readonly pasted: Concepts;
}

/** Characters of an instruction that are read; in a longer one its head and its tail say what is wanted. */
const MAX_CHARS = 1500;
const HEAD_CHARS = 900;
const TAIL_CHARS = 500;

const FENCE = '```';
const CODE = conceptsOf('pasted');
const DIFF = conceptsOf('pasted', 'changes');
const TRACE = conceptsOf('trace');
const QUESTION = conceptsOf('topic', 'choices');

const DIFF_LINE = /^(?:diff --git |@@ -\d|index [0-9a-f]{3,}\.\.|\+\+\+ |--- [ab]\/)/;
const TRACE_LINE =
  /^\s*(?:Traceback \(most recent|File "[^"]+", line \d+|at [\w.$<>]+ ?\(.{1,200}:\d+|at [\w.$/]+\([\w.]+:\d+\)|Caused by: |Exception in thread|thread '.{1,60}' panicked|panic: |npm (?:ERR!|error)|error\[E\d+\]|(?:[\w.]{0,80}\.)?[A-Z]\w{1,40}(?:Error|Exception)\b.{0,20}:)/;
/** How lines of code begin, or look as a whole; words of a sentence that begin alike are not among them. */
const CODE_LINE = new RegExp(
  `^\\s*(?:${[
    String.raw`(?:export |public |private |protected |static |async |default )*(?:def|function\*?|func|fn|class|struct|enum|interface|namespace|impl|trait) ?[\w<>$:, ]*[({:;][^?]*$`,
    String.raw`(?:export )?(?:const|let|var|val) [\w{[$][^=]{0,60}=`,
    String.raw`(?:import|using|package|use) [\w{*."'/:, ]+[;"'}]?;?$(?<=["';}])`,
    String.raw`from \S+ import `,
    String.raw`import [\w.]+(?: as \w+)?$`,
    String.raw`#(?:include|define|ifdef|pragma)\b`,
    String.raw`(?:void|int|char|float|double|bool|string|String|auto) \*?\w+ ?[(=;[]`,
    String.raw`return\b[^.?]*;?$(?<=[;)\]}\d])`,
    String.raw`(?:SELECT\b.*\bFROM|INSERT INTO|UPDATE \w+ SET|CREATE TABLE|DELETE FROM|ALTER TABLE)\b`,
    String.raw`<\/?[a-zA-Z!][^<>]{0,200}>`,
    String.raw`[\w.\])]+ ?(?:=|\+=|-=|:=) ?[^?]*[;{,)\]"'\d]$`,
    String.raw`[\w.]+\([^?]*\)[;,]?$`,
    String.raw`(?:if|for|while|else|elif|switch|try|catch|except|with)\b.*[:{]$`,
    String.raw`[}\])]+[;,)]*$`,
    String.raw`(?:GET|POST|PUT|PATCH|DELETE) \/\S*$`,
  ].join('|')})`,
);

/** One of the answers that an examination's question gives to choose from. */
const CHOICE_LINE = /^\s*(?:\(?[A-J][).]|[A-J]:)\s/;
const FEW_CHOICES = 3;

/** Parts the instruction of a text from what is pasted: fenced or bare code, diffs, stack traces, quoted lines. */
export function readInstruction(text: string): Instruction {
  let pasted: Concepts = 0;
  const kept: string[] = [];
  let choices = 0;
  text.split(FENCE).forEach((part, index) => {
    if (index % 2 === 1) pasted |= kindOfFence(part);
    else
      for (const line of part.split('\n')) {
        if (CHOICE_LINE.test(line)) choices++;
        else pasted |= keepLine(line, kept);
      }
  });
  if (choices >= FEW_CHOICES) pasted |= QUESTION;
  const instruction = kept.join('\n').trim();
  if (instruction.length <= MAX_CHARS) return { text: instruction, pasted };
  return { text: `${instruction.slice(0, HEAD_CHARS)}\n${instruction.slice(-TAIL_CHARS)}`, pasted };
}

/** Longer lines are paragraphs. */
const MAX_CODE_LINE = 240;

function keepLine(line: string, kept: string[]): Concepts {
  if (line.length < MAX_CODE_LINE && line !== '') {
    if (TRACE_LINE.test(line)) return TRACE;
    if (DIFF_LINE.test(line)) return DIFF;
    if (CODE_LINE.test(line)) return CODE;
    if (line.startsWith('> ')) return 0;
  }
  kept.push(line);
  return 0;
}

/** Lines of a fenced part that are looked at. */
const MAX_LINES = 40;

function kindOfFence(part: string): Concepts {
  const lines = part.split('\n', MAX_LINES);
  if (lines[0]?.trim() === 'diff' || lines[0]?.trim() === 'patch') return DIFF;
  let kind = CODE;
  for (const line of lines) {
    if (line.length > MAX_CODE_LINE) continue;
    if (DIFF_LINE.test(line)) return DIFF;
    if (TRACE_LINE.test(line)) kind = TRACE;
  }
  return kind;
}
