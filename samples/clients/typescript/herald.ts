import createClient from 'openapi-fetch';
import type { paths } from './herald-api.js';

const key = process.env.HERALD_KEY;
const herald = createClient<paths>({
  baseUrl: process.env.HERALD_URL ?? 'http://localhost:3000',
  headers: key ? { authorization: `Bearer ${key}` } : {},
});

const published = await herald.POST('/v1/events', {
  headers: { 'content-type': 'application/cloudevents+json' },
  body: {
    specversion: '1.0',
    id: 'renewal-typescript-1',
    source: 'https://platform.example/accounts',
    type: 'herald.social-account.authorisation-renewed.v1',
    time: '2026-03-02T08:00:00Z',
    data: { accountId: 'fb-1', authorisationExpiresAt: '2026-05-02T08:00:00Z' },
  },
});
// The error is problem details: `code` is stable, `detail` says what to do next.
if (published.error) throw new Error(`${published.error.code}: ${published.error.detail}`);
if ('status' in published.data) console.log('published:', published.data.status);

const listed = await herald.GET('/v1/notifications', { params: { query: { partner: 'linden' } } });
// An export as CSV or NDJSON would have other data.
const items = typeof listed.data === 'object' && 'items' in listed.data ? listed.data.items : [];
for (const { notificationId, rule, recipientName, outcome } of items) {
  console.log(`${rule} to ${recipientName}: ${outcome}`);

  const why = await herald.GET('/v1/notifications/{id}/why', { params: { path: { id: notificationId } } });
  console.log(`because: ${why.data?.sentence}`);
}
