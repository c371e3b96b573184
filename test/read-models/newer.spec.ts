import { expect, it } from 'vitest';
import { DocumentStore } from '../../src/application/ports/document-store.js';
import { Projections } from '../../src/application/read-models/engine/projections.js';
import { ReadModels } from '../../src/application/read-models/engine/read-models.js';
import { people } from '../../src/application/read-models/people/people.js';
import type { ProjectionStatus } from '../../src/application/read-models/rebuild/projection-statuses.js';
import { startTestHerald } from '../http/herald.js';

it('After a roll-back of Herald documents of a newer version go on answering: an older instance rebuilds nothing over them', async () => {
  const one = await startTestHerald();
  const models = new ReadModels(one.herald.app.get(DocumentStore));
  await models.open();
  const seen = models.of(people);
  const newer = { ...seen.live, version: people.version + 1 };
  await models.point(people, { live: newer, previous: seen.live }, seen);
  await one.herald.stop();

  const { HERALD_EVENT_STORE, HERALD_READ_MODELS } = one.herald.config;
  const older = await startTestHerald({ HERALD_EVENT_STORE, HERALD_READ_MODELS });
  const { body } = await older.get<ProjectionStatus>('/v1/projections/people');
  expect(body).toMatchObject({ live: `people@${people.version + 1}.1`, newer: true });
  expect(body.build).toBeUndefined();
  const projections = older.herald.app.get(Projections);
  expect(projections.projector('people')).toBeUndefined();
  expect((await older.get('/v1/people')).status).toBe(200);
  await older.stop();
  await one.stop();
});
