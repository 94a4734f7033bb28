import { highlight } from './highlight.ts';
import { Html, markup } from './html.ts';
import { type Language, LANGUAGES, PREPARATIONS, type Snippet, SNIPPETS } from './snippets.ts';

const NAMES: Readonly<Record<Language | Snippet['shape'] | Snippet['mode'], string>> = {
  curl: 'curl',
  powershell: 'PowerShell',
  python: 'Python',
  typescript: 'TypeScript',
  openai: 'OpenAI',
  anthropic: 'Anthropic',
  json: 'JSON',
  stream: 'Stream',
};

/** The choices, and every example: the style sheet shows the one that was chosen, and all of them on paper. */
export function snippetSection(): Html {
  const choices = [
    choice('language', 'Language', LANGUAGES),
    choice('shape', 'Shape', ['openai', 'anthropic']),
    choice('mode', 'Answer', ['json', 'stream']),
  ];
  return markup`<div class="choices">${choices}</div>
    ${LANGUAGES.map(preparation)}${SNIPPETS.map(figure)}`;
}

function choice(name: string, legend: string, values: readonly (keyof typeof NAMES)[]): Html {
  const options = values.map((value, at) => {
    const checked = new Html(at === 0 ? ' checked' : '');
    const id = `${name}-${value}`;
    return markup`<input type="radio" name="${name}" id="${id}" value="${value}"${checked}><label for="${id}">${NAMES[value]}</label>
`;
  });
  return markup`<fieldset class="choice">
    <legend>${legend}</legend>
    ${options}
  </fieldset>`;
}

function preparation(language: Language): Html {
  const { key, install } = PREPARATIONS[language];
  const code = install === undefined ? key : `${key}\n${install}`;
  return markup`<figure class="snippet before" data-language="${language}">
    <figcaption>${NAMES[language]}: once</figcaption>
    <pre tabindex="0"><code>${highlight(code)}</code></pre>
  </figure>`;
}

function figure({ language, shape, mode, text }: Snippet): Html {
  // The marks of the address and the model, for a script to put others in their places.
  const code = highlight(text.trimEnd())
    .text.replaceAll('{{base}}', '<span data-fill="base">{{base}}</span>')
    .replaceAll('{{model}}', '<span data-fill="model">{{model}}</span>');
  return markup`<figure class="snippet" data-language="${language}" data-shape="${shape}" data-mode="${mode}">
    <figcaption>${NAMES[language]}, ${NAMES[shape]} shape, ${NAMES[mode]}</figcaption>
    <pre tabindex="0"><code>${new Html(code)}</code></pre>
  </figure>`;
}
