import { inject, type TestContext } from 'vitest';
import { lastLines, run } from './run.js';

/** The folder of tools; without them the test is skipped, in words. */
export const toolsOf = (name: 'nodeTools' | 'pythonTools', { skip }: TestContext): string => {
  const tools = inject(name);
  if ('folder' in tools) return tools.folder;
  return skip(tools.missing);
};

/** Skips the test, in words, if a program is not on this machine. */
export const requireProgram = async (
  { skip }: TestContext,
  program: string,
  ...args: readonly string[]
): Promise<void> => {
  const { ok, output } = await run(program, args);
  if (!ok) skip(`${program} cannot be run: ${lastLines(output, 1)}`);
};
