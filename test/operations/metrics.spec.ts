import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Backlog } from '../../src/application/operations/backlog.js';
import { Clock } from '../../src/application/ports/clock.js';
import { EventStore } from '../../src/application/ports/event-store.js';
import type { AgendaDocument } from '../../src/application/read-models/agenda/agenda.js';
import { DueAgenda } from '../../src/application/read-models/agenda/due-agenda.js';
import { PROJECTIONS } from '../../src/application/read-models/all.js';
import { plus } from '../../src/domain/kernel/instant.js';
import { playedHerald } from '../http/eight-weeks.js';
import { anEvent } from '../http/events.js';
import type { TestHerald } from '../http/herald.js';
import { until } from '../replay/running.js';

const file = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

/** The names in the table of the page. */
const documented = (): readonly string[] =>
  [...file('docs/metrics.md').matchAll(/^\| `(herald_\w+)` \|/gm)].map(([, name]) => String(name));

/** Samples of a metric, by their labels as they are written. */
const samples = (text: string, name: string): ReadonlyMap<string, number> =>
  new Map(
    text
      .split('\n')
      .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
      .map((line) => {
        const end = line.lastIndexOf(' ');
        return [line.slice(name.length, end), Number(line.slice(end + 1))];
      }),
  );

let herald: TestHerald;
const scrape = async (): Promise<string> => (await herald.get('/metrics')).text;
beforeAll(async () => {
  herald = await playedHerald();
});
afterAll(() => herald.stop());

const sum = (numbers: Iterable<number>): number => [...numbers].reduce((a, b) => a + b, 0);

describe('Metrics', () => {
  it('are those that are documented, in both directions', async () => {
    const exposed = [...(await scrape()).matchAll(/^# TYPE (herald_\w+) /gm)].map(([, name]) => name);
    expect([...exposed].sort()).toEqual([...documented()].sort());
  });

  it('count each recorded decision, attempt and outcome once', async () => {
    const text = await scrape();
    const events = await herald.events();
    const count = (...types: string[]) => events.filter(({ type }) => types.includes(type)).length;
    const total = (name: string) => sum(samples(text, name).values());
    expect(total('herald_decisions_total')).toBe(count('NotificationRaised', 'NotificationWithheld'));
    expect(total('herald_decision_lateness_seconds_count')).toBe(count('NotificationRaised'));
    expect(total('herald_attempts_total')).toBe(count('SendStarted'));
    expect(samples(text, 'herald_outcomes_total').get('{outcome="accepted"}')).toBe(count('Accepted'));
  });

  it('count events by type and result, and keep unknown types together', async () => {
    const before = await scrape();
    const refused = '{type="other",result="refused"}';
    const name = 'herald_ingested_events_total';
    expect(sum(samples(before, name).values())).toBeGreaterThan(50);
    for (const type of ['evil.one', 'evil.two'])
      await herald.publish({ specversion: '1.0', id: type, source: '/x', type, data: {} });
    const counted = (text: string) => samples(text, name).get(refused) ?? 0;
    expect(counted(await scrape()) - counted(before)).toBe(2);
  });

  it('know routes and no paths', async () => {
    await herald.get('/v1/notifications/0b5a?secret=greta');
    await herald.get('/no/such/path/greta');
    const text = await scrape();
    expect(text).toContain('route="/v1/notifications/:id"');
    expect(text).toContain('route="none"');
    for (const part of ['0b5a', 'greta', '/no/such']) expect(text).not.toContain(part);
  });

  it('say how far the read models are, and how each part is', async () => {
    const text = await until(scrape, (one) => samples(one, 'herald_projection_behind_events').size > 0);
    expect(samples(text, 'herald_projection_behind_events').get('{projection="history"}')).toBe(0);
    expect(samples(text, 'herald_health_status').get('{part="event-store",status="ok"}')).toBe(1);
    expect(samples(text, 'herald_store_up').get('{store="read-model-store"}')).toBe(1);
    expect(samples(text, 'herald_leases_held').get('')).toBe(PROJECTIONS.length);
  });

  it('say for how long the oldest entry has been due', async () => {
    const { herald: instance } = herald;
    const look = async () => {
      await instance.app.get(Backlog).look();
      return scrape();
    };
    expect(samples(await look(), 'herald_due_oldest_seconds').get('')).toBe(0);
    const now = instance.app.get(Clock).now();
    vi.spyOn(instance.app.get(DueAgenda), 'due').mockImplementation(async (lane) =>
      lane === 'delivery' ? [{ dueAt: plus(now, -1_200_000) } as AgendaDocument] : [],
    );
    const text = await look();
    vi.restoreAllMocks();
    expect(samples(text, 'herald_due_oldest_seconds').get('')).toBe(1_200);
    expect(samples(text, 'herald_due_entries').get('')).toBe(1);
  });

  it('count appends that the store did not take', async () => {
    const log = herald.herald.app.get(EventStore);
    const append = log.append.bind(log);
    log.append = async () => {
      throw new Error('disk full');
    };
    const answer = await herald.publish(anEvent('full', 'partner.left', { partnerId: 'northwind-berlin' }));
    log.append = append;
    expect(answer.status).toBe(500);
    expect(samples(await scrape(), 'herald_append_failures_total').get('')).toBe(1);
  });

  it('hold at most as many series as their labels allow', async () => {
    const text = await scrape();
    expect(text.split('\n').filter((line) => line.startsWith('herald_')).length).toBeLessThan(1_000);
  });
});

describe('deploy/', () => {
  const names = (text: string) => new Set([...text.matchAll(/herald_[a-z_]+[a-z]/g)].map(([name]) => name));
  const base = (name: string) => name.replace(/_(bucket|sum|count)$/, '');

  it.each(readdirSync(new URL('../../deploy', import.meta.url)))('%s uses metrics that there are', (name) => {
    const known = new Set(documented());
    const used = [...names(file(`deploy/${name}`))].filter((one) => !known.has(one) && !known.has(base(one)));
    expect(used).toEqual([]);
  });

  it('shows every metric on the dashboard', () => {
    const shown = [...names(file('deploy/grafana.json'))].map(base);
    expect(documented().filter((name) => !shown.includes(name))).toEqual([]);
  });

  const promtool = ['/usr/bin/promtool', '/tmp/herald-promtool/usr/bin/promtool'].find(existsSync);
  it.skipIf(!promtool)(
    promtool
      ? 'has alert rules that promtool accepts'
      : 'has alert rules (promtool is not on this machine, so they are not checked)',
    () => {
      const rules = new URL('../../deploy/alerts.yml', import.meta.url).pathname;
      expect(execFileSync(promtool ?? '', ['check', 'rules', rules], { encoding: 'utf8' })).toContain(
        'SUCCESS',
      );
    },
  );

  it.skipIf(!promtool)('has an alert for a single entry that is due and not done for 15 minutes', () => {
    const tests = new URL('./alerts.test.yml', import.meta.url).pathname;
    expect(execFileSync(promtool ?? '', ['test', 'rules', tests], { encoding: 'utf8' })).toContain('SUCCESS');
  });
});
