import { expect, it, vi } from 'vitest';
import type * as dueAgenda from '../../src/application/read-models/agenda/due-agenda.js';
import type * as projections from '../../src/application/read-models/engine/projections.js';
import { ask, makeLog, momentOf, newFolder, settingsIn, start, until } from '../replay/running.js';

const built = <T>(path: string) =>
  import(new URL(`../../dist/application/read-models/${path}`, import.meta.url).href) as Promise<T>;
const { DueAgenda } = await built<typeof dueAgenda>('agenda/due-agenda.js');
const { Projections } = await built<typeof projections>('engine/projections.js');

const EVENTS = 10_000;
it('After an outage decisions wait until the agenda has taken in what came meanwhile', async () => {
  const folder = newFolder();
  await makeLog((settingsIn(folder).HERALD_EVENT_STORE ?? '').slice('sqlite:'.length), EVENTS, 500);
  const agendaAt: (string | undefined)[] = [];
  const waits = vi.spyOn(Projections.prototype, 'caughtUpUnlessAborted');
  const { due } = DueAgenda.prototype;
  vi.spyOn(DueAgenda.prototype, 'due').mockImplementation(function (
    this: dueAgenda.DueAgenda,
    lane,
    ...rest
  ) {
    if (lane === 'decision')
      agendaAt.push((waits.mock.contexts as projections.Projections[]).at(-1)?.projector('agenda')?.position);
    return due.call(this, lane, ...rest);
  });
  const herald = await start(folder, { HERALD_CLOCK_START: momentOf(EVENTS) });
  const { totals } = await until(
    async () =>
      (await ask<{ totals: { rules: Record<string, number> } }>(herald.url, '/v1/notifications/summary'))
        .body,
    (summary) => (summary.totals?.rules['account-expired'] ?? 0) > 0,
  );
  await herald.stop();
  vi.restoreAllMocks();
  expect(totals.rules['account-expired']).toBeGreaterThan(0);
  expect(agendaAt.length).toBeGreaterThan(0);
  expect(agendaAt.filter((position) => Number(position ?? 0) < EVENTS)).toEqual([]);
});
