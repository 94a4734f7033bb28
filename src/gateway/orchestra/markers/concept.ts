/**
 * What words of any language are understood as. A rule needs several of them in one sentence: "write" and "function",
 * in whatever order a language puts them. At most 32, for a sentence is a set of bits.
 */
export const CONCEPTS = [
  /** To write, create, implement, add. */
  'make',
  /** To refactor, convert, rename, optimise. */
  'change',
  /** Please; can you …; I need; it should be: a wish, wherever its verb stands. */
  'want',
  /** Parts of programs: function, class, endpoint, query. */
  'code',
  /** What only code can be meant by: unit test, regex, Dockerfile. */
  'artefact',
  /** Programming languages and what is programmed with. */
  'language',
  /** How do I …? */
  'howto',
  /** To fix, to debug, to find a cause. */
  'fix',
  /** Bug, error, crash, failing. */
  'fault',
  /** That it does not work, does not stop, is always wrong: a complaint, no topic. */
  'complaint',
  /** What machines print of a fault. */
  'trace',
  /** My, our: something the user has. */
  'mine',
  'why',
  /** Parts of a surface: button, form, page, layout. */
  'surface',
  /** What only surfaces have: CSS, responsive, hover, dark mode. */
  'style',
  /** To review, to check, to give feedback. */
  'review',
  /** Pull request, diff, commit, branch, what was changed. */
  'changes',
  /** Weaknesses, improvements, mistakes, vulnerabilities. */
  'flaws',
  /** To summarise, shorten, list the main points. */
  'summary',
  /** To plan, to lay out, to break down. */
  'plan',
  /** To design. */
  'design',
  /** What is planned or designed: architecture, migration, system, project. */
  'project',
  /** That code is to come later. */
  'nocode',
  /** To search, open, look up, find. */
  'lookup',
  /** Web, documentation, a site; a search engine. */
  'web',
  /** Latest, current, today. */
  'fresh',
  /** What is …? Who …? Explain …: about a topic. */
  'topic',
  /** Poem, mail, recipe, translation: what is written but not programmed. */
  'prose',
  /** Structural: an address of the web. */
  'url',
  /** Structural: a path, a name as programs have them, inline code. */
  'name',
  /** Structural: answers to choose from, as in an examination. */
  'choices',
  /** Structural: code stands beside the words. */
  'pasted',
] as const;

export type Concept = (typeof CONCEPTS)[number];

/** Set of concepts. */
export type Concepts = number;

/** The set that holds these. */
export function conceptsOf(...names: readonly Concept[]): Concepts {
  return names.reduce((set, name) => set | (1 << CONCEPTS.indexOf(name)), 0);
}

/**
 * The words of one language: phrases between `|`, in lower case and without accents, as texts are folded. `*` at a phrase's end stands
 * for any ending. Chinese, Japanese and Korean phrases are found anywhere, others where a word starts.
 */
export type Lexicon = Readonly<Partial<Record<Concept, string>>>;
