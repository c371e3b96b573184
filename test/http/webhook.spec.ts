import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MAX_WEBHOOK_ORIGINS } from '../../src/domain/bounds.js';
import { readConfig } from '../../src/infrastructure/config/config.js';
import { aPost } from './events.js';
import { type ProblemBody, startTestHerald, type TestHerald } from './herald.js';

let herald: TestHerald;
beforeAll(async () => {
  herald = await startTestHerald({
    ...{ HERALD_WEBHOOK_ORIGINS: 'eventgrid.azure.net Sender.example', HERALD_REQUESTS_PER_MINUTE: '120' },
  });
});
afterAll(() => herald.stop());

const ask = (headers: Record<string, string>, at: TestHerald = herald) =>
  at.send<ProblemBody>('/v1/events', { method: 'OPTIONS', headers });

describe('The handshake of web hooks', () => {
  it('allows a configured origin to deliver, at the rate that it asked for', async () => {
    const { status, headers, text } = await ask({
      ...{ 'WebHook-Request-Origin': 'eventgrid.azure.net', 'WebHook-Request-Rate': '100' },
      'WebHook-Request-Callback': 'https://eventgrid.azure.net/confirm',
    });
    expect({ status, text }).toEqual({ status: 200, text: '' });
    expect(headers.get('webhook-allowed-origin')).toBe('eventgrid.azure.net');
    expect(headers.get('webhook-allowed-rate')).toBe('100');
    expect(headers.get('allow')).toBe('OPTIONS, POST');
  });

  it.each(['1000', '*', '0', '-1', '1e9', 'many'])(
    'never allows more than Herald takes: %s',
    async (rate) => {
      const { headers } = await ask({
        'WebHook-Request-Origin': 'SENDER.example',
        'WebHook-Request-Rate': rate,
      });
      expect(headers.get('webhook-allowed-origin')).toBe('sender.example');
      expect(headers.get('webhook-allowed-rate')).toBe('120');
    },
  );

  it('refuses an origin that is not configured, and every origin by default', async () => {
    const byDefault = await startTestHerald();
    for (const [at, origin] of [
      [herald, 'evil.example'],
      [herald, 'eventgrid.azure.net.evil.example'],
      [herald, '*'],
      [byDefault, 'eventgrid.azure.net'],
    ] as const) {
      const { status, body, headers } = await ask({ 'WebHook-Request-Origin': origin }, at);
      expect({ status, code: body.code }).toEqual({ status: 403, code: 'webhook-origin-refused' });
      expect(headers.get('webhook-allowed-origin')).toBeNull();
    }
    await byDefault.stop();
  });

  it('is no answer to the preflight of a browser', async () => {
    const { headers } = await ask({
      Origin: 'https://evil.example',
      'Access-Control-Request-Method': 'POST',
    });
    expect([...headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([]);
    expect(headers.get('webhook-allowed-origin')).toBeNull();
  });

  it('grants nothing: a delivery needs a credential, and one in the URL is not read', async () => {
    const { admin } = await herald.withKeys({});
    const delivery = {
      method: 'POST',
      headers: { 'content-type': 'application/cloudevents+json', 'WebHook-Request-Origin': 'sender.example' },
      body: JSON.stringify(aPost('delivered')),
    };
    expect(await herald.send('/v1/events', delivery)).toMatchObject({ status: 401 });
    expect(await herald.send(`/v1/events?access_token=${admin.key}`, delivery)).toMatchObject({
      status: 401,
    });
    expect(await admin.send('/v1/events', delivery)).toMatchObject({ status: 202 });
    expect((await ask({ 'WebHook-Request-Origin': 'sender.example' })).status).toBe(200);
  });
});

describe('The setting of origins', () => {
  const names = (count: number) => Array.from({ length: count }, (_, n) => `sender-${n}.example`).join(' ');
  it('takes as many domain names as the limit says, and nothing else', () => {
    expect(
      readConfig({ HERALD_WEBHOOK_ORIGINS: names(MAX_WEBHOOK_ORIGINS) }).HERALD_WEBHOOK_ORIGINS,
    ).toHaveLength(MAX_WEBHOOK_ORIGINS);
    for (const wrong of [names(MAX_WEBHOOK_ORIGINS + 1), '*', 'https://a.example', 'a.example/', 'a_b'])
      expect(() => readConfig({ HERALD_WEBHOOK_ORIGINS: wrong })).toThrow('HERALD_WEBHOOK_ORIGINS');
  });
});
