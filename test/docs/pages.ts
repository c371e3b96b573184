import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The folder of the repository, with a slash at its end. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** A page of the documentation, by its path in the repository. */
export const read = (page: string): string => readFileSync(`${ROOT}${page}`, 'utf8');

/** The files of a folder and its folders that end so, by their paths in the repository. */
export const filesIn = (folder: string, ending: string): readonly string[] =>
  existsSync(`${ROOT}${folder}`)
    ? readdirSync(`${ROOT}${folder}`, { recursive: true })
        .map((file) => `${folder}/${String(file)}`)
        .filter((file) => file.endsWith(ending))
    : [];

/** All pages that people read, by their paths. */
export const pages: readonly string[] = [
  ...readdirSync(ROOT).filter((file) => file.endsWith('.md')),
  ...['docs', 'samples', 'deploy', '.github'].flatMap((folder) => filesIn(folder, '.md')),
].sort();

/** A block of code in a page. */
export interface Block {
  /** What stands behind the three backticks, such as `sh manual`. */
  readonly kind: string;
  readonly text: string;
  /** The latest heading before it. */
  readonly heading: string;
  readonly line: number;
}

/** The blocks of code of a page, in order. */
export function blocksOf(page: string): readonly Block[] {
  const blocks: Block[] = [];
  let heading = '';
  let open: { readonly kind: string; readonly line: number; readonly lines: string[] } | undefined;
  for (const [index, line] of read(page).split('\n').entries()) {
    if (open && line === '```') {
      blocks.push({ kind: open.kind, line: open.line, heading, text: open.lines.join('\n') });
      open = undefined;
    } else if (open) open.lines.push(line);
    else if (line.startsWith('```')) open = { kind: line.slice(3), line: index + 1, lines: [] };
    else if (line.startsWith('#')) heading = line.replace(/^#+ /, '');
  }
  if (open) throw new Error(`${page}:${open.line}: the block is not closed.`);
  return blocks;
}

/** The first column of every table below a heading, without backticks; the names in one cell are divided at commas. */
export function firstColumn(page: string, heading: string): readonly string[] {
  const section = read(page)
    .split(/^#+ /m)
    .find((part) => part.startsWith(`${heading}\n`));
  if (section === undefined) throw new Error(`${page} has no heading ${heading}.`);
  return section
    .split('\n')
    .filter((line) => /^\| `/.test(line))
    .flatMap((line) => (line.split(' | ')[0] as string).split(', '))
    .map((cell) => cell.replace(/^\| /, '').replaceAll('`', '').trim());
}
