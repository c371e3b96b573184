// What auditors ask a history of a million decisions over a year: the counts of 30 days, a page, and a search by each kind of text.
// The limit is the same count to the bare SQLite file, and for the others reading one decision by its id.
import 'reflect-metadata';
import { join } from 'node:path';
import Database from 'libsql';
import { GetSummary, GetSummaryHandler } from '../dist/application/audit/get-summary.js';
import { HistoryEntries } from '../dist/application/audit/history-entries.js';
import { HistoryFilters } from '../dist/application/audit/history-filter.js';
import { HistorySearch } from '../dist/application/audit/history-search.js';
import { Persons } from '../dist/application/audit/persons.js';
import { RecipientFilters } from '../dist/application/audit/recipient-filters.js';
import { orderedQuery } from '../dist/application/audit/search-history.js';
import { addresses } from '../dist/application/read-models/addresses/addresses.js';
import { ReadModels } from '../dist/application/read-models/engine/read-models.js';
import { history, subjectKeyOf } from '../dist/application/read-models/history/history.js';
import { partners } from '../dist/application/read-models/partners/partners.js';
import { people } from '../dist/application/read-models/people/people.js';
import { PartnersInScope } from '../dist/application/tenancy/partners-in-scope.js';
import { ScopedLists } from '../dist/application/tenancy/scoped-lists.js';
import { SqliteReadModels } from '../dist/infrastructure/sqlite/sqlite-read-models.js';
import { inFolder, median } from './support.mjs';

const DECISIONS = Number(process.env.HERALD_BENCH_DECISIONS ?? 1_000_000);
const CHUNK = 10_000;
const NOW = '2026-03-02T08:00:00.000Z';
const YEAR = 365 * 86_400_000;
const RULES = [
  'content-needs-approval',
  'no-social-media-content',
  'settings-update-required',
  'account-expired',
];
const OUTCOMES = ['accepted', 'delivered', 'delivered', 'delivered', 'bounced', 'rejected', 'superseded'];
const REASONS = ['opted-out', 'not-entitled', 'no-reachable-recipient'];

const idOf = (n) => `00000000-0000-5000-8000-${String(n).padStart(12, '0')}`;

const decision = (n) => {
  const isRaised = n % 5 !== 0;
  const decidedAt = new Date(Date.parse(NOW) - YEAR + Math.floor((n * YEAR) / DECISIONS)).toISOString();
  const person = `u${n % 20_000}`;
  const subjectLine = `${(n % 7) + 1} new posts need your approval in Partner ${n % 2_000}`;
  return {
    id: idOf(n),
    position: '1',
    notificationId: idOf(n),
    rule: RULES[(n >> 3) % RULES.length],
    decision: isRaised ? 'raised' : 'withheld',
    ...(isRaised ? {} : { reason: REASONS[n % REASONS.length] }),
    outcome: isRaised ? OUTCOMES[n % OUTCOMES.length] : 'withheld',
    outcomeAt: decidedAt,
    attempts: 1,
    decidedAt,
    decidedOn: decidedAt.slice(0, 10),
    slotAt: decidedAt,
    slotDate: decidedAt.slice(0, 10),
    slotZone: 'Europe/Berlin',
    lateByMs: 0,
    recipientId: person,
    recipientName: `Person ${person}`,
    channel: 'email',
    recipientAddress: `${person}@partner.example`,
    recipientEmail: `${person}@partner.example`,
    escalation: false,
    partnerId: `p${n % 2_000}`,
    solutionId: `s${n % 5}`,
    accountId: `a${n % 10_000}`,
    ...(isRaised ? { subjectLine, subjectKey: subjectKeyOf(subjectLine) } : {}),
    test: false,
  };
};

export const run = () =>
  inFolder(async (folder) => {
    const store = new SqliteReadModels({ folder });
    const readModels = new ReadModels(store);
    await readModels.open();
    for (const one of [history, people, addresses, partners]) await store.ensure(readModels.collection(one));
    const collection = readModels.collection(history);
    for (let n = 0; n < DECISIONS; n += CHUNK) {
      const documents = Array.from({ length: CHUNK }, (_, i) => decision(n + i));
      await store.write(
        collection,
        documents.map((document) => ({ id: document.id, position: '1', document })),
      );
    }
    const partnersInScope = new PartnersInScope(readModels);
    const lists = new ScopedLists(readModels, partnersInScope);
    const recipients = new RecipientFilters(new Persons(readModels, lists));
    const filters = new HistoryFilters(recipients, new HistorySearch(readModels, lists, recipients));
    const entries = new HistoryEntries(lists, partnersInScope);
    const summaries = new GetSummaryHandler({ now: () => NOW }, filters, lists, { of: async () => ({}) });
    const summary = (scope, filter) => summaries.execute(new GetSummary(scope, filter));
    const page = async (filter) => {
      const conditions = await filters.conditions('all', filter);
      const place = { order: 'newest', limit: 50 };
      return conditions ? (await entries.page('all', orderedQuery(conditions, place))).documents.length : 0;
    };

    const bare = new Database(join(folder, `${collection.name}.db`));
    const [{ name: table }] = bare
      .prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE '%history%'")
      .all();
    const rows = bare.prepare(
      `SELECT ".decidedOn", ".outcome", count(*) FROM "${table}" WHERE ".decidedOn" >= '2026-02-01' GROUP BY ".decidedOn", ".outcome"`,
    );
    const one = bare.prepare(`SELECT document FROM "${table}" WHERE id = ?`);
    const countLimit = await median(20, () => rows.all());
    const readLimit = await median(200, () => one.all([idOf(7)]));
    const results = [];
    const measure = async (work, limit, ask) => {
      results.push({ work, herald: await median(20, ask), limit, unit: 'ms' });
    };
    await measure('summary of 30 days', countLimit, () => summary('all', {}));
    await measure('summary of 30 days, of one solution', countLimit, () => summary(['s1'], {}));
    await measure('summary of 30 days, of one rule', countLimit, () => summary('all', { rule: RULES[0] }));
    await measure('summary of 30 days, of one partner', countLimit, () => summary('all', { partner: 'p7' }));
    await measure('summary of 365 days', countLimit, () =>
      summary('all', { from: '2025-03-03T00:00:00.000Z' }),
    );
    await measure('page', readLimit, () => page({}));
    const texts = {
      id: idOf(Math.floor(DECISIONS / 2)),
      person: 'u77',
      address: 'u77@partner.example',
      account: 'a77',
      partner: 'p77',
      reason: 'opted-out',
      subject: '3 new posts need your approval in partner 77',
      nothing: 'nothing at all',
    };
    for (const [kind, q] of Object.entries(texts)) {
      await measure(`search by ${kind}`, readLimit, () => page({ q }));
      if ((await page({ q })) === 0 && kind !== 'nothing') throw new Error(`Nothing was found by ${kind}.`);
    }
    bare.close();
    await store.close();
    return results;
  });
