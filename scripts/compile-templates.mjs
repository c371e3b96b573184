// Compiles the MJML templates of the mails to Handlebars HTML, before `nest build` copies them to dist.
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import mjml2html from 'mjml';

const templates = fileURLToPath(new URL('../src/infrastructure/mail/rendering/templates/', import.meta.url));
const compiled = join(templates, 'compiled');

// The color that a solution may replace: MJML takes no variable where it wants a color.
const MAIN_COLOR = '#1d4ed8';

// A fifth of what MJML writes is indentation, which each mail would carry through the log, the mail server and the network.
const withoutIndentation = (html) => html.trim().replaceAll(/\s*\n\s*/g, '\n');

await rm(compiled, { recursive: true, force: true });
await mkdir(compiled, { recursive: true });
for (const file of await readdir(templates)) {
  if (!file.endsWith('.mjml')) continue;
  const path = join(templates, file);
  const { html } = await mjml2html(await readFile(path, 'utf8'), {
    filePath: path,
    validationLevel: 'strict',
    ignoreIncludes: false,
    includePath: templates,
    keepComments: false,
    // none of the web fonts that MJML would have the recipient's client fetch
    fonts: {},
  });
  const branded = html.replaceAll(MAIN_COLOR, '{{colors.main}}');
  if (branded === html)
    throw new Error(`${file} does not use ${MAIN_COLOR}, the color that a solution chooses.`);
  await writeFile(join(compiled, `${basename(file, '.mjml')}.html.hbs`), withoutIndentation(branded));
}
