/** An event of the platform; its time is that of the tests' clock. */
export const anEvent = (id: string, name: string, data: Readonly<Record<string, unknown>>) => ({
  ...{ specversion: '1.0', id, source: '/test', type: `herald.${name}.v1`, time: '2026-03-02T09:00:00Z' },
  data,
});

/** A post that waits for approval; `data` says what the test is about. */
export const aPost = (id: string, data: Readonly<Record<string, unknown>> = {}) =>
  anEvent(id, 'post.awaiting-approval', {
    ...{ postId: 'post-1', partnerId: 'partner-1', streamId: 'stream-1', streamName: 'Spring' },
    ...{ title: 'A first look', network: 'instagram', publishAt: '2026-04-01T09:00:00Z' },
    ...data,
  });
