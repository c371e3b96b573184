import { afterAll, beforeAll, expect, it } from 'vitest';
import * as z from 'zod';
import { inboundTypes } from '../../src/application/ingest/inbound-types.js';
import { PROJECTIONS } from '../../src/application/read-models/all.js';
import { historyQuery } from '../../src/infrastructure/http/query-schemas.js';
import { startTestHerald, type TestHerald } from '../http/herald.js';
import { firstColumn, read } from './pages.js';

let herald: TestHerald;
beforeAll(async () => {
  herald = await startTestHerald();
});
afterAll(() => herald.stop());

const AUDIT = 'docs/audit.md';

/** What a filter of the history may be. */
const valuesOf = (filter: 'rule' | 'reason' | 'outcome'): readonly string[] =>
  z.toJSONSchema(historyQuery.shape[filter], { io: 'input' }).enum as string[];

it.each([
  ['notifications', 'The four notifications', valuesOf('rule')],
  ['filters of the history', 'What was decided', Object.keys(historyQuery.shape)],
  ['reasons', 'Reasons', valuesOf('reason')],
  ['outcomes', 'Outcomes', valuesOf('outcome')],
])('docs/audit.md lists all %s, and no others', (_, heading, expected) => {
  expect([...firstColumn(AUDIT, heading)].sort()).toEqual([...expected].sort());
});

it('docs/integrate.md lists all event types, and no others', () => {
  const listed = firstColumn('docs/integrate.md', 'Event types').map((name) => `herald.${name}.v1`);
  expect([...listed].sort()).toEqual([...inboundTypes].sort());
});

it('docs/operate.md lists every part of GET /health', async () => {
  const { body } = await herald.get<{ parts: readonly { part: string }[] }>('/health');
  const listed = firstColumn('docs/operate.md', 'Health');
  expect(body.parts.map(({ part }) => part).filter((part) => !listed.includes(part))).toEqual([]);
});

it('docs/troubleshoot.md lists every alert, and no other', () => {
  const alerts = [...read('deploy/alerts.yml').matchAll(/- alert: (\w+)/g)].map(([, name]) => String(name));
  expect([...firstColumn('docs/troubleshoot.md', 'Alerts')].sort()).toEqual(alerts.sort());
});

it('docs/replay.md names every read model', () => {
  const page = read('docs/replay.md');
  expect(PROJECTIONS.map(({ name }) => name).filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
});
