import { Html, escape } from './html.ts';

/** Texts in quotation marks, and the words by which one finds one's way in any of the languages. */
const TOKENS =
  /(?<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|(?<word>\b(?:import|from|as|with|for|in|of|const|await|new|if|print|curl(?:\.exe)?|Invoke-RestMethod|ConvertTo-Json|export|pip|npm|install)\b)|(?<variable>\$[\w:]+)/g;

/** A snippet with its texts and words marked; without the marks it is the snippet again. */
export function highlight(code: string): Html {
  let marked = '';
  let end = 0;
  for (const match of code.matchAll(TOKENS)) {
    const [kind] = Object.entries(match.groups ?? {}).find(([, text]) => text !== undefined) ?? [''];
    marked += `${escape(code.slice(end, match.index))}<span class="${kind}">${escape(match[0])}</span>`;
    end = match.index + match[0].length;
  }
  return new Html(marked + escape(code.slice(end)));
}
