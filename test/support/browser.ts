/** A headless Chromium, driven by its debugging protocol. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly message: string };
}

export interface PageOptions {
  readonly width?: number;
  readonly scheme?: 'light' | 'dark';
  readonly scripts?: boolean;
}

/** The program, or undefined where this machine has none. */
export function findBrowser(): string | undefined {
  return (
    ['chromium', 'chromium-browser', 'google-chrome'].map((name) => Bun.which(name)).find((path) => path !== null) ??
    undefined
  );
}

export class Browser {
  readonly #child: Bun.Subprocess<'ignore', 'ignore', 'pipe'>;
  readonly #profile: string;
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, (message: Message) => void>();
  readonly #listeners = new Set<(message: Message & { readonly sessionId?: string }) => void>();
  #lastId = 0;

  private constructor(child: Bun.Subprocess<'ignore', 'ignore', 'pipe'>, profile: string, socket: WebSocket) {
    this.#child = child;
    this.#profile = profile;
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => {
      const message = JSON.parse(String(data)) as Message;
      if (message.id === undefined) for (const listen of this.#listeners) listen(message);
      else this.#waiting.get(message.id)?.(message);
    });
  }

  static async start(program: string): Promise<Browser> {
    const profile = mkdtempSync(join(tmpdir(), 'tokenharbor-browser-'));
    const flags = [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--remote-debugging-port=0',
      `--user-data-dir=${profile}`,
    ];
    const child = Bun.spawn([program, ...flags, 'about:blank'], { stdin: 'ignore', stdout: 'ignore', stderr: 'pipe' });
    const socket = new WebSocket(await endpointOf(child.stderr));
    await new Promise((opened, failed) => {
      socket.addEventListener('open', opened);
      socket.addEventListener('error', failed);
    });
    return new Browser(child, profile, socket);
  }

  /** Opens a page and waits until it is loaded. */
  async open(url: string, { width = 1280, scheme = 'light', scripts = true }: PageOptions = {}): Promise<Page> {
    const { targetId } = await this.send('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await this.send('Target.attachToTarget', { targetId, flatten: true });
    const page = new Page(this, String(sessionId), this.#listeners);
    await page.send('Page.enable');
    await page.send('Log.enable');
    await page.send('Runtime.enable');
    await page.send('Emulation.setDeviceMetricsOverride', { width, height: 900, deviceScaleFactor: 1, mobile: false });
    await page.send('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value: scheme }] });
    await page.send('Emulation.setScriptExecutionDisabled', { value: !scripts });
    await page.load(url);
    return page;
  }

  async send(method: string, params: object = {}, sessionId?: string): Promise<Readonly<Record<string, unknown>>> {
    const id = ++this.#lastId;
    const answered = new Promise<Message>((resolve) => this.#waiting.set(id, resolve));
    this.#socket.send(JSON.stringify({ id, method, params, ...(sessionId === undefined ? {} : { sessionId }) }));
    const { result, error } = await answered;
    this.#waiting.delete(id);
    if (error !== undefined) throw new Error(`${method}: ${error.message}`);
    return result ?? {};
  }

  async stop(): Promise<void> {
    this.#socket.close();
    this.#child.kill();
    await this.#child.exited;
    rmSync(this.#profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

export class Page {
  /** What the browser complained of: errors of scripts, what a policy forbade, what could not be loaded. */
  readonly complaints: string[] = [];
  readonly #browser: Browser;
  readonly #sessionId: string;
  #loaded: (() => void) | undefined;

  constructor(
    browser: Browser,
    sessionId: string,
    listeners: Set<(message: Message & { sessionId?: string }) => void>,
  ) {
    this.#browser = browser;
    this.#sessionId = sessionId;
    listeners.add((message) => {
      if (message.sessionId === sessionId) this.#hear(message);
    });
  }

  send(method: string, params: object = {}): Promise<Readonly<Record<string, unknown>>> {
    return this.#browser.send(method, params, this.#sessionId);
  }

  async load(url: string): Promise<void> {
    const loaded = new Promise<void>((resolve) => (this.#loaded = resolve));
    await this.send('Page.navigate', { url });
    await loaded;
  }

  /** What an expression comes to within the page; a promise is waited for. */
  async evaluate<T>(expression: string): Promise<T> {
    const params = { expression, awaitPromise: true, returnByValue: true, userGesture: true };
    const { result, exceptionDetails } = await this.send('Runtime.evaluate', params);
    if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails));
    return (result as { value: T }).value;
  }

  /** Presses and lets go of a key, as a person at a keyboard does. */
  async press(key: string, text?: string): Promise<void> {
    const common = { key, code: key, windowsVirtualKeyCode: KEY_CODES[key] ?? 0 };
    await this.send('Input.dispatchKeyEvent', { type: 'keyDown', ...common, ...(text === undefined ? {} : { text }) });
    await this.send('Input.dispatchKeyEvent', { type: 'keyUp', ...common });
  }

  type(text: string): Promise<unknown> {
    return this.send('Input.insertText', { text });
  }

  #hear({ method, params }: Message): void {
    if (method === 'Page.loadEventFired') this.#loaded?.();
    if (method === 'Runtime.exceptionThrown') this.complaints.push(JSON.stringify(params?.['exceptionDetails']));
    if (method !== 'Log.entryAdded') return;
    const { level, text } = (params ?? {})['entry'] as { level: string; text: string };
    if (level === 'error') this.complaints.push(text);
  }
}

const KEY_CODES: Readonly<Record<string, number>> = { Tab: 9, Enter: 13, ArrowRight: 39 };

/** Chromium tells its address as it starts. What it says afterwards is read too: a full pipe would stop it. */
function endpointOf(stderr: ReadableStream<Uint8Array>): Promise<string> {
  return new Promise((resolve, reject) => {
    const listen = async () => {
      const decoder = new TextDecoder();
      let text = '';
      for await (const chunk of stderr) {
        text = (text + decoder.decode(chunk, { stream: true })).slice(-10_000);
        const [, endpoint] = /DevTools listening on (ws:\S+)/.exec(text) ?? [];
        if (endpoint !== undefined) resolve(endpoint);
      }
      reject(new Error(`the browser ended:\n${text}`));
    };
    listen().catch(reject);
  });
}
