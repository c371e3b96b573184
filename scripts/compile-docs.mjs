// Makes what an instance serves of docs/errors.md (the page at /errors) and of samples/events (the examples of its API
// descriptions), before `nest build` copies it to dist.
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { Marked } from 'marked';

const file = (path) => new URL(`../${path}`, import.meta.url);

const headingsWithAnchors = {
  renderer: {
    heading({ tokens, depth, text }) {
      const anchor = depth === 3 ? ` id="${text}"` : '';
      return `<h${depth}${anchor}>${this.parser.parseInline(tokens)}</h${depth}>\n`;
    },
  },
};

const markdown = await readFile(file('docs/errors.md'), 'utf8');
const content = await new Marked(headingsWithAnchors).parse(markdown);
const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Errors of Herald</title>
</head>
<body>
${content}</body>
</html>
`;
await writeFile(file('src/infrastructure/http/errors.compiled.html'), page);

const samples = await Promise.all(
  (await readdir(file('samples/events'))).map(async (name) => {
    const event = JSON.parse(await readFile(file(`samples/events/${name}`), 'utf8'));
    return [event.type, event];
  }),
);
await mkdir(file('src/infrastructure/http/compiled'), { recursive: true });
await writeFile(
  file('src/infrastructure/http/compiled/samples.json'),
  JSON.stringify(Object.fromEntries(samples)),
);
