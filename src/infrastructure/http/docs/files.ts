import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** A file that the page of the docs loads. */
export interface DocsFile {
  readonly name: string;
  readonly type: string;
  readonly content: () => Buffer | string;
}

const SCRIPT = 'text/javascript; charset=utf-8';

/** What Swagger UI shows is fetched relative to its script: a proxy may publish Herald under a path of its own. */
const START = `SwaggerUIBundle({
  url: new URL('../docs-json', document.currentScript.src).href,
  dom_id: '#docs',
  deepLinking: true,
  validatorUrl: null,
});
`;

/** The files of Swagger UI that its page needs, read when they are asked for, and what starts it. */
export const docsFiles = (): readonly DocsFile[] => {
  const { resolve } = createRequire(import.meta.url);
  const ofSwaggerUi = (name: string, type: string): DocsFile => ({
    ...{ name, type },
    content: () => readFileSync(resolve(`swagger-ui-dist/${name}`)),
  });
  return [
    ofSwaggerUi('swagger-ui.css', 'text/css; charset=utf-8'),
    ofSwaggerUi('swagger-ui-bundle.js', SCRIPT),
    ofSwaggerUi('favicon-32x32.png', 'image/png'),
    { name: 'start.js', type: SCRIPT, content: () => START },
  ];
};
