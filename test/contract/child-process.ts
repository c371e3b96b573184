import { type ChildProcess, fork } from 'node:child_process';
import { symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'vite';

/**
 * Compiles a script of the tests with all of the product that it imports, so that plain Node can run it.
 * @param folder an empty folder that takes the output.
 * @returns a function that starts the script in a process of its own.
 */
export async function compileChild(
  script: string,
  folder: string,
): Promise<(...args: string[]) => ChildProcess> {
  await build({
    configFile: false,
    logLevel: 'error',
    build: {
      ssr: resolve(script),
      outDir: folder,
      emptyOutDir: false,
      rolldownOptions: { output: { entryFileNames: 'child.mjs' } },
    },
  });
  symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
  return (...args) => fork(join(folder, 'child.mjs'), args, { execArgv: [] });
}
