/** As much of it as is used here. */
declare module 'cli-progress' {
  export interface Options {
    readonly stream: { write(text: string): unknown; readonly isTTY?: boolean | undefined };
    readonly format: string;
    readonly barsize: number;
    readonly fps: number;
    readonly clearOnComplete: boolean;
    /** Whether `update` draws: work that never waits leaves timers no time. */
    readonly synchronousUpdate: boolean;
    readonly linewrap: boolean;
    readonly gracefulExit: boolean;
  }

  export class SingleBar {
    constructor(options: Options);
    start(total: number, value: number, payload: Readonly<Record<string, string>>): void;
    update(value: number, payload: Readonly<Record<string, string>>): void;
    setTotal(total: number): void;
    render(): void;
    stop(): void;
  }
}
