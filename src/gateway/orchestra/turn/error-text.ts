/** How the result of a tool begins that failed, where nothing else says so. */
const BEGINS =
  /^\s*(?:<(?:tool_use_)?error>|\[?(?:fatal |internal |runtime |syntax |type |command |tool )?(?:error|exception|failure)\b|\w{2,40}(?:error|exception)\b\s*:|traceback \(most recent|fatal:|panic:|failed\b|command failed|(?:process |command )?(?:exited|failed) with (?:exit )?(?:code|status) [1-9]|exit (?:code|status)[: ]+[1-9]|npm err!|error\[|segmentation fault|permission denied|no such |no match|not found|invalid |command not found|cannot (?:find|read|open)|unable to|timed? ?out|❌|✗|\{\s*"(?:error|errors)"\s*:\s*(?!null|""|\[\]|false))/i;

/** Whether a tool's result begins as an error does. */
export function beginsAsError(text: string): boolean {
  return BEGINS.test(text);
}
