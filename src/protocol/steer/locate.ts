/** The first step into `messages` or `system`, as vendors write it: `messages[3].content`, `messages.3`, `body.system.[0]`. */
const FIRST_STEP = /^((?:body|request|\$)\.)?(messages|system)(?:\.?\[(\d+)\]|\.(\d+))(?!\d)(.*)$/s;
const CONTENT_STEP = /^\.content(?:\.?\[(\d+)\]|\.(\d+))(?!\d)/;

/** A path that leads into an element of a list, taken apart. */
interface Step {
  readonly list: string;
  readonly index: number;
  /** From behind the index on. */
  readonly rest: string;
}

function firstStep(param: string): Step | undefined {
  const [, , list, bracketed, dotted, rest] = FIRST_STEP.exec(param) ?? [];
  if (list === undefined || rest === undefined) return undefined;
  return { list, index: Number(bracketed ?? dotted), rest };
}

/** For a body in which `list` has an element of ours at `index`: it stands for the list, and what is behind it moves up. */
export function locateAround(list: 'messages' | 'system', index: number): (param: string) => string {
  return (param) => {
    const step = firstStep(param);
    if (step?.list !== list || step.index < index) return param;
    return step.index === index ? list : `${list}[${step.index - 1}]${step.rest}`;
  };
}

/** For a body whose `system` was no list before: all of it is the client's `system`. */
export function locateWhole(param: string): string {
  return firstStep(param)?.list === 'system' ? 'system' : param;
}

/** For a body in which the content of one message has a part of ours: it stands for `messages`. */
export function locatePart(message: number, part: number): (param: string) => string {
  return (param) => {
    const step = firstStep(param);
    if (step?.list !== 'messages' || step.index !== message) return param;
    const [, bracketed, dotted] = CONTENT_STEP.exec(step.rest) ?? [];
    return Number(bracketed ?? dotted) === part ? 'messages' : param;
  };
}
