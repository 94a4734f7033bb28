/** The page is whole without this: it adds buttons to copy with, and the models of a key. */
const one = (selector, within = document) => within.querySelector(selector);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];

/** Puts another address, or another model, into every example. */
function fill(what, text) {
  for (const place of all(`[data-fill="${what}"]`)) place.textContent = text;
}

// A proxy in front may be reached by another scheme than the gateway knows of; the browser knows.
const { origin } = window.location;
if (/^https?:/.test(origin) && origin !== document.documentElement.dataset.base) fill('base', origin);

/** Browsers have no clipboard for pages without encryption, but a selection can be copied. */
function copyOf(element) {
  if (navigator.clipboard !== undefined) return navigator.clipboard.writeText(element.textContent);
  const selection = window.getSelection();
  selection.selectAllChildren(element);
  const isCopied = document.execCommand('copy');
  selection.removeAllRanges();
  return isCopied ? Promise.resolve() : Promise.reject(new Error('nothing was copied'));
}

for (const figure of all('figure')) {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'copy';
  button.textContent = 'Copy';
  button.setAttribute('aria-label', `Copy: ${one('figcaption', figure).textContent}`);
  let timer;
  button.addEventListener('click', async () => {
    button.textContent = await copyOf(one('code', figure)).then(
      () => 'Copied',
      () => 'Not copied',
    );
    clearTimeout(timer);
    timer = setTimeout(() => (button.textContent = 'Copy'), 2000);
  });
  figure.append(button);
}

/** Gives each model that the examples can be about a button for it. */
function offerModels(table) {
  for (const code of all('code.model', table)) {
    const id = code.textContent;
    if (!/^[\w.:/@+-]+$/.test(id)) continue;
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'use';
    button.textContent = 'Use';
    button.setAttribute('aria-label', `Use ${id} in the examples`);
    button.addEventListener('click', () => {
      fill('model', id);
      one('#examples').scrollIntoView();
      one('input[name="language"]:checked').focus({ preventScroll: true });
    });
    code.after(button);
  }
}

const ask = one('.ask');
const list = one('#model-list');
if (ask === null) {
  offerModels(list);
} else {
  const key = one('input', ask);
  const status = one('[role="status"]');
  const load = async () => {
    const value = key.value.trim();
    if (value === '') return key.focus();
    one('button', ask).disabled = true;
    status.textContent = 'Asking the gateway …';
    try {
      const answer = await fetch('/docs/models', { headers: { authorization: `Bearer ${value}` }, cache: 'no-store' });
      if (!answer.ok) throw new Error((await answer.json()).error.message);
      // The gateway's own markup, in which every text is escaped.
      list.replaceChildren(document.createRange().createContextualFragment(await answer.text()));
      offerModels(list);
      const count = all('code.model', list).length;
      status.textContent = `${count} ${count === 1 ? 'model' : 'models'} for this key.`;
    } catch (error) {
      list.replaceChildren();
      status.textContent = error.message;
    }
    one('button', ask).disabled = false;
  };
  // No form: a browser would offer to keep what was sent by one.
  one('button', ask).addEventListener('click', load);
  key.addEventListener('keydown', ({ key: pressed }) => {
    if (pressed === 'Enter') void load();
  });
  ask.hidden = false;
}

// Where the reader is: the first of the sections that are in view.
const links = new Map(all('nav a').map((link) => [link.hash.slice(1), link]));
const sections = all('main > section');
const inView = new Set();
const watcher = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) {
      if (isIntersecting) inView.add(target);
      else inView.delete(target);
    }
    const current = sections.find((section) => inView.has(section));
    if (current === undefined) return;
    for (const [id, link] of links) {
      if (id === current.id) link.setAttribute('aria-current', 'true');
      else link.removeAttribute('aria-current');
    }
  },
  { rootMargin: '-8% 0px -60% 0px' },
);
for (const section of sections) watcher.observe(section);
