import type { Progress } from '../../application/read-models/rebuild/build.js';
import { describeProgress, percentOf } from '../../application/read-models/rebuild/describe-progress.js';
import { visible } from '../../infrastructure/process/say-failure.js';

/** Lines on standard output. A line break within one is not a line of Herald's, and is shown by its code. */
export const say = (...lines: readonly string[]): void => {
  for (const line of lines) process.stdout.write(`${visible(line)}\n`);
};

/** Prints a text from outside: as it is into a file or to another program, and in a terminal without what would command it. */
export const print = (text: string, isTerminal = process.stdout.isTTY === true): void => {
  if (isTerminal) say(...text.replace(/\r?\n$/, '').split(/\r?\n/));
  else process.stdout.write(text);
};

/** Prints a line on standard error. */
export const warn = (line: string): void => {
  process.stderr.write(`${visible(line)}\n`);
};

const WIDTH = 30;

/** Where progress is shown. */
export type ProgressOutput = Pick<typeof process.stdout, 'write' | 'isTTY'>;

/** Where a command shows progress: beside its result, or apart from it where that is JSON. */
export const progressOutput = (json = false): ProgressOutput => (json ? process.stderr : process.stdout);

/** Shows progress: a bar in a terminal, an occasional line elsewhere. */
export class ProgressBar {
  #shownPercent = -1;

  constructor(
    private readonly label: string,
    private readonly output: ProgressOutput = progressOutput(),
  ) {}

  show(progress: Progress): void {
    const percent = percentOf(progress.share);
    const figures = describeProgress(progress);
    if (this.output.isTTY) {
      const bar = '█'.repeat(Math.round(progress.share * WIDTH)).padEnd(WIDTH, '░');
      this.output.write(`\r${this.label} ${bar} ${figures}\u001b[K`);
      return;
    }
    // A log needs an occasional line, not every step.
    if (percent < this.#shownPercent + 10 && percent < 100) return;
    if (percent === this.#shownPercent) return;
    this.#shownPercent = percent;
    this.output.write(`${this.label} ${figures}\n`);
  }

  /** Prints a line above the bar. */
  note(text: string): void {
    this.output.write(this.output.isTTY ? `\r${visible(text)}\u001b[K\n` : `${visible(text)}\n`);
  }

  /** Ends the line of the bar. */
  end(): void {
    if (this.output.isTTY) this.output.write('\n');
  }
}
