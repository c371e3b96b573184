import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { MAX_EVENTS_PER_BATCH } from '../../src/domain/bounds.js';
import { cli, newFolder } from '../replay/running.js';

let server: Server;
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

/** The address of something that answers so. */
const answering = async (answer: RequestListener): Promise<string> => {
  server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

const COMMANDS: readonly string[][] = [
  ['people'],
  ['history'],
  ['history', '--format', 'csv'],
  ['why', 'x'],
  ['mail', 'x'],
  ['replay', 'history'],
];

it.each(COMMANDS.map((args) => [args]))(
  'a page to sign in is not taken for an answer of Herald: %j',
  async (args) => {
    const url = await answering((_, response) =>
      response.setHeader('content-type', 'text/html').end('<html>Sign in</html>'),
    );
    expect(await cli(newFolder(), ...args, '--url', url)).toEqual({
      code: 2,
      output: expect.stringMatching(
        /^herald: \S+ answered 200 \(text\/html\), which is no answer of Herald: .* \[herald-failed\]\n$/,
      ),
    });
  },
);

it.each([
  ['nothing', 204, '', ''],
  ['a failure of a proxy', 502, 'text/html', '<h1>Bad Gateway</h1>'],
  ['a failure as JSON', 500, 'application/json', 'null'],
  ['a problem of another server', 404, 'application/problem+json', '{"title":"Not Found","status":404}'],
  ['a problem that is none', 404, 'application/problem+json', 'null'],
])('%s is not taken for one either', async (_, status, type, body) => {
  const url = await answering((_request, response) => {
    if (type) response.setHeader('content-type', type);
    response.writeHead(status).end(body);
  });
  for (const args of COMMANDS)
    expect(await cli(newFolder(), ...args, '--url', url)).toEqual({
      code: 2,
      output: expect.stringMatching(/^herald: \S+ answered \d+ \(.*\), .* \[herald-failed\]\n$/),
    });
});

it('an answer that breaks off is said in a sentence', async () => {
  const url = await answering((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
    response.write('{"items":[', () => response.destroy());
  });
  for (const args of [['people'], ['history'], ['why', 'x']])
    expect(await cli(newFolder(), ...args, '--url', url)).toEqual({
      code: 2,
      output: expect.stringMatching(/^herald: The answer broke off\. .* \[herald-failed\]\n$/),
    });
});

it('a replay whose instance is killed is said in a sentence', async () => {
  const url = await answering(({ url: asked }, response) => {
    if (asked?.endsWith('/replay')) response.setHeader('content-type', 'application/json').end('{}');
    else if (asked?.endsWith('/progress')) {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(': follows\n\n', () => server.close(() => undefined).closeAllConnections());
    }
  });
  expect(await cli(newFolder(), 'replay', 'history', '--url', url)).toEqual({
    code: 2,
    output: expect.stringMatching(/^herald: Herald was stopped; .* \[herald-unreachable\]\n$/),
  });
});

it.each([
  [429, 'too-many-requests'],
  [503, 'event-store-unavailable'],
])('a report that Herald does not take now is not one that it refuses: %d', async (status, code) => {
  let asked = 0;
  const url = await answering((_, response) => {
    asked += 1;
    response.writeHead(status, { 'content-type': 'application/problem+json' });
    response.end(JSON.stringify({ status, code, detail: 'Retry.' }));
  });
  const folder = newFolder();
  const file = join(folder, 'reports.mbox');
  writeFileSync(file, 'From a\nSubject: 1\n\nText\n\nFrom a\nSubject: 2\n\nText\n');
  expect(await cli(folder, 'feedback', 'read', file, '--url', url)).toEqual({
    code: 2,
    output: `herald: Retry. [${code}]\n`,
  });
  expect(asked).toBe(1);
});

it('herald publish says from which event on nothing is known, where Herald takes no more', async () => {
  let asked = 0;
  const url = await answering((request, response) => {
    asked += 1;
    request.resume();
    const receipt = { accepted: MAX_EVENTS_PER_BATCH, duplicate: 0, refused: 0, results: [] };
    const problem = { status: 503, code: 'event-store-unavailable', detail: 'Retry.' };
    response.writeHead(asked === 1 ? 202 : 503, {
      'content-type': asked === 1 ? 'application/json' : 'application/problem+json',
    });
    response.end(JSON.stringify(asked === 1 ? receipt : problem));
  });
  const folder = newFolder();
  const file = join(folder, 'events.json');
  const events = Array.from({ length: MAX_EVENTS_PER_BATCH + 2 }, (_, n) => ({ id: `e-${n}`, source: '/a' }));
  writeFileSync(file, JSON.stringify(events));
  expect(await cli(folder, 'publish', file, '--url', url)).toEqual({
    code: 2,
    output: [
      'Event 1001 (e-1000 of /a) and those after it may not be recorded: publish the file again.',
      'herald: Retry. [event-store-unavailable]\n',
    ].join('\n'),
  });
});
