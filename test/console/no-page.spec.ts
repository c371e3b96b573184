import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type KeyClient, startTestHerald, type TestHerald } from '../http/herald.js';
import { opened } from './opened-page.js';

describe('an address of the console without a page', () => {
  let herald: TestHerald;
  let auditor: KeyClient;
  beforeAll(async () => {
    herald = await startTestHerald();
    ({ auditor } = await herald.withKeys({ auditor: { role: 'auditor' } }));
  });
  afterAll(() => herald.stop());

  it.each([
    ['that is mistyped', '/console/histroy'],
    ['that is longer than one of a page', '/console/keys/some/thing/else'],
    ['that a form has posted to, when it is loaded again', '/console/projections/people/pause'],
  ])('%s has a page that says so, and how to go on', async (_, path) => {
    const page = await opened(herald, path, auditor.key);
    expect(page.status).toBe(404);
    expect(page.text).toContain('There is no page at this address.');
    expect(page.main).toContain('href="/console"');
  });

  it('leads to signing in whoever has not', async () => {
    const answer = await fetch(`${herald.url}/console/histroy`, { redirect: 'manual' });
    expect(answer.headers.get('location')).toBe('/console/sign-in?to=%2Fconsole%2Fhistroy');
  });
});
