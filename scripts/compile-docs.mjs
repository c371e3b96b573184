// Makes the page that an instance serves at /errors of docs/errors.md, before `nest build` copies it to dist.
import { readFile, writeFile } from 'node:fs/promises';
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
