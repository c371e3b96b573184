import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Herald } from '../../src/herald.js';
import { BATCH_TYPE } from '../http/herald.js';
import { SMALL_WORLD } from '../http/small-world.js';
import { ask, newFolder, start, until } from '../replay/running.js';
import { withoutJavaScript } from './without-javascript.js';

const PEOPLE = '/console/projections/people';

/** The position of the first event, as SQLite has it. */
const FIRST = '00000000000000000001';

let herald: Herald;
let browser: ReturnType<typeof withoutJavaScript>;
beforeAll(async () => {
  herald = await start(newFolder());
  browser = withoutJavaScript(herald);
  await fetch(`${herald.url}/v1/events`, {
    method: 'POST',
    headers: { 'content-type': BATCH_TYPE },
    body: JSON.stringify(SMALL_WORLD.map((event) => ({ ...event, time: '2026-01-05T06:00:00Z' }))),
  });
});
afterAll(() => herald.stop());

describe('a rebuild', () => {
  it('is explained before it starts, and shows how far it is', async () => {
    expect((await browser.open(PEOPLE)).links).toContain(`${PEOPLE}/rebuild`);
    const asked = await browser.open(`${PEOPLE}/rebuild`);
    expect(asked.text).toContain('Nothing changes for readers until you swap.');
    expect(asked.forms).toEqual([`${PEOPLE}/rebuild`]);
    const started = await browser.submit(`${PEOPLE}/rebuild`);
    expect([started.status, started.location]).toEqual([303, `${PEOPLE}?done=rebuild-started`]);
    const { html, text } = await until(
      () => browser.open(`${PEOPLE}?done=rebuild-started`),
      (page) => page.text.includes('It has caught up'),
    );
    expect(text).toContain('The rebuild has started.');
    expect(html).toMatch(/<progress value="(\d+)" max="\1"/);
  });

  it('pauses, resumes, and is compared with what answers', async () => {
    expect((await browser.submit(`${PEOPLE}/pause`)).location).toContain('done=rebuild-paused');
    expect((await browser.open(PEOPLE)).forms).toContain(`${PEOPLE}/resume`);
    const { text } = await browser.open(`${PEOPLE}/difference?samples=0`);
    expect(text).toContain('2 stay the same');
    expect(text).toContain('Nothing:');
    await browser.submit(`${PEOPLE}/resume`);
    await until(
      () => browser.open(PEOPLE),
      ({ links }) => links.includes(`${PEOPLE}/swap`),
    );
  });

  it('is swapped in, rolled back, and what was kept is dropped', async () => {
    const { body: before } = await ask<{ live: string }>(herald.url, '/v1/projections/people');
    expect((await browser.open(`${PEOPLE}/swap`)).text).toContain('so that you can roll back');
    expect((await browser.submit(`${PEOPLE}/swap`)).location).toContain('done=rebuild-swapped');
    expect((await browser.open(PEOPLE)).links).toContain(`${PEOPLE}/roll-back`);
    expect((await browser.submit(`${PEOPLE}/roll-back`)).status).toBe(303);
    const { body } = await ask<{ live: string }>(herald.url, '/v1/projections/people');
    expect(body.live).toBe(before.live);
    expect((await browser.submit(`${PEOPLE}/drop-previous`)).status).toBe(303);
    expect((await browser.open(PEOPLE)).links).not.toContain(`${PEOPLE}/roll-back`);
  });

  it('is cancelled', async () => {
    await browser.submit(`${PEOPLE}/rebuild`);
    expect((await browser.submit(`${PEOPLE}/cancel`)).location).toContain('done=rebuild-cancelled');
  });

  it('from a position is for inspection: it cannot be swapped', async () => {
    await browser.submit(`${PEOPLE}/rebuild`, { from: FIRST });
    const { links, text } = await until(
      () => browser.open(PEOPLE),
      (page) => page.text.includes('It has caught up'),
    );
    expect(text).toContain('so it cannot be swapped');
    expect(links).not.toContain(`${PEOPLE}/swap`);
    await browser.submit(`${PEOPLE}/cancel`);
  });
});
