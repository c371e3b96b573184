import { spawn } from 'node:child_process';

/** How a command ended. */
export interface Ended {
  readonly ok: boolean;
  /** What it printed, on both streams. */
  readonly output: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** After so many milliseconds it is ended. */
  readonly timeout?: number;
}

/** Runs a command to its end. A command that does not exist ends like one that fails. */
export const run = (command: string, args: readonly string[], options: RunOptions = {}): Promise<Ended> =>
  new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: options.timeout,
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        output += chunk.toString();
      });
    child.once('error', (error) => resolve({ ok: false, output: error.message }));
    child.once('close', (code) => resolve({ ok: code === 0, output }));
  });

/** The last lines of what a command printed. */
export const lastLines = (output: string, count: number): string =>
  output.trim().split('\n').slice(-count).join('\n');

/** Whether a command failed because it, or the registry that it installs from, is not there. */
export const isUnreachable = (output: string): boolean =>
  /ENOENT|EAI_AGAIN|ENOTFOUND|ECONNREFUSED|ECONNRESET|ENETUNREACH|ETIMEDOUT|dial tcp|command not found|name resolution|No matching distribution|requires go >=|ensurepip is not available/.test(
    output,
  );
